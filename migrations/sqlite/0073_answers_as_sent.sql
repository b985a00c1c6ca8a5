-- Each answer to an objection as it was sent, so that it is shown in its own words, whatever the
-- rules say by the day it is read. The entry of the step has its hash, made with the salt of the
-- step; once that is erased, the answer is as well. A version before this one cannot read such an
-- entry.
create table case_answers (
  entry_id text primary key references case_steps (entry_id),
  -- The parts of the letter as JSON, in the spelling that was hashed.
  blocks text not null
);
create trigger case_answers_refuse_update before update on case_answers
begin select raise(abort, 'case_answers is append-only'); end;
create trigger case_answers_refuse_delete before delete on case_answers
when exists (select 1 from case_steps s where s.entry_id = old.entry_id and s.salt <> '')
begin select raise(abort, 'case_answers is append-only'); end;
create trigger case_steps_erase_answer after update on case_steps when new.salt = '' and old.salt <> ''
begin delete from case_answers where entry_id = new.entry_id; end;
update schema_compatibility set oldest_binary = 73;
