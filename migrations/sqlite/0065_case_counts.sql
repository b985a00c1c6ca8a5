-- The charts of the staff are drawn from counts that are kept: how many cases came in and were
-- answered in each week, how long the answers took, and how many cases wait until when. Until now
-- each view of the page counted every case of half a year.
--
-- `case_places` is the one definition of what is counted: in which counts each case is. The
-- database keeps `case_counts` true to it, in the transaction that changes a case, whichever
-- version of the server writes. So this step leaves `oldest_binary` as it is. `sayso figures` and
-- the nightly count compare the two. docs/decisions/0024-case-counts.md has the reasons.
--
-- `at` is the number of a week, day or hour, and `place` that of a day or hour within. Weeks begin
-- on Monday, the first on 5 January 1970; days and hours are those since 1970. All are UTC.
--   received                        at: week of receipt
--   upheld, partly_upheld, refused  at: week of the answer
--   took-day, took-hour             at: week of the answer; place: whole days or hours it took
--   due-day, due-hour               at: day or hour until which the case waits
-- What a rule has upheld took nobody any time, so it is in no `took-day` or `took-hour`. A case
-- that was answered before it came in, because the clock was wrong, took less than an hour.
create view case_places as
  select c.number, 'received' as counted, (c.received_at - 345600000) / 604800000 as at, cast(0 as bigint) as place
  from cases c
  where c.state not in ('awaiting_verification', 'duplicate') and (c.state <> 'withdrawn' or c.member_id is not null
    or exists (select 1 from case_steps s where s.number = c.number and s.step in ('verified', 'recorded')))
  union all
  select c.number, c.outcome, (c.decided_at - 345600000) / 604800000, cast(0 as bigint)
  from cases c where c.decided_at is not null and c.outcome is not null
  union all
  select c.number, 'took-day', (c.decided_at - 345600000) / 604800000,
    case when c.decided_at < c.received_at then 0 else (c.decided_at - c.received_at) / 86400000 end
  from cases c where c.decided_at is not null and c.by_rule = 0
  union all
  select c.number, 'took-hour', (c.decided_at - 345600000) / 604800000,
    case when c.decided_at < c.received_at then 0 else (c.decided_at - c.received_at) / 3600000 end
  from cases c where c.decided_at is not null and c.by_rule = 0
  union all
  select c.number, 'due-day', c.waits_until / 86400000, cast(0 as bigint)
  from cases c where c.waits_until is not null
  union all
  select c.number, 'due-hour', c.waits_until / 3600000, cast(0 as bigint)
  from cases c where c.waits_until is not null;

create table case_counts (
  counted text not null check (counted in
    ('received', 'upheld', 'partly_upheld', 'refused', 'took-day', 'took-hour', 'due-day', 'due-hour')),
  at bigint not null,
  place bigint not null,
  total bigint not null,
  primary key (counted, at, place)
) without rowid;
insert into case_counts (counted, at, place, total)
  select counted, at, place, count(*) from case_places group by counted, at, place;

-- Of the answers of one week, those that took an hour: the median is one of them.
create index cases_by_answer_time
  on cases (((decided_at - 345600000) / 604800000), by_rule, (decided_at - received_at)) where decided_at is not null;

create trigger case_counts_empty after update on case_counts when new.total = 0 begin
  delete from case_counts where counted = new.counted and at = new.at and place = new.place;
end;

-- A case is taken out of its counts before it changes, and put into those that it then is in.
create trigger cases_counted_insert after insert on cases begin
  insert into case_counts (counted, at, place, total)
    select counted, at, place, 1 from case_places where number = new.number
    on conflict (counted, at, place) do update set total = total + 1;
end;
create trigger cases_uncounted_update before update of
  state, member_id, received_at, due_at, decided_at, complaint_due_at, complaint_answered_at,
  outcome, by_rule
on cases when new.state <> old.state or (new.member_id is null) <> (old.member_id is null)
  or new.received_at <> old.received_at or new.due_at <> old.due_at or new.decided_at is not old.decided_at
  or new.complaint_due_at is not old.complaint_due_at
  or new.complaint_answered_at is not old.complaint_answered_at
  or new.outcome is not old.outcome or new.by_rule <> old.by_rule
begin
  insert into case_counts (counted, at, place, total)
    select counted, at, place, 0 from case_places where number = old.number
    on conflict (counted, at, place) do update set total = total - 1;
end;
create trigger cases_counted_update after update of
  state, member_id, received_at, due_at, decided_at, complaint_due_at, complaint_answered_at,
  outcome, by_rule
on cases when new.state <> old.state or (new.member_id is null) <> (old.member_id is null)
  or new.received_at <> old.received_at or new.due_at <> old.due_at or new.decided_at is not old.decided_at
  or new.complaint_due_at is not old.complaint_due_at
  or new.complaint_answered_at is not old.complaint_answered_at
  or new.outcome is not old.outcome or new.by_rule <> old.by_rule
begin
  insert into case_counts (counted, at, place, total)
    select counted, at, place, 1 from case_places where number = new.number
    on conflict (counted, at, place) do update set total = total + 1;
end;
create trigger cases_uncounted_delete before delete on cases begin
  insert into case_counts (counted, at, place, total)
    select counted, at, place, 0 from case_places where number = old.number
    on conflict (counted, at, place) do update set total = total - 1;
end;
-- Whether a case that was withdrawn counts, these steps say as well.
create trigger case_steps_counted after insert on case_steps when new.step in ('verified', 'recorded') begin
  insert into case_counts (counted, at, place, total)
    select p.counted, p.at, p.place, 1 from case_places p
    where p.number = new.number and p.counted = 'received'
      and exists (select 1 from cases c where c.number = new.number and c.state = 'withdrawn' and c.member_id is null)
      and not exists (select 1 from case_steps s
        where s.number = new.number and s.step in ('verified', 'recorded') and s.entry_id <> new.entry_id)
    on conflict (counted, at, place) do update set total = total + 1;
end;
