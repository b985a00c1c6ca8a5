-- From here on the entry of a notice says from when it counts, and that of a support view marks who
-- looked, and says until when. A version before this one cannot read such entries.
update schema_compatibility set oldest_binary = 76;
