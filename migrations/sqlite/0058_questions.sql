-- An officer can ask whoever objected a question. It pauses nothing and moves no deadline. What the
-- queue says of it: that it waits for a reply, or that the reply came and no officer has made a move
-- since. What was asked and replied stands in case_steps.
alter table cases add column question text check (question in ('sent', 'replied-to'));

-- The steps `asked` and `replied` stand in the record from now on. A version before this one cannot
-- read a history that has them, so none is started any more.
update schema_compatibility set oldest_binary = 58;
