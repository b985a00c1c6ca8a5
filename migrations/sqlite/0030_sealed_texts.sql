-- A text that an entry has sealed stays as it is, and so does a decision.
create trigger case_steps_refuse_update before update on case_steps
begin select raise(abort, 'case_steps is append-only'); end;
create trigger case_steps_refuse_delete before delete on case_steps
begin select raise(abort, 'case_steps is append-only'); end;
create trigger cases_refuse_change before update of reason, number on cases
when new.reason is not old.reason or new.number <> old.number
begin select raise(abort, 'the text of a case is append-only'); end;
create trigger case_purposes_refuse_change before update of outcome, grounds on case_purposes
when old.outcome is not null and (new.outcome is not old.outcome or new.grounds is not old.grounds)
begin select raise(abort, 'a decision is append-only'); end;

-- Sessions had another table before 0022; nothing reads it any more.
drop table if exists tower_sessions;
