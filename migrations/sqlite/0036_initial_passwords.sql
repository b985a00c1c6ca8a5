-- A password that whoever runs this has set for an account: its hash, and when it was set. As long
-- as `password_hash` is the same, its owner has to set one of their own, and it holds for a limited
-- time. A node of the version before changes passwords without these columns: the two hashes then
-- differ, and the password is its owner's own.
alter table members add column initial_password_hash text;
alter table members add column initial_password_at bigint;
