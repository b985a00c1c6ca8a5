-- Officers look for the cases with a question: those in which a reply came, and those in which one
-- is awaited. A page of either is a walk along this index, however many cases wait.
create index cases_with_question on cases (question, waits_until, number) where question is not null;
