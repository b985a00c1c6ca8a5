-- Who can sign in. `subject` is the only name of a member that a ledger entry may carry.
create table members (
  id text primary key,
  subject text not null unique,
  email text not null unique,
  name text not null,
  country text not null,
  role text not null check (role in ('member', 'support', 'privacy_officer', 'auditor')),
  password_hash text not null,
  -- Goes up when the password changes; a session made under an older epoch has ended.
  session_epoch bigint not null default 0,
  demo boolean not null default false,
  joined_at bigint not null
);

-- Failed sign-ins, by a hash of the account or of the address.
create table sign_in_attempts (
  key text primary key,
  failures bigint not null,
  newest_at bigint not null,
  blocked_until bigint not null
);

-- Written by /readyz to know that a write would be durable.
create table probe (id bigint primary key, at bigint not null);
