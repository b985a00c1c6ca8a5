-- Objections and their course. What a person wrote stands here; the ledger has only its hash. A case can be rebuilt from its steps
-- but for these texts.
create table cases (
  number text primary key,
  -- Whose history in the ledger the steps stand in: the member's, or one of the case's own for a person without an account.
  subject text not null,
  member_id text references members (id),
  -- The form that was sent: sent twice, it is one case.
  form text not null unique,
  name text not null,
  email text not null,
  country text not null,
  california boolean not null default false,
  mode text not null check (mode in ('object', 'restrict')),
  reason text,
  language text not null,
  state text not null check (state in ('received', 'awaiting_verification', 'acknowledged', 'under_review', 'upheld',
    'partly_upheld', 'refused', 'withdrawn', 'duplicate', 'closed')),
  received_at bigint not null,
  first_due_at bigint not null,
  due_at bigint not null,
  decided_at bigint,
  complaint_due_at bigint,
  complaint_answered_at bigint,
  -- Filed again on purpose, after this one.
  after_number text references cases (number),
  duplicate_of text references cases (number),
  officer_id text references members (id),
  -- Goes up with every step, so that the second of two officers to save is told.
  revision bigint not null default 0
);
create index cases_of_member on cases (member_id, received_at);
create index cases_by_email on cases (email, received_at);
create index cases_by_due on cases (state, due_at);

create table case_purposes (
  number text not null references cases (number),
  position bigint not null,
  purpose text not null,
  outcome text check (outcome in ('upheld', 'refused')),
  grounds text,
  primary key (number, purpose)
);

-- Each step beside its ledger entry, with the text that the entry has the hash of.
create table case_steps (
  entry_id text primary key,
  number text not null references cases (number),
  position bigint not null,
  step text not null,
  actor text not null,
  officer_id text references members (id),
  at bigint not null,
  due_at bigint,
  text text,
  -- The ledger has the SHA-256 of the salt, a newline and the text, so that a short text cannot be guessed from its hash.
  salt text not null,
  unique (number, position)
);

-- Links that open one case and nothing else, for a person without an account; each letter carries one of its own.
create table case_links (
  sha256 text primary key,
  number text not null references cases (number),
  made_at bigint not null
);
create index case_links_of_case on case_links (number, made_at);

-- The code that a person without an account was sent, as a hash.
create table case_codes (
  number text primary key references cases (number),
  sha256 text not null,
  sent_at bigint not null,
  sent bigint not null,
  tries bigint not null
);
