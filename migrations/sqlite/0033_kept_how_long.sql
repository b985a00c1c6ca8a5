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
drop trigger case_steps_refuse_update;
create trigger case_steps_refuse_update before update on case_steps
when not (
  new.text is null and new.salt = ''
  and new.entry_id = old.entry_id and new.number = old.number and new.position = old.position and new.step = old.step
  and new.actor = old.actor and new.officer_id is old.officer_id and new.at = old.at and new.due_at is old.due_at
  and exists (select 1 from cases c where c.number = old.number and c.member_id is null
    and c.state in ('awaiting_verification', 'withdrawn')
    and c.received_at <= unixepoch() * 1000 - 92 * 86400000
    and not exists (select 1 from case_steps s where s.number = c.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system')))))
begin select raise(abort, 'case_steps is append-only'); end;
drop trigger cases_refuse_change;
create trigger cases_refuse_change before update of reason, number on cases
when new.number <> old.number or (new.reason is not old.reason and not (
  new.reason is null and old.member_id is null
  and old.state in ('awaiting_verification', 'withdrawn')
  and old.received_at <= unixepoch() * 1000 - 92 * 86400000
  and not exists (select 1 from case_steps s where s.number = old.number and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system')))))
begin select raise(abort, 'the text of a case is append-only'); end;
