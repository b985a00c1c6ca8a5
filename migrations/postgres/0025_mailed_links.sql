-- Links that were mailed to show that a mailbox is somebody's, by the SHA-256 of their secrets: a sign-up that is to be
-- confirmed (with what was typed, for no account begins before), the proof of an address that an account has already, a
-- forgotten password, and a new address. Each holds for a day and works once.
create table mailed_links (
  sha256 text primary key,
  kind text not null check (kind in ('sign-up', 'address', 'password', 'new-address')),
  -- Where it was sent.
  email text not null,
  -- Whose it is; null for a sign-up.
  member_id text references members (id),
  name text,
  country text,
  password_hash text,
  -- The SHA-256 of the mark of the browser that asked for it.
  browser text,
  made_at bigint not null
);
create index mailed_links_of_address on mailed_links (email, made_at);
create index mailed_links_of_member on mailed_links (member_id);
create index mailed_links_by_age on mailed_links (made_at);
