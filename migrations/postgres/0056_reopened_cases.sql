-- An officer can open a refused case again. What was refused is pending once more, so it has no
-- outcome until it is decided anew; what was decided stays in case_rulings. Only the step `reopened`
-- that was just recorded allows that, and nothing that was upheld ever changes.
create or replace function refuse_change_of_decision() returns trigger language plpgsql as $$
begin
  if old.outcome is not null and (new.outcome is distinct from old.outcome or new.grounds is distinct from old.grounds)
    and not (
      old.outcome = 'refused'
      and exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
    where s.number = old.number and r.purpose = old.purpose and r.outcome = old.outcome and r.grounds is not distinct from old.grounds)
      and (exists (select 1 from case_rulings r join case_steps s on s.entry_id = r.entry_id
        where s.number = old.number and s.step = 'ruled-again' and r.purpose = old.purpose
          and r.outcome = new.outcome and r.grounds is not distinct from new.grounds)
        or new.outcome is null and new.grounds is null and 'reopened' = (select s.step from case_steps s
          where s.number = old.number order by s.position desc limit 1)))
  then
    raise exception 'a decision is append-only';
  end if;
  return new;
end $$;

-- The step `reopened` stands in the record from now on. A version before this one cannot read a
-- history that has it, so none is started any more.
update schema_compatibility set oldest_binary = 56;
