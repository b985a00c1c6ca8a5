-- The log of the staff can be downloaded, too, and that is recorded beside the other files. SQLite
-- changes a CHECK only with the table.
--
-- A version before this one cannot show a page of downloads that has this file.
create table audit_downloads_anew (
  id text primary key,
  auditor_id text not null references members (id),
  file text not null check (file in ('access-log', 'ledger', 'staff-actions')),
  format text not null check (format in ('csv', 'ndjson')),
  -- What was selected, as a query: `from=2026-11-01&role=support`; empty for everything.
  filters text not null,
  at bigint not null
);
insert into audit_downloads_anew (id, auditor_id, file, format, filters, at)
select id, auditor_id, file, format, filters, at from audit_downloads;
drop table audit_downloads;
alter table audit_downloads_anew rename to audit_downloads;
create trigger audit_downloads_refuse_update before update on audit_downloads
  begin select raise(abort, 'audit_downloads is append-only'); end;
create trigger audit_downloads_refuse_delete before delete on audit_downloads
  begin select raise(abort, 'audit_downloads is append-only'); end;
create trigger audit_downloads_refuse_replace before insert on audit_downloads
  when exists (select 1 from audit_downloads where id = new.id)
  begin select raise(abort, 'audit_downloads is append-only'); end;
