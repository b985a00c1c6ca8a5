-- What a case is about, as one number with a bit for each purpose, so that the queue about one purpose is a walk along an index too, however rare it
-- is among what waits. The database keeps it, so that it is there whichever version of the server files a case.
alter table cases add column asked bigint not null default 0;
update cases set asked = coalesce((select sum(case p.purpose
      when 'generative-ai-training' then 1
      when 'personalisation' then 2
      when 'moderation-safety' then 4
      when 'advertising' then 8
      when 'research' then 16
      when 'inferences' then 32
      when 'other-ai' then 64 else 0 end) from case_purposes p where p.number = cases.number), 0);
create trigger case_purposes_asked after insert on case_purposes begin
  update cases set asked = asked | case new.purpose
      when 'generative-ai-training' then 1
      when 'personalisation' then 2
      when 'moderation-safety' then 4
      when 'advertising' then 8
      when 'research' then 16
      when 'inferences' then 32
      when 'other-ai' then 64 else 0 end where number = new.number;
end;
create index cases_waiting_about_ai_training on cases (waits_until, number) where waits_until is not null and (asked & 1) <> 0;
create index cases_waiting_about_personalisation on cases (waits_until, number) where waits_until is not null and (asked & 2) <> 0;
create index cases_waiting_about_moderation on cases (waits_until, number) where waits_until is not null and (asked & 4) <> 0;
create index cases_waiting_about_advertising on cases (waits_until, number) where waits_until is not null and (asked & 8) <> 0;
create index cases_waiting_about_research on cases (waits_until, number) where waits_until is not null and (asked & 16) <> 0;
create index cases_waiting_about_inferences on cases (waits_until, number) where waits_until is not null and (asked & 32) <> 0;
create index cases_waiting_about_other_ai on cases (waits_until, number) where waits_until is not null and (asked & 64) <> 0;
create index cases_answered_about_ai_training on cases (received_at, number) where decided_at is not null and (asked & 1) <> 0;
create index cases_answered_about_personalisation on cases (received_at, number) where decided_at is not null and (asked & 2) <> 0;
create index cases_answered_about_moderation on cases (received_at, number) where decided_at is not null and (asked & 4) <> 0;
create index cases_answered_about_advertising on cases (received_at, number) where decided_at is not null and (asked & 8) <> 0;
create index cases_answered_about_research on cases (received_at, number) where decided_at is not null and (asked & 16) <> 0;
create index cases_answered_about_inferences on cases (received_at, number) where decided_at is not null and (asked & 32) <> 0;
create index cases_answered_about_other_ai on cases (received_at, number) where decided_at is not null and (asked & 64) <> 0;
