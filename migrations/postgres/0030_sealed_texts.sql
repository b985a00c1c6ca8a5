-- A text that an entry has sealed stays as it is, and so does a decision.
create trigger case_steps_refuse_change before update or delete or truncate on case_steps
  for each statement execute function refuse_change();
create function refuse_change_of_case() returns trigger language plpgsql as $$
begin
  if new.reason is distinct from old.reason or new.number <> old.number then
    raise exception 'the text of a case is append-only';
  end if;
  return new;
end $$;
create trigger cases_refuse_change before update of reason, number on cases
  for each row execute function refuse_change_of_case();
create function refuse_change_of_decision() returns trigger language plpgsql as $$
begin
  if old.outcome is not null and (new.outcome is distinct from old.outcome or new.grounds is distinct from old.grounds) then
    raise exception 'a decision is append-only';
  end if;
  return new;
end $$;
create trigger case_purposes_refuse_change before update of outcome, grounds on case_purposes
  for each row execute function refuse_change_of_decision();

-- Sessions had another table before 0022; nothing reads it any more.
drop schema if exists tower_sessions cascade;
