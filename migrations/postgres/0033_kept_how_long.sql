-- Codes of cases as slow hashes, several at a time: a first one stays good when a second was sent.
-- `case_codes` goes on counting how many were sent; hashes in it are from before this.
create table case_mailed_codes (
  hash text primary key,
  number text not null references cases (number),
  sent_at bigint not null
);
create index case_mailed_codes_of_case on case_mailed_codes (number, sent_at);
create index case_mailed_codes_by_age on case_mailed_codes (sent_at);

-- Wrong codes, counted by who tried: the browser that filed ('filer'), a network address as a hash,
-- and all strangers together ('all').
create table case_code_tries (
  number text not null references cases (number),
  who text not null,
  tries bigint not null,
  newest_at bigint not null,
  primary key (number, who)
);
create index case_code_tries_by_age on case_code_tries (newest_at);

-- When the owner of a case closed the links that were mailed until then; when its texts were swept.
alter table cases add column links_closed_at bigint;
alter table cases add column texts_swept_at bigint;
create index cases_to_sweep on cases (received_at, number)
  where member_id is null and texts_swept_at is null and state in ('awaiting_verification', 'withdrawn');

create index case_links_by_age on case_links (made_at, sha256);
create index welcome_links_by_age on welcome_links (made_at);
create index outbox_sent on outbox (sent_at) where state = 'sent';

-- A text that an entry has sealed stays as it is, with one exception: the texts of a case whose
-- address nobody confirmed within 92 days may go, with their salts. Nothing else may change. Who
-- made a step stays, so a case that was ever a member's, confirmed or worked on is none of these,
-- whatever its other columns say.
create function may_be_swept(the_case text) returns boolean
language sql stable set search_path = public, pg_temp as $$
  select exists (select 1 from cases c where c.number = the_case and c.member_id is null
    and c.state in ('awaiting_verification', 'withdrawn')
    and c.received_at <= (extract(epoch from clock_timestamp()) * 1000)::bigint - 92 * 86400000::bigint
    and not exists (select 1 from case_steps s where s.number = c.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system'))))
$$;
create function refuse_change_of_step() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if new.text is null and new.salt = '' and new.entry_id = old.entry_id and new.number = old.number
    and new.position = old.position and new.step = old.step and new.actor = old.actor
    and new.officer_id is not distinct from old.officer_id and new.at = old.at
    and new.due_at is not distinct from old.due_at and may_be_swept(old.number)
  then
    return new;
  end if;
  raise exception 'case_steps is append-only';
end $$;
drop trigger case_steps_refuse_change on case_steps;
create trigger case_steps_refuse_change before delete or truncate on case_steps
  for each statement execute function refuse_change();
create trigger case_steps_refuse_update before update on case_steps
  for each row execute function refuse_change_of_step();
create or replace function refuse_change_of_case() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if new.number <> old.number
    or (new.reason is distinct from old.reason and not (new.reason is null and may_be_swept(old.number)))
  then
    raise exception 'the text of a case is append-only';
  end if;
  return new;
end $$;

-- The one way to sweep for the role that serves, which may update none of these columns itself
-- (docs/postgres-roles.sql): it works with the rights of the tables' owner, and on nothing but a
-- case that may be swept by this database's own clock. Returns how many texts were there; null
-- where nothing may be swept.
create function sweep_unverified_case(the_case text, swept_at bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  texts bigint;
begin
  perform 1 from cases c where c.number = the_case and c.texts_swept_at is null for update;
  if not found or not may_be_swept(the_case) then
    return null;
  end if;
  select count(*) into texts from case_steps s where s.number = the_case and s.text is not null;
  update case_steps s set text = null, salt = '' where s.number = the_case and (s.text is not null or s.salt <> '');
  update cases c set reason = null, name = '', email = '', texts_swept_at = swept_at where c.number = the_case;
  return texts;
end $$;
revoke all on function sweep_unverified_case(text, bigint) from public;
