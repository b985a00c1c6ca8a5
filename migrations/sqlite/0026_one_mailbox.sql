-- Accounts that stand for one mailbox twice: their addresses differ only in how the domain is written (IDNA), or in how
-- letters are composed. They were made before addresses were compared as mail compares them. Until an operator has merged
-- them, a No of one holds for all.
create table duplicate_addresses (
  member_id text primary key references members (id),
  mailbox text not null,
  found_at bigint not null
);
create index duplicate_addresses_of_mailbox on duplicate_addresses (mailbox);
-- Addresses that may be written in more than one way: the server compares them when it starts, and each hour.
create index members_in_other_letters on members (id) where email glob '*[^ -~]*';
create index cases_in_other_letters on cases (number) where email glob '*[^ -~]*';
