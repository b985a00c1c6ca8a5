-- From when to when nobody had shown whose the address of an account is, and nothing rested on it. Those who were here
-- before addresses were proved: from the day on which that came (migration 24), or from when they joined.
alter table members add column unproved_since bigint;
alter table members add column unproved_until bigint;
update members set
  unproved_since = max(joined_at, (select cast(strftime('%s', installed_on) as integer) * 1000 from _sqlx_migrations where version = 24))
  where address_proved_at is null;
