-- An officer can open a refused case again. What was refused is pending once more, so it has no
-- outcome until it is decided anew; what was decided stays in case_rulings. Only the step `reopened`
-- that was just recorded allows that, and nothing that was upheld ever changes.
drop trigger case_purposes_refuse_change;
create trigger case_purposes_refuse_change before update of outcome, grounds on case_purposes
when old.outcome is not null and (new.outcome is not old.outcome or new.grounds is not old.grounds) and not (
  old.outcome = 'refused'
  and exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
    where s.number = old.number and r.purpose = old.purpose and r.outcome = old.outcome and r.grounds is old.grounds)
  and (exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
    where s.number = old.number and s.step = 'ruled-again' and r.purpose = old.purpose
      and r.outcome = new.outcome and r.grounds is new.grounds)
    or new.outcome is null and new.grounds is null and 'reopened' = (select s.step from case_steps s
      where s.number = old.number order by s.position desc limit 1)))
begin select raise(abort, 'a decision is append-only'); end;

-- The step `reopened` stands in the record from now on. A version before this one cannot read a
-- history that has it, so none is started any more.
update schema_compatibility set oldest_binary = 56;
