-- Devices on which a member has signed in before: the SHA-256 of the member's id and a secret that the
-- device has in a cookie. What fails there is not counted with what strangers try.
create table known_devices (
  sha256 text primary key,
  member_id text not null references members (id) on delete cascade,
  seen_at bigint not null
);
create index known_devices_of_member on known_devices (member_id, seen_at);
create index known_devices_by_seen on known_devices (seen_at);

-- When the owner of an account was last told that strangers have failed often.
alter table sign_in_attempts add column told_at bigint not null default 0;
create index sign_in_attempts_by_newest on sign_in_attempts (newest_at);
