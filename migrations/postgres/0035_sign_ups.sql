-- What was typed at sign-up, by address and by the browser it was typed in (the SHA-256 of its
-- mark), until a link mailed there is opened: one mail serves whoever signed up within a minute.
create table sign_ups (
  email text not null,
  browser text not null,
  name text not null,
  country text not null,
  password_hash text not null,
  made_at bigint not null,
  primary key (email, browser)
);
create index sign_ups_by_age on sign_ups (made_at);
