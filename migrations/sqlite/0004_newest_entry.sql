-- A press asks for the newest choice and the newest notice of one member; it must not read the whole history for that.
create index entries_newest on entries (subject, kind, purpose, position);
