-- Members who have deleted their account. Their row stays, without anything that names them: others
-- point to it. Their history stays under its subject, which then leads to nobody.
--
-- A version before this one would take such a row for a member, and cannot read the entries that
-- speak of it.
alter table members add column forgotten_at bigint;

-- Subjects whose secret goes once all their entries have a leaf; `entry_id` is the entry that says
-- that it is gone.
create table forgotten_subjects (
  subject text primary key,
  asked_at bigint not null,
  entry_id text
);
create index forgotten_waiting on forgotten_subjects (subject) where entry_id is null;

-- Those of them whom the platform knows under an id: an import brings nobody back, and an export has
-- them as denied.
create table departed_members (
  platform_id text primary key,
  left_at bigint not null
);

-- What was written in the cases of such a member may go, and why staff looked at their settings.
create function is_forgotten(the_case text) returns boolean
language sql stable set search_path = public, pg_temp as $$
  select exists (select 1 from cases c join members m on m.id = c.member_id
    where c.number = the_case and m.forgotten_at is not null)
$$;
create or replace function may_be_swept(the_case text) returns boolean
language sql stable set search_path = public, pg_temp as $$
  select is_forgotten(the_case) or exists (select 1 from cases c where c.number = the_case and c.member_id is null
    and c.state in ('awaiting_verification', 'withdrawn')
    and c.received_at <= (extract(epoch from clock_timestamp()) * 1000)::bigint - 92 * 86400000::bigint
    and not exists (select 1 from case_steps s where s.number = c.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system'))))
$$;
create function refuse_change_of_ruling() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if new.grounds is null and new.said is null
    and to_jsonb(new) - 'grounds' - 'said' = to_jsonb(old) - 'grounds' - 'said'
    and is_forgotten((select s.number from case_steps s where s.entry_id = old.entry_id))
  then
    return new;
  end if;
  raise exception 'case_rulings is append-only';
end $$;
drop trigger case_rulings_refuse_change on case_rulings;
create trigger case_rulings_refuse_change before delete or truncate on case_rulings
  for each statement execute function refuse_change();
create trigger case_rulings_refuse_update before update on case_rulings
  for each row execute function refuse_change_of_ruling();
create function refuse_change_of_record() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if new.agent is null and to_jsonb(new) - 'agent' = to_jsonb(old) - 'agent'
    and is_forgotten((select s.number from case_steps s where s.entry_id = old.entry_id))
  then
    return new;
  end if;
  raise exception 'case_records is append-only';
end $$;
drop trigger case_records_refuse_change on case_records;
create trigger case_records_refuse_change before delete or truncate on case_records
  for each statement execute function refuse_change();
create trigger case_records_refuse_update before update on case_records
  for each row execute function refuse_change_of_record();
create function refuse_change_of_look() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if new.text is null and new.salt is null
    and to_jsonb(new) - 'text' - 'salt' = to_jsonb(old) - 'text' - 'salt'
    and exists (select 1 from members m where m.id = old.member_id and m.forgotten_at is not null)
  then
    return new;
  end if;
  raise exception 'looks is append-only';
end $$;
drop trigger looks_refuse_change on looks;
create trigger looks_refuse_change before delete or truncate on looks
  for each statement execute function refuse_change();
create trigger looks_refuse_update before update on looks
  for each row execute function refuse_change_of_look();
create or replace function refuse_change_of_decision() returns trigger language plpgsql as $$
begin
  if old.outcome is not null and (new.outcome is distinct from old.outcome or new.grounds is distinct from old.grounds)
    and not (
      new.outcome is not distinct from old.outcome and new.grounds is null and is_forgotten(old.number)
      or old.outcome = 'refused'
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

-- For the role that serves, which may update none of these itself (docs/postgres-roles.sql): what
-- was written in a case of somebody who has deleted their account. Returns how many texts there
-- were; null where nothing may go.
create function erase_forgotten_case(the_case text, erased_at bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  texts bigint;
begin
  if not is_forgotten(the_case) then
    return null;
  end if;
  texts := sweep_unverified_case(the_case, erased_at);
  if texts is null then
    return null;
  end if;
  update case_rulings r set grounds = null, said = null where r.entry_id in
    (select s.entry_id from case_steps s where s.number = the_case) and (r.grounds is not null or r.said is not null);
  update case_records r set agent = null where r.agent is not null and r.entry_id in
    (select s.entry_id from case_steps s where s.number = the_case);
  update case_purposes p set grounds = null, proposed_grounds = null where p.number = the_case;
  return texts;
end $$;
revoke all on function erase_forgotten_case(text, bigint) from public;
-- The same of why staff looked at their settings.
create function erase_forgotten_looks(the_member text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update looks l set text = null, salt = null where l.member_id = the_member and l.text is not null
    and exists (select 1 from members m where m.id = the_member and m.forgotten_at is not null);
end $$;
revoke all on function erase_forgotten_looks(text) from public;

-- Nothing more is recorded about somebody whose secret is gone.
create function refuse_entry_of_forgotten() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (select 1 from forgotten_subjects f where f.subject = new.subject and f.entry_id is not null) then
    raise exception 'this subject is forgotten';
  end if;
  return new;
end $$;
create trigger entries_refuse_forgotten before insert on entries
  for each row execute function refuse_entry_of_forgotten();
update schema_compatibility set oldest_binary = 74;
