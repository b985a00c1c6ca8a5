-- Beside each purpose of a case, where in the queue the case is, and its place there: what waits is
-- in the order of when it is due, the rest in the order in which it came in. So the queue about one
-- purpose is read along one index, whichever purposes there are. Until now each purpose had two
-- indexes of its own, on a bit in `cases.asked`.
--
-- The database keeps both columns, so that they are right whichever version of the server writes.
-- A version before this one still reads `asked`, so the column and its trigger stay until no such
-- version can run; without its indexes, its pages are the same and take longer.
alter table case_purposes add column queue text check (queue in ('waiting', 'answered', 'ended'));
alter table case_purposes add column queue_at bigint;

update case_purposes set (queue, queue_at) = (
  select case when c.waits_until is not null then 'waiting'
              when c.decided_at is not null then 'answered'
              when c.state in ('duplicate', 'withdrawn') then 'ended' end,
    coalesce(c.waits_until, c.received_at)
  from cases c where c.number = case_purposes.number);

create index case_purposes_queue on case_purposes (purpose, queue, queue_at, number) where queue is not null;

create trigger case_purposes_queued after insert on case_purposes begin
  update case_purposes set (queue, queue_at) = (
    select case when c.waits_until is not null then 'waiting'
                when c.decided_at is not null then 'answered'
                when c.state in ('duplicate', 'withdrawn') then 'ended' end,
      coalesce(c.waits_until, c.received_at)
    from cases c where c.number = new.number)
  where number = new.number and purpose = new.purpose;
end;
create trigger cases_queued
after update of state, received_at, due_at, decided_at, complaint_due_at, complaint_answered_at on cases
when new.state <> old.state or new.received_at <> old.received_at or new.decided_at is not old.decided_at
  or new.waits_until is not old.waits_until
begin
  update case_purposes set
    queue = case when new.waits_until is not null then 'waiting'
                 when new.decided_at is not null then 'answered'
                 when new.state in ('duplicate', 'withdrawn') then 'ended' end,
    queue_at = coalesce(new.waits_until, new.received_at)
  where number = new.number;
end;

drop index cases_waiting_about_ai_training;
drop index cases_waiting_about_personalisation;
drop index cases_waiting_about_moderation;
drop index cases_waiting_about_advertising;
drop index cases_waiting_about_research;
drop index cases_waiting_about_inferences;
drop index cases_waiting_about_other_ai;
drop index cases_answered_about_ai_training;
drop index cases_answered_about_personalisation;
drop index cases_answered_about_moderation;
drop index cases_answered_about_advertising;
drop index cases_answered_about_research;
drop index cases_answered_about_inferences;
drop index cases_answered_about_other_ai;
