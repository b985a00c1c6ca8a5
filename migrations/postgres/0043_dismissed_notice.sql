-- A notice stays on the tab until its reader decides or dismisses it: the delivery that they
-- dismissed last. It says nothing about a choice, so it is not in the record.
alter table members add column dismissed_notice text;
