-- Rows are only ever added. REPLACE deletes without asking the delete triggers, so an insert over an existing row is refused too.
create trigger entries_refuse_update before update on entries begin select raise(abort, 'entries is append-only'); end;
create trigger entries_refuse_delete before delete on entries begin select raise(abort, 'entries is append-only'); end;
create trigger entries_refuse_replace before insert on entries
  when exists (select 1 from entries where id = new.id or (subject = new.subject and position = new.position))
  begin select raise(abort, 'entries is append-only'); end;
create trigger notices_refuse_update before update on notices begin select raise(abort, 'notices is append-only'); end;
create trigger notices_refuse_delete before delete on notices begin select raise(abort, 'notices is append-only'); end;
create trigger notices_refuse_replace before insert on notices
  when exists (select 1 from notices where purpose = new.purpose and version = new.version and language = new.language)
  begin select raise(abort, 'notices is append-only'); end;
