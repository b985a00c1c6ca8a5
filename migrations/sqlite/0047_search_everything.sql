-- One box finds all that may be known of a case: its number, a receipt, a name, an address.
--
-- The words that a case is found under, as member_words has those of members. Only cases that
-- officers may see have any, so none whose name and address are erased in time.
create table case_words (
  word text not null,
  number text not null references cases (number),
  primary key (word, number)
) without rowid;
create index case_words_of_case on case_words (number);
-- Every word of a name once, under what it is found by if only its middle was typed, or one letter
-- is wrong. Whose name it is stands in member_words and case_words.
create table name_parts (
  part text not null,
  word text not null,
  primary key (part, word)
) without rowid;
-- Whether that was done for the name of a member, and for a case. The server does it for those from
-- before, and for those that an older version adds.
alter table members add column name_parted boolean not null default false;
create index members_without_parts on members (id) where not name_parted;
drop index members_without_short_pairs;
alter table cases add column searchable boolean not null default false;
create index cases_without_words on cases (number) where not searchable;
-- The name of a case as the queue is sorted by it.
alter table cases add column name_key text not null default '';
-- A receipt is the end of the id of its entry.
create index entries_by_receipt on entries (substr(id, 27));
