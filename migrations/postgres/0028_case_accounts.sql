-- The accounts in which a case that was filed without one pauses its purposes, because they are known to have its address.
create table case_accounts (
  number text not null references cases (number),
  member_id text not null references members (id),
  primary key (number, member_id)
);
create index case_accounts_of_member on case_accounts (member_id);
