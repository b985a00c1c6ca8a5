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
create trigger text_templates_refuse_update before update on text_templates
begin select raise(abort, 'text_templates is append-only'); end;
create trigger text_templates_refuse_delete before delete on text_templates
begin select raise(abort, 'text_templates is append-only'); end;
create trigger text_templates_refuse_replace before insert on text_templates
when exists (select 1 from text_templates t where t.id = new.id and t.version = new.version)
begin select raise(abort, 'text_templates is append-only'); end;
