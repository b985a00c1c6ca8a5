-- Sessions: who is signed in where, and what visitors had typed. `id` is half of the SHA-256 of the id
-- in the cookie. The columns from `epoch` to `device` are there once somebody is signed in wholly; a
-- session that still waits for its code has `member_id` alone. `sid` is that of a platform's sign-in.
--
-- Sessions of the version before stand in its own table, which stays: everybody signs in once more,
-- and after a way back to that version its sessions hold again.
create table sessions (
  id text primary key,
  data text not null,
  member_id text references members (id) on delete cascade,
  epoch bigint,
  proof text,
  device text,
  sid text,
  created_at bigint not null,
  seen_at bigint not null
);
create index sessions_of_member on sessions (member_id) where member_id is not null;
create index sessions_by_sid on sessions (sid) where sid is not null;
create index sessions_by_seen on sessions (seen_at);
