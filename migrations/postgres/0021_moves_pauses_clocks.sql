-- New kinds of entries: a member moved; a case under the same address pauses something; a span of the clock is not believed. Those that the
-- log will need stand in the list already, because SQLite has to make the table anew for it.
alter table entries drop constraint entries_kind_check;
alter table entries add constraint entries_kind_check
  check (kind in ('default', 'notice', 'choice', 'objection', 'decision', 'view', 'move', 'pause', 'clock',
    'key', 'rollback', 'forgotten', 'snapshot', 'run'));
