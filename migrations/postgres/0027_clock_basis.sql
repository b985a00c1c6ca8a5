-- What the clock of a machine was when it was believed, for each boot: a server that is started again compares with it, so that a
-- clock that was moved meanwhile is noticed. `booted_at` is the wall clock less the time since boot, in Unix milliseconds.
create table clock_basis (
  boot text primary key,
  booted_at bigint not null,
  noted_at bigint not null
);
