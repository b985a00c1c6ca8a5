-- The exact texts that members are shown. A version once published is never changed, only followed.
create table notices (
  purpose text not null,
  version bigint not null check (version > 0),
  language text not null,
  title text not null,
  body text not null,
  sha256 text not null,
  published_at bigint not null,
  effective_at bigint not null,
  primary key (purpose, version, language)
);

-- The append-only record. `canonical` holds the bytes that were hashed (RFC 8785); the columns are for finding them.
create table entries (
  id text primary key,
  subject text not null,
  -- 1, 2, 3 … within a subject; unique, so that a history cannot fork.
  position bigint not null check (position > 0),
  kind text not null check (kind in ('default', 'notice', 'choice')),
  purpose text not null,
  at bigint not null,
  canonical blob not null,
  sha256 text not null,
  unique (subject, position)
);
