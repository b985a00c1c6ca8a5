-- Members who have deleted their account. Their row stays, without anything that names them: others
-- point to it. Their history stays under its subject, which then leads to nobody.
--
-- A version before this one would take such a row for a member, and cannot read the entries that
-- speak of it.
alter table members add column forgotten_at bigint;

-- Subjects whose secret goes once all their entries have a leaf; `entry_id` is the entry that says
-- that it is gone.
create table forgotten_subjects (
  subject text primary key,
  asked_at bigint not null,
  entry_id text
);
create index forgotten_waiting on forgotten_subjects (subject) where entry_id is null;

-- Those of them whom the platform knows under an id: an import brings nobody back, and an export has
-- them as denied.
create table departed_members (
  platform_id text primary key,
  left_at bigint not null
);

-- What was written in the cases of such a member may go, and why staff looked at their settings.
drop trigger case_steps_refuse_update;
create trigger case_steps_refuse_update before update on case_steps
when not (
  new.text is null and new.salt = ''
  and new.entry_id = old.entry_id and new.number = old.number and new.position = old.position and new.step = old.step
  and new.actor = old.actor and new.officer_id is old.officer_id and new.at = old.at and new.due_at is old.due_at
  and (exists (select 1 from cases c join members m on m.id = c.member_id where c.number = old.number and m.forgotten_at is not null)
    or exists (select 1 from cases c where c.number = old.number and c.member_id is null
    and c.state in ('awaiting_verification', 'withdrawn')
    and c.received_at <= unixepoch() * 1000 - 92 * 86400000
    and not exists (select 1 from case_steps s where s.number = c.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system'))))))
begin select raise(abort, 'case_steps is append-only'); end;
drop trigger case_notes_refuse_update;
create trigger case_notes_refuse_update before update on case_notes
when not (
  new.text is null and new.number = old.number and new.position = old.position
  and new.officer_id = old.officer_id and new.form = old.form and new.at = old.at
  and (exists (select 1 from cases c join members m on m.id = c.member_id where c.number = old.number and m.forgotten_at is not null)
    or exists (select 1 from cases c where c.number = old.number and c.member_id is null
    and c.state in ('awaiting_verification', 'withdrawn')
    and c.received_at <= unixepoch() * 1000 - 92 * 86400000
    and not exists (select 1 from case_steps s where s.number = c.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system'))))))
begin select raise(abort, 'case_notes is append-only'); end;
drop trigger cases_refuse_change;
create trigger cases_refuse_change before update of reason, number on cases
when new.number <> old.number or (new.reason is not old.reason and not (
  new.reason is null
  and (exists (select 1 from cases c join members m on m.id = c.member_id where c.number = old.number and m.forgotten_at is not null)
    or exists (select 1 from cases c where c.number = old.number and c.member_id is null
    and c.state in ('awaiting_verification', 'withdrawn')
    and c.received_at <= unixepoch() * 1000 - 92 * 86400000
    and not exists (select 1 from case_steps s where s.number = c.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system')))))))
begin select raise(abort, 'the text of a case is append-only'); end;
drop trigger case_rulings_refuse_update;
create trigger case_rulings_refuse_update before update on case_rulings
when not (
  new.grounds is null and new.said is null and new.entry_id = old.entry_id and new.position = old.position
  and new.purpose = old.purpose and new.outcome = old.outcome and new.holds is old.holds
  and exists (select 1 from cases c join members m on m.id = c.member_id where c.number = (select s.number from case_steps s where s.entry_id = old.entry_id) and m.forgotten_at is not null))
begin select raise(abort, 'case_rulings is append-only'); end;
drop trigger case_records_refuse_update;
create trigger case_records_refuse_update before update on case_records
when not (
  new.agent is null and new.entry_id = old.entry_id and new.came = old.came and new.words is old.words
  and new.received_at = old.received_at
  and exists (select 1 from cases c join members m on m.id = c.member_id where c.number = (select s.number from case_steps s where s.entry_id = old.entry_id) and m.forgotten_at is not null))
begin select raise(abort, 'case_records is append-only'); end;
drop trigger case_purposes_refuse_change;
create trigger case_purposes_refuse_change before update of outcome, grounds on case_purposes
when old.outcome is not null and (new.outcome is not old.outcome or new.grounds is not old.grounds) and not (
  new.outcome is old.outcome and new.grounds is null
  and exists (select 1 from cases c join members m on m.id = c.member_id where c.number = old.number and m.forgotten_at is not null)
  or old.outcome = 'refused'
  and exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
    where s.number = old.number and r.purpose = old.purpose and r.outcome = old.outcome and r.grounds is old.grounds)
  and (exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
    where s.number = old.number and s.step = 'ruled-again' and r.purpose = old.purpose
      and r.outcome = new.outcome and r.grounds is new.grounds)
    or new.outcome is null and new.grounds is null and 'reopened' = (select s.step from case_steps s
      where s.number = old.number order by s.position desc limit 1)))
begin select raise(abort, 'a decision is append-only'); end;
drop trigger looks_refuse_update;
create trigger looks_refuse_update before update on looks
when not (
  new.text is null and new.salt is null and new.entry_id = old.entry_id and new.member_id = old.member_id
  and new.staff_id = old.staff_id and new.role = old.role and new.shown = old.shown and new.reason = old.reason
  and new.case_number is old.case_number and new.look_id is old.look_id and new.at = old.at
  and new.open_until = old.open_until
  and exists (select 1 from members m where m.id = old.member_id and m.forgotten_at is not null))
begin select raise(abort, 'looks is append-only'); end;

-- Nothing more is recorded about somebody whose secret is gone.
create trigger entries_refuse_forgotten before insert on entries
  when exists (select 1 from forgotten_subjects f where f.subject = new.subject and f.entry_id is not null)
begin select raise(abort, 'this subject is forgotten'); end;
update schema_compatibility set oldest_binary = 74;
