-- Whoever objected or complained is told once where it stands, before the answer is due. The step
-- `progress-told` stands in the record from now on. A version before this one cannot read a history
-- that has it, so none is started any more.
update schema_compatibility set oldest_binary = 46;
