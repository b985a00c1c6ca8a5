-- Rows are only ever added.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger entries_refuse_change before update or delete or truncate on entries for each statement execute function refuse_change();
create trigger notices_refuse_change before update or delete or truncate on notices for each statement execute function refuse_change();
