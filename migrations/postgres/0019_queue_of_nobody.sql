-- What waits and nobody has taken is a walk along an index of its own too, however much the officers have taken.
create index cases_waiting_of_nobody on cases (waits_until, number) where waits_until is not null and officer_id is null;
