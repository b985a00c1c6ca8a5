-- The newest state of each log that enough witnesses have cosigned: receipts are made for it.
create table log_witnessed (
  log bigint primary key check (log > 0),
  size bigint not null check (size > 0),
  checkpoint text not null,
  cosignatures text not null
);
-- Why nothing is added to the log any more; nothing where it goes on. A version before this one would
-- add to it.
alter table log_state add column stopped text not null default '';
update schema_compatibility set oldest_binary = 69;
