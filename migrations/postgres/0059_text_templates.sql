-- Templates of texts that officers send. A row is a version; rows are only added. The newest version
-- of a template holds. Its text says nothing about a person.
create table text_templates (
  id text not null,
  version bigint not null check (version > 0),
  kind text not null,
  purpose text,
  language text not null,
  title text not null,
  text text not null,
  retired bigint not null check (retired in (0, 1)),
  by_id text not null references members (id),
  at bigint not null,
  primary key (id, version)
);
create trigger text_templates_refuse_change before update or delete or truncate on text_templates
  for each statement execute function refuse_change();
