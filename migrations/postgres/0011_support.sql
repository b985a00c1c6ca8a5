-- What members are found under, as src/account/search.rs makes it of their names and addresses: one row for each word or pair of words, so that
-- a search is one walk along this index, as short with a million members as with a thousand. The words are compared byte by byte.
create table member_words (
  word text collate "C" not null,
  member_id text not null references members (id),
  primary key (word, member_id)
);
-- Whether a member's words are there. Rows from before, and those that an older version still adds, get theirs from the server.
alter table members add column searchable boolean not null default false;
create index members_not_searchable on members (id) where not searchable;

-- Each time somebody of the staff looked at a member's settings, or had a whole address shown, beside the ledger's entry of it: who it was, until
-- when it is open to them, and what they wrote as the reason. The entry names only the team, and has of the text only its hash.
create table looks (
  entry_id text primary key,
  member_id text not null references members (id),
  staff_id text not null references members (id),
  role text not null check (role in ('support', 'privacy_officer')),
  shown text not null check (shown in ('settings', 'address')),
  reason text not null,
  case_number text references cases (number),
  text text,
  -- The ledger has the SHA-256 of the salt, a newline and the text, so that a short text cannot be guessed from its hash.
  salt text,
  -- Where an address was shown: the look during which it was.
  look_id text references looks (entry_id),
  at bigint not null,
  open_until bigint not null,
  check ((shown = 'address') = (look_id is not null)),
  check ((text is null) = (salt is null))
);
create index looks_open on looks (staff_id, member_id, open_until);
