-- What the clock of a machine was, for each boot: a server that is started again compares with it, so that a clock that was moved
-- meanwhile is noticed. `booted_at` is the wall clock less the time since boot, in Unix milliseconds, when it was believed first;
-- `doubted_at` the same of a clock that contradicted the record, and goes on being doubted also once it has caught up with it.
create table clock_basis (
  boot text primary key,
  booted_at bigint,
  doubted_at bigint,
  noted_at bigint not null
);
