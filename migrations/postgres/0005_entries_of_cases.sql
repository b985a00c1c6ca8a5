-- Steps of objections become entries. They name several purposes or none, so `purpose` may be null there; an entry about a
-- choice, a notice or a default still has one. 'view' is for support looking at a member's settings.
alter table entries alter column purpose drop not null;
alter table entries add constraint entries_purpose_check
  check (purpose is not null or kind not in ('default', 'notice', 'choice'));
alter table entries drop constraint entries_kind_check;
alter table entries add constraint entries_kind_check
  check (kind in ('default', 'notice', 'choice', 'objection', 'decision', 'view'));
