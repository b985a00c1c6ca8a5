-- How old a binary may be that works on these tables: the newest migration that it has to know.
-- A migration after which older ones would do harm raises it; all others leave it.
create table schema_compatibility (
  id bigint primary key check (id = 1),
  oldest_binary bigint not null
);
insert into schema_compatibility (id, oldest_binary) values (1, 28);
