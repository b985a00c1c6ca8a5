-- The cases in which an answer was sent back, and those that were opened again, are few of all.
-- These lead to them, however many cases there are.
create index case_steps_returned on case_steps (number, position) where step = 'returned';
create index case_steps_reopened on case_steps (number) where step = 'reopened';
