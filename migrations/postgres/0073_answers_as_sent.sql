-- Each answer to an objection as it was sent, so that it is shown in its own words, whatever the
-- rules say by the day it is read. The entry of the step has its hash, made with the salt of the
-- step; once that is erased, the answer is as well. A version before this one cannot read such an
-- entry.
create table case_answers (
  entry_id text primary key references case_steps (entry_id),
  -- The parts of the letter as JSON, in the spelling that was hashed.
  blocks text not null
);
create function refuse_change_of_answer() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from case_steps s where s.entry_id = old.entry_id and s.salt <> '') then
    return old;
  end if;
  raise exception 'case_answers is append-only';
end $$;
create trigger case_answers_refuse_change before update or delete on case_answers
  for each row execute function refuse_change_of_answer();
create trigger case_answers_refuse_truncate before truncate on case_answers
  for each statement execute function refuse_change();
create function erase_answer() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  delete from case_answers where entry_id = new.entry_id;
  return null;
end $$;
create trigger case_steps_erase_answer after update on case_steps
  for each row when (new.salt = '' and old.salt <> '') execute function erase_answer();
update schema_compatibility set oldest_binary = 73;
