-- When something is due next in a case that waits for an officer: the answer to a complaint, or that to the objection; null while nothing is. The
-- queue is in this order, and each stage of it is a walk along an index of its own, however many cases stand in the others.
alter table cases add column waits_until bigint generated always as (
  case when complaint_due_at is not null and complaint_answered_at is null then complaint_due_at
       when state in ('received', 'acknowledged', 'under_review') then due_at end) virtual;
drop index cases_by_due;
drop index cases_waiting;
drop index cases_waiting_of_officer;
drop index cases_proposed;
drop index cases_with_complaint;
create index cases_waiting on cases (waits_until, number) where waits_until is not null;
create index cases_waiting_of_officer on cases (officer_id, waits_until, number) where waits_until is not null;
create index cases_waiting_of_country on cases (country, waits_until, number) where waits_until is not null;
create index cases_new on cases (waits_until, number) where state in ('received', 'acknowledged');
create index cases_under_review on cases (waits_until, number) where state = 'under_review' and proposed_by is null;
create index cases_proposed on cases (waits_until, number) where proposed_by is not null;
create index cases_with_complaint on cases (waits_until, number)
  where complaint_due_at is not null and complaint_answered_at is null;
-- What does not wait is in the order in which it came in.
create index cases_answered on cases (received_at, number) where decided_at is not null;
create index cases_ended on cases (received_at, number) where state in ('duplicate', 'withdrawn');
