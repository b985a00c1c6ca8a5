-- A log that is behind what was seen of it ends, and another one begins (docs/log.md). Of the one
-- that ended, the leaves stay where they are, and its tiles move here, so that they are served on.
create table log_ended (
  -- 1 for the first log, and one more for each that follows.
  log bigint primary key check (log > 0),
  origin text not null unique,
  -- Which of the rows of log_leaves is its leaf 0.
  first_leaf bigint not null check (first_leaf >= 0),
  size bigint not null check (size >= 0),
  checkpoint text not null,
  cosignatures text not null,
  signed_at bigint not null
);
create table log_ended_tiles (
  log bigint not null,
  level bigint not null,
  tile bigint not null,
  hashes bytea not null,
  primary key (log, level, tile)
);
alter table log_state add column log bigint not null default 1;
alter table log_state add column first_leaf bigint not null default 0;

-- Entries of the kind `rollback` deny, and a version before this one cannot read them.
update schema_compatibility set oldest_binary = 68;
