-- Officers look for the answers that reached nobody: whoever reads the address had said that the
-- objection is not theirs. A page of them is a walk along this index, however many were answered.
create index cases_not_sent on cases (received_at, number)
  where disowned_at is not null and decided_at is not null;
