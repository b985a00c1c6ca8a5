-- Whoever filed without an account can correct the address until it is confirmed. The codes that
-- were sent before then open nothing any more, but they still count: no mailbox is sent more codes in
-- a day because the address of a case was corrected afterwards. `address` is the SHA-256 of the one
-- that a code was mailed to; a code from before this has none, and counts for the case's address.
alter table case_mailed_codes add column address text not null default '';
alter table case_mailed_codes add column ended_at bigint;
create index case_mailed_codes_by_address on case_mailed_codes (address, sent_at);

-- Which browser filed a case without an account: the SHA-256 of what it has in a cookie.
create table case_filers (
  sha256 text primary key,
  number text not null references cases (number),
  made_at bigint not null
);
create index case_filers_by_age on case_filers (made_at);

-- The step `address-corrected` stands in the record from now on. A version before this one cannot
-- read a history that has it, and would take a code that has ended, so none is started any more.
update schema_compatibility set oldest_binary = 44;
