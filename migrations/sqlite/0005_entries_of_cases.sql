-- Steps of objections become entries. They name several purposes or none, so `purpose` may be null there; an entry about a
-- choice, a notice or a default still has one. 'view' is for support looking at a member's settings.
-- SQLite cannot alter a CHECK, so the table is made anew with the same rows. Dropping the old one takes its triggers and
-- its index along (and runs no delete trigger); both are made again below as they were.
create table entries_anew (
  id text primary key,
  subject text not null,
  -- 1, 2, 3 … within a subject; unique, so that a history cannot fork.
  position bigint not null check (position > 0),
  kind text not null check (kind in ('default', 'notice', 'choice', 'objection', 'decision', 'view')),
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

create index if not exists entries_newest on entries (subject, kind, purpose, position);
create trigger entries_refuse_update before update on entries begin select raise(abort, 'entries is append-only'); end;
create trigger entries_refuse_delete before delete on entries begin select raise(abort, 'entries is append-only'); end;
create trigger entries_refuse_replace before insert on entries
  when exists (select 1 from entries where id = new.id or (subject = new.subject and position = new.position))
  begin select raise(abort, 'entries is append-only'); end;
