-- Verifications of the whole record that an auditor asked for: how far each is, and what it found. One server verifies
-- at a time; `told_at` is its sign of life.
create table verifications (
  id bigint generated always as identity primary key,
  began_at bigint not null,
  told_at bigint not null,
  ended_at bigint,
  by_id text not null references members (id),
  -- The version of the program.
  build text not null,
  total bigint not null,
  checked bigint not null default 0,
  wrong bigint not null default 0,
  outcome text check (outcome in ('holds', 'wrong', 'failed'))
);
-- What does not hold, the first of it: an entry by its id, and which checks.
create table verification_findings (
  verification_id bigint not null references verifications (id),
  position bigint not null,
  entry_id text not null,
  what text not null,
  primary key (verification_id, position)
);
