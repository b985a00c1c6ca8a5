-- Whoever reads the mailbox of a recorded objection, and says that it is not theirs, leaves a step:
-- `disowned` stands in the record from now on. A version before this one cannot read a history that
-- has it, so none is started any more.
update schema_compatibility set oldest_binary = 64;
