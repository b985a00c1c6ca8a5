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

-- In the order in which a filing writes them: nodes that run meanwhile wait, and do not get stuck.
lock table cases, case_steps in share row exclusive mode;

-- A count can have several rows, and is their sum: whoever changes one that another transaction is
-- changing does not wait for it, which could be waiting in turn, but adds a row beside it. The next
-- who finds the rows free makes them one again.
create table case_counts (
  id bigint generated always as identity primary key,
  counted text not null check (counted in
    ('received', 'upheld', 'partly_upheld', 'refused', 'took-day', 'took-hour', 'due-day', 'due-hour')),
  at bigint not null,
  place bigint not null,
  total bigint not null
);
create index case_counts_by_place on case_counts (counted, at, place) include (total);
insert into case_counts (counted, at, place, total)
  select counted, at, place, count(*) from case_places group by counted, at, place;

-- Of the answers of one week, those that took an hour: the median is one of them.
create index cases_by_answer_time
  on cases (((decided_at - 345600000) / 604800000), by_rule, (decided_at - received_at)) where decided_at is not null;
-- Otherwise nothing is known of the new index until the database's own housekeeping comes by.
analyze cases;

-- What these functions do, they do with the rights of the tables' owner: the role that serves has
-- none to change `case_counts`, and nodes that run now need none.
create function change_count(what text, which bigint, whereabouts bigint, change bigint) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  found_rows bigint[];
  so_far bigint;
begin
  select array_agg(free.id), coalesce(sum(free.total), 0) into found_rows, so_far
  from (select c.id, c.total from case_counts c
    where c.counted = what and c.at = which and c.place = whereabouts for update skip locked) free;
  delete from case_counts c where c.id = any (found_rows);
  if so_far + change <> 0 then
    insert into case_counts (counted, at, place, total) values (what, which, whereabouts, so_far + change);
  end if;
end $$;
revoke all on function change_count(text, bigint, bigint, bigint) from public;

-- A case is taken out of its counts before it changes, and put into those that it then is in.
create function uncount_case() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform change_count(p.counted, p.at, p.place, -1) from case_places p where p.number = old.number;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create function count_case() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform change_count(p.counted, p.at, p.place, 1) from case_places p where p.number = new.number;
  return null;
end $$;
create trigger cases_counted_insert after insert on cases for each row execute function count_case();
create trigger cases_uncounted_update before update of
  state, member_id, received_at, due_at, decided_at, complaint_due_at, complaint_answered_at,
  outcome, by_rule
on cases for each row when (new.state <> old.state or (new.member_id is null) <> (old.member_id is null)
  or new.received_at <> old.received_at or new.due_at <> old.due_at or new.decided_at is distinct from old.decided_at
  or new.complaint_due_at is distinct from old.complaint_due_at
  or new.complaint_answered_at is distinct from old.complaint_answered_at
  or new.outcome is distinct from old.outcome or new.by_rule <> old.by_rule)
execute function uncount_case();
create trigger cases_counted_update after update of
  state, member_id, received_at, due_at, decided_at, complaint_due_at, complaint_answered_at,
  outcome, by_rule
on cases for each row when (new.state <> old.state or (new.member_id is null) <> (old.member_id is null)
  or new.received_at <> old.received_at or new.due_at <> old.due_at or new.decided_at is distinct from old.decided_at
  or new.complaint_due_at is distinct from old.complaint_due_at
  or new.complaint_answered_at is distinct from old.complaint_answered_at
  or new.outcome is distinct from old.outcome or new.by_rule <> old.by_rule)
execute function count_case();
create trigger cases_uncounted_delete before delete on cases for each row execute function uncount_case();
-- Whether a case that was withdrawn counts, these steps say as well.
create function count_case_of_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform change_count(p.counted, p.at, p.place, 1) from case_places p
  where p.number = new.number and p.counted = 'received'
    and exists (select 1 from cases c where c.number = new.number and c.state = 'withdrawn' and c.member_id is null)
    and not exists (select 1 from case_steps s
      where s.number = new.number and s.step in ('verified', 'recorded') and s.entry_id <> new.entry_id);
  return null;
end $$;
create trigger case_steps_counted after insert on case_steps
  for each row when (new.step in ('verified', 'recorded')) execute function count_case_of_step();

-- Counts everything anew while no case changes; for the role that serves, which found that a count
-- was not right.
create function recount_cases() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  lock table cases, case_steps in share row exclusive mode;
  delete from case_counts;
  insert into case_counts (counted, at, place, total)
    select counted, at, place, count(*) from case_places group by counted, at, place;
end $$;
revoke all on function recount_cases() from public;
