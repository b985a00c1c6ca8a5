-- A copy says when it was made: a server that finds this row works on a database that was restored.
create table restored (
  id bigint primary key check (id = 1),
  made_at bigint not null
);
