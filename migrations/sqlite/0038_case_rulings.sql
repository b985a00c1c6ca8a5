-- What each decision of a case said, as it was said: a complaint has what was refused decided again,
-- and the first answer stays to be read, and to be compared with the hashes in its entry. What
-- stands beside each purpose in case_purposes is what holds now. Rows are only added.
--
-- A version before this one writes no rows here. What it decides is then read from case_purposes.
create table case_rulings (
  entry_id text not null references case_steps (entry_id),
  position bigint not null,
  purpose text not null,
  outcome text not null check (outcome in ('upheld', 'refused')),
  grounds text,
  primary key (entry_id, position)
) without rowid;

insert into case_rulings (entry_id, position, purpose, outcome, grounds)
select s.entry_id, p.position, p.purpose, p.outcome, p.grounds
from case_steps s join case_purposes p on p.number = s.number
where s.step = 'decided' and p.outcome is not null;

create trigger case_rulings_refuse_update before update on case_rulings
begin select raise(abort, 'case_rulings is append-only'); end;
create trigger case_rulings_refuse_delete before delete on case_rulings
begin select raise(abort, 'case_rulings is append-only'); end;

-- A decision stays as it is, with one exception: what was refused may be ruled on again after a
-- complaint, where the refusal is kept above, and so is what takes its place.
drop trigger case_purposes_refuse_change;
create trigger case_purposes_refuse_change before update of outcome, grounds on case_purposes
when old.outcome is not null and (new.outcome is not old.outcome or new.grounds is not old.grounds) and not (
  old.outcome = 'refused'
  and exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
    where s.number = old.number and r.purpose = old.purpose and r.outcome = old.outcome and r.grounds is old.grounds)
  and exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
    where s.number = old.number and s.step = 'ruled-again' and r.purpose = old.purpose
      and r.outcome = new.outcome and r.grounds is new.grounds))
begin select raise(abort, 'a decision is append-only'); end;

-- The step `ruled-again` stands in the record from now on. A version before this one cannot read a
-- history that has it, so none is started any more.
update schema_compatibility set oldest_binary = 38;
