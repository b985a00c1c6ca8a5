-- One log of what staff did: sign-ins, searches, support views, openings of cases, downloads, and
-- commands on the machine. Auditors read it. Rows are only ever added.
--
-- What has a record elsewhere is not stored twice: `points_to` is its key there. For
-- `support-view` that is looks.entry_id, for `case-move` case_steps.entry_id, for `case-assigned`
-- case_assignments.id, for `download` audit_downloads.id, for the other kinds entries.id.
--
-- A version before this one writes no rows here.
create table staff_actions (
  -- The order of the record, also within one microsecond.
  id bigint generated always as identity primary key,
  -- Unix microseconds.
  at bigint not null,
  kind text not null,
  outcome text not null check (outcome in ('success', 'failure')),
  client text not null check (client in ('web', 'command-line')),
  -- Who did it, and their role then. A command does not say whose it is.
  staff_id text references members (id),
  role text,
  -- Whose account it was done to, where that is another.
  about_id text references members (id),
  case_number text references cases (number),
  points_to text,
  -- A word of ours, such as the name of a file. Never what somebody typed.
  detail text,
  -- How many there were, such as results of a search.
  amount bigint,
  -- The request's lines in the security log have it too.
  request_id text,
  check ((client = 'web') = (staff_id is not null)),
  check ((staff_id is null) = (role is null))
);
create index staff_actions_in_order on staff_actions (at, id);
create index staff_actions_by_staff on staff_actions (staff_id, at, id);
create index staff_actions_about on staff_actions (about_id, at, id);
create index staff_actions_of_case on staff_actions (case_number, kind, at, id);
create index staff_actions_by_kind on staff_actions (kind, at, id);

create trigger staff_actions_refuse_change before update or delete or truncate on staff_actions
  for each statement execute function refuse_change();

-- What was recorded before, where it says who did it.
insert into staff_actions (at, kind, outcome, client, staff_id, role, about_id, case_number, points_to)
select past.at * 1000, past.kind, 'success', 'web', past.staff_id, past.role, past.about_id, past.number, past.points_to
from (
  select at, 'support-view' as kind, staff_id, role, member_id as about_id, case_number as number, entry_id as points_to
  from looks
  union all
  select at, 'case-move', officer_id, 'privacy_officer', null::text, number, entry_id
  from case_steps where officer_id is not null
  union all
  select at, 'case-assigned', by_id, 'privacy_officer', null::text, number, id
  from case_assignments
  union all
  select at, 'download', auditor_id, 'auditor', null::text, null::text, id
  from audit_downloads
) past
order by past.at, past.points_to;
