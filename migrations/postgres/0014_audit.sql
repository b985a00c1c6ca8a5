-- What the auditor reads. One index of the entries serves a walk by kind, by purpose and by both: by one of them alone it is walked once for
-- each of the few words that the other can be, and the walks are merged. New entries go to the ends of a few runs of it.
create index entries_by_kind on entries (kind, purpose, id);
create index looks_of_member on looks (member_id, entry_id);
create index looks_by_role on looks (role, shown, entry_id);

-- Nobody can have looked unseen: rows are only ever added here too.
create trigger looks_refuse_change before update or delete or truncate on looks for each statement execute function refuse_change();

-- What an auditor took out of the house, written before the first byte of it is sent.
create table audit_downloads (
  id text primary key,
  auditor_id text not null references members (id),
  file text not null check (file in ('access-log', 'ledger')),
  format text not null check (format in ('csv', 'ndjson')),
  -- What was selected, as a query: `from=2026-11-01&role=support`; empty for everything.
  filters text not null,
  at bigint not null
);
create trigger audit_downloads_refuse_change before update or delete or truncate on audit_downloads
  for each statement execute function refuse_change();
