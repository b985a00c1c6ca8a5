-- Members whom the platform brings in, by the id under which it knows them; null for those who signed up here. Until
-- they have set a password, their password_hash is '', which no password has.
alter table members add column platform_id text;
-- When a link to set a password was first put into the outbox for them.
alter table members add column invited_at bigint;
create unique index members_by_platform_id on members (platform_id);
create index members_to_invite on members (id) where invited_at is null and platform_id is not null;

-- Links with which a member sets the first password, each once; of the link there is only the SHA-256.
create table welcome_links (
  sha256 text primary key,
  member_id text not null references members (id),
  made_at bigint not null
);
create index welcome_links_of_member on welcome_links (member_id, made_at);
