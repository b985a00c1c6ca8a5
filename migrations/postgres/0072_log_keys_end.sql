-- Until when a key of the log signs beside the one that took its place; null for one that goes on.
-- A version before this one would sign with the old key alone, and cannot read the entry that says
-- so.
alter table log_keys add column ends_at bigint;
update schema_compatibility set oldest_binary = 72;
