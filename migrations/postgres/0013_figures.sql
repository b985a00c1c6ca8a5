-- What the charts and /transparency are drawn from where it cannot be counted while somebody waits. All of it can be computed again
-- (`sayso figures`): src/figures/count.rs does so once a day, and replaces it in one transaction.

-- For the last instant of each day, in UTC: for how many members of a region training was on, off, paused or excluded. `day` is its first instant.
create table standing_days (
  day bigint not null,
  region text not null check (region in ('eea-ch', 'united-kingdom', 'canada', 'hong-kong', 'elsewhere')),
  state text not null check (state in ('on', 'off', 'paused', 'excluded')),
  members bigint not null check (members >= 0),
  primary key (day, region, state)
);

-- What became of the objections that were received in a calendar quarter, and of all together. These are the true counts: what of them
-- may be told in public, src/figures/public.rs decides.
create table objection_spans (
  span text not null check (span in ('quarter', 'all')),
  begins_at bigint not null,
  ends_at bigint not null,
  received bigint not null,
  complied bigint not null,
  refused bigint not null,
  -- The median time to an answer, in milliseconds; null where there was none.
  took bigint,
  primary key (span, begins_at)
);

-- One row: up to which midnight the figures reach, and until when a node is computing newer ones.
create table figures_run (
  id bigint primary key check (id = 1),
  until bigint not null,
  claimed_until bigint not null
);
insert into figures_run (id, until, claimed_until) values (1, 0, 0);

-- What an answered case became; it stands at the purposes too, but there a chart would have to look at each. A closed case's state does not say.
alter table cases add column outcome text check (outcome in ('upheld', 'partly_upheld', 'refused'));
update cases set outcome = case
    when not exists (select 1 from case_purposes p where p.number = cases.number and p.outcome = 'upheld') then 'refused'
    when exists (select 1 from case_purposes p where p.number = cases.number and p.outcome = 'refused') then 'partly_upheld'
    else 'upheld' end
  where decided_at is not null;

create index cases_by_received on cases (received_at, state);
create index cases_by_decided on cases (decided_at, received_at, outcome) where decided_at is not null;
create index cases_with_complaint on cases (complaint_due_at) where complaint_due_at is not null and complaint_answered_at is null;
