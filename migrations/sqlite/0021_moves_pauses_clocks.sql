-- New kinds of entries: a member moved; a case under the same address pauses something; a span of the clock is not believed. Those that the
-- log will need stand in the list already, so that this table, which may be large, is made anew only once.
-- SQLite cannot alter a CHECK, so the table is made anew with the same rows, as in 0005: dropping the old one takes its triggers and its
-- indexes along (and runs no delete trigger); all are made again below as they were.
create table entries_anew (
  id text primary key,
  subject text not null,
  -- 1, 2, 3 … within a subject; unique, so that a history cannot fork.
  position bigint not null check (position > 0),
  kind text not null check (kind in ('default', 'notice', 'choice', 'objection', 'decision', 'view', 'move', 'pause', 'clock',
    'key', 'rollback', 'forgotten', 'snapshot', 'run')),
  purpose text check (purpose is not null or kind not in ('default', 'notice', 'choice')),
  at bigint not null,
  canonical blob not null,
  sha256 text not null,
  unique (subject, position)
);
insert into entries_anew (id, subject, position, kind, purpose, at, canonical, sha256)
  select id, subject, position, kind, purpose, at, canonical, sha256 from entries order by rowid;
drop table entries;
alter table entries_anew rename to entries;

create index entries_newest on entries (subject, kind, purpose, position);
create index entries_by_kind on entries (kind, purpose, id);
create trigger entries_refuse_update before update on entries begin select raise(abort, 'entries is append-only'); end;
create trigger entries_refuse_delete before delete on entries begin select raise(abort, 'entries is append-only'); end;
create trigger entries_refuse_replace before insert on entries
  when exists (select 1 from entries where id = new.id or (subject = new.subject and position = new.position))
  begin select raise(abort, 'entries is append-only'); end;
