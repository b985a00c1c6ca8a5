-- Beside each purpose of a case, where in the queue the case is, and its place there: what waits is
-- in the order of when it is due, the rest in the order in which it came in. So the queue about one
-- purpose is read along one index, whichever purposes there are. Until now each purpose had two
-- indexes of its own, on a bit in `cases.asked`.
--
-- The database keeps both columns, so that they are right whichever version of the server writes.
-- A version before this one still reads `asked`, so the column and its trigger stay until no such
-- version can run; without its indexes, its pages are the same and take longer.

-- In the order in which a filing writes them: nodes that run meanwhile wait, and do not get stuck.
lock table cases, case_purposes in access exclusive mode;

alter table case_purposes add column queue text check (queue in ('waiting', 'answered', 'ended'));
alter table case_purposes add column queue_at bigint;

update case_purposes p set
  queue = case when c.waits_until is not null then 'waiting'
               when c.decided_at is not null then 'answered'
               when c.state in ('duplicate', 'withdrawn') then 'ended' end,
  queue_at = coalesce(c.waits_until, c.received_at)
from cases c where c.number = p.number;

create index case_purposes_queue on case_purposes (purpose, queue, queue_at, number) where queue is not null;

create function queue_purpose() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  select case when c.waits_until is not null then 'waiting'
              when c.decided_at is not null then 'answered'
              when c.state in ('duplicate', 'withdrawn') then 'ended' end,
    coalesce(c.waits_until, c.received_at)
  into new.queue, new.queue_at
  from cases c where c.number = new.number;
  return new;
end $$;
create trigger case_purposes_queued before insert on case_purposes
  for each row execute function queue_purpose();

-- With the rights of the tables' owner: the role that serves has none on these columns, and nodes
-- that run now need none.
create function queue_purposes_of_case() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update case_purposes set
    queue = case when new.waits_until is not null then 'waiting'
                 when new.decided_at is not null then 'answered'
                 when new.state in ('duplicate', 'withdrawn') then 'ended' end,
    queue_at = coalesce(new.waits_until, new.received_at)
  where number = new.number;
  return null;
end $$;
create trigger cases_queued
after update of state, received_at, due_at, decided_at, complaint_due_at, complaint_answered_at on cases
for each row
when (new.state <> old.state or new.received_at <> old.received_at or new.decided_at is distinct from old.decided_at
  or new.waits_until is distinct from old.waits_until)
execute function queue_purposes_of_case();

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
-- Otherwise nothing is known of the new columns until the database's own housekeeping comes by.
analyze case_purposes;
