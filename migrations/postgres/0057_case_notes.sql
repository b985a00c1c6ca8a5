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
);

-- A note stays as it is, with the exception of migration 0033: what was written in a case whose
-- address nobody confirmed may go. Officers see no such case, so it has no notes; if one ever got
-- there, it goes with the rest.
create function refuse_change_of_note() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if new.text is null and new.number = old.number and new.position = old.position
    and new.officer_id = old.officer_id and new.form = old.form and new.at = old.at
    and may_be_swept(old.number)
  then
    return new;
  end if;
  raise exception 'case_notes is append-only';
end $$;
create trigger case_notes_refuse_change before delete or truncate on case_notes
  for each statement execute function refuse_change();
create trigger case_notes_refuse_update before update on case_notes
  for each row execute function refuse_change_of_note();

-- As in migration 0033, with the notes. Who may call it stays as it is.
create or replace function sweep_unverified_case(the_case text, swept_at bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  texts bigint;
begin
  perform 1 from cases c where c.number = the_case and c.texts_swept_at is null for update;
  if not found or not may_be_swept(the_case) then
    return null;
  end if;
  select (select count(*) from case_steps s where s.number = the_case and s.text is not null)
    + (select count(*) from case_notes n where n.number = the_case and n.text is not null) into texts;
  update case_steps s set text = null, salt = '' where s.number = the_case and (s.text is not null or s.salt <> '');
  update case_notes n set text = null where n.number = the_case and n.text is not null;
  update cases c set reason = null, name = '', email = '', texts_swept_at = swept_at where c.number = the_case;
  return texts;
end $$;
