-- An answer that refuses something waits for a second officer; who proposed it, and when, while it waits.
alter table cases add column proposed_by text references members (id);
alter table cases add column proposed_at bigint;
-- What the newest proposed answer says; it stays when that one is returned, to be written on.
alter table case_purposes add column proposed_outcome text check (proposed_outcome in ('upheld', 'refused'));
alter table case_purposes add column proposed_grounds text;

-- The queue: what waits, by when something is due next, and all the rest by when it came in.
create index cases_waiting on cases (
  (case when complaint_due_at is not null and complaint_answered_at is null then complaint_due_at else due_at end), number)
  where state in ('received', 'acknowledged', 'under_review')
     or (complaint_due_at is not null and complaint_answered_at is null);
create index cases_waiting_of_officer on cases (officer_id,
  (case when complaint_due_at is not null and complaint_answered_at is null then complaint_due_at else due_at end), number)
  where state in ('received', 'acknowledged', 'under_review')
     or (complaint_due_at is not null and complaint_answered_at is null);
create index cases_proposed on cases (
  (case when complaint_due_at is not null and complaint_answered_at is null then complaint_due_at else due_at end), number)
  where proposed_by is not null;
create index cases_joined on cases (duplicate_of) where duplicate_of is not null;
create index cases_by_time on cases (received_at, number);
create index cases_of_officer_by_time on cases (officer_id, received_at, number);
create index cases_of_country_by_time on cases (country, received_at, number);

-- Who was given a case, by whom and when; the newest is in cases.officer_id.
create table case_assignments (
  id text primary key,
  number text not null references cases (number),
  officer_id text references members (id),
  by_id text not null references members (id),
  at bigint not null
);
create index case_assignments_of_case on case_assignments (number, at);
create trigger case_assignments_refuse_update before update on case_assignments
  begin select raise(abort, 'case_assignments is append-only'); end;
create trigger case_assignments_refuse_delete before delete on case_assignments
  begin select raise(abort, 'case_assignments is append-only'); end;

-- Which officer has been sent the mail of a morning; the row is there before the mail is, so that no node sends a second.
create table morning_mails (
  day text not null,
  officer_id text not null references members (id),
  primary key (day, officer_id)
);

-- The staff, who are few among the members.
create index members_staff on members (role, name) where role <> 'member';
