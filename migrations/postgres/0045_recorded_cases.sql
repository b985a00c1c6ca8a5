-- What an officer recorded for somebody: an objection or a complaint that came by letter, in a call,
-- from an agent or in person. One row beside the step that records it: how it came, whose words its
-- text is, who acts for the person, and from when the time to answer runs. Rows are only added.
create table case_records (
  entry_id text primary key references case_steps (entry_id),
  came text not null check (came in ('letter', 'phone', 'agent', 'in-person')),
  words text check (words in ('person', 'officer', 'agent')),
  agent text,
  received_at bigint not null
);
create trigger case_records_refuse_change before update or delete or truncate on case_records
  for each statement execute function refuse_change();

-- The step `recorded` stands in the record from now on. A version before this one cannot read a
-- history that has it, and would not know that nobody has confirmed the address of such a case, so
-- none is started any more.
update schema_compatibility set oldest_binary = 45;
