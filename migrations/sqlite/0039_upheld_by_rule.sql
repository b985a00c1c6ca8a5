-- Advertising can never be refused, so it is upheld by rule as soon as a case is acknowledged (GDPR,
-- Article 21(3)). Cases whose whole answer was the rule's are told apart here: they took nobody any
-- time, and the charts of how long answers take are about those that people gave.
alter table cases add column by_rule bigint not null default 0 check (by_rule in (0, 1));
drop index cases_by_decided;
create index cases_by_decided on cases (decided_at, received_at, outcome, by_rule) where decided_at is not null;

-- The step `upheld-by-rule` stands in the record from now on. A version before this one cannot read
-- a history that has it, so none is started any more.
update schema_compatibility set oldest_binary = 39;
