-- What officers note on a case for each other. A note is no step of the case: the ledger has nothing
-- of it, and its person is not shown it. Rows are only added. The key of `case-note` in
-- staff_actions.points_to is the position.
--
-- A version before this one shows no notes, and cannot show a page of the log of the staff with one.
create table case_notes (
  number text not null references cases (number),
  -- Counted from 1, in the order in which they were added.
  position bigint not null,
  officer_id text not null references members (id),
  -- The random name of the form that it was written in.
  form text not null,
  at bigint not null,
  -- Null once it was erased with the words of the case.
  text text,
  primary key (number, position)
) without rowid;

-- A note stays as it is, with the exception of migration 0033: what was written in a case whose
-- address nobody confirmed may go. Officers see no such case, so it has no notes; if one ever got
-- there, it goes with the rest.
create trigger case_notes_refuse_update before update on case_notes
when not (
  new.text is null and new.number = old.number and new.position = old.position
  and new.officer_id = old.officer_id and new.form = old.form and new.at = old.at
  and exists (select 1 from cases c where c.number = old.number and c.member_id is null
    and c.state in ('awaiting_verification', 'withdrawn')
    and c.received_at <= unixepoch() * 1000 - 92 * 86400000
    and not exists (select 1 from case_steps s where s.number = c.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system')))))
begin select raise(abort, 'case_notes is append-only'); end;
create trigger case_notes_refuse_delete before delete on case_notes
begin select raise(abort, 'case_notes is append-only'); end;
create trigger case_notes_refuse_replace before insert on case_notes
  when exists (select 1 from case_notes where number = new.number and position = new.position)
begin select raise(abort, 'case_notes is append-only'); end;
