-- How much of what strangers may do was used of late, for all nodes together. A key is a hash.
create table allowances (
  key text primary key,
  used_until bigint not null
);
