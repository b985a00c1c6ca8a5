-- The public log: each entry gets a leaf in it, in the order in which it was recorded.
--
-- What the log holds of an entry is a commitment. Its salt is made of the secret of the subject, so
-- that to forget somebody is to delete one row here.
create table subject_secrets (
  subject text primary key,
  -- 32 random bytes in base64.
  secret text not null check (length(secret) = 44)
) without rowid;

-- Entries that have no leaf yet. Older programs, which know nothing of the log, are heard as well.
create table log_queue (
  place integer primary key,
  entry_id text not null
);
create trigger entries_await_leaf after insert on entries begin
  insert into log_queue (entry_id) values (new.id);
end;

-- Entries from before there was a log: those up to `until_id`, of which those up to `after_id` have
-- their leaves. No row where there are none.
create table log_backfill (
  only_one integer primary key check (only_one = 1),
  after_id text not null,
  until_id text not null
);
insert into log_backfill (only_one, after_id, until_id)
  select 1, '', max(id) from entries having count(*) > 0;

create table log_leaves (
  -- From 0, without a gap.
  leaf integer primary key check (leaf >= 0),
  entry_id text not null unique,
  commitment blob not null check (length(commitment) = 32)
);
create trigger log_leaves_refuse_update before update on log_leaves
  begin select raise(abort, 'log_leaves is append-only'); end;
create trigger log_leaves_refuse_delete before delete on log_leaves
  begin select raise(abort, 'log_leaves is append-only'); end;

-- The hashes of the tree, 256 in a full tile (c2sp.org/tlog-tiles). A tile grows, and never changes.
create table log_tiles (
  level bigint not null check (level between 0 and 63),
  tile bigint not null check (tile >= 0),
  hashes blob not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, tile)
) without rowid;

-- The tree and the newest checkpoint of it.
create table log_state (
  only_one integer primary key check (only_one = 1),
  origin text not null,
  size bigint not null check (size >= 0),
  -- The signed checkpoint (c2sp.org/tlog-checkpoint), and what witnesses have signed below it.
  checkpoint text not null,
  cosignatures text not null default '',
  signed_at bigint not null
);

-- The public keys of the log, and which sizes each has signed.
create table log_keys (
  vkey text primary key,
  first_size bigint not null,
  last_size bigint not null
);

-- Entries say their place from now on, which a version before this one cannot read.
update schema_compatibility set oldest_binary = 66;
