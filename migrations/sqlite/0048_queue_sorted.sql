-- The queue can be sorted by when a case came in and by the name, too. Each stage of it, of everybody
-- and of one officer, is then a walk along an index, as it is by when something is due. The stage is
-- that of `Stage::of` in `crates/core/src/objection/queue.rs`.
alter table cases add column queue_stage text generated always as (
  case when proposed_by is not null then 'second-officer'
       when complaint_due_at is not null and complaint_answered_at is null then 'complaint'
       when state = 'under_review' then 'under-review'
       when state in ('received', 'acknowledged') then 'new'
       when decided_at is not null then 'answered'
       when state in ('duplicate', 'withdrawn') then 'ended' end) virtual;
create index cases_stage_received on cases (queue_stage, received_at, number);
create index cases_stage_name on cases (queue_stage, name_key, number);
create index cases_officer_stage_received on cases (officer_id, queue_stage, received_at, number);
create index cases_officer_stage_name on cases (officer_id, queue_stage, name_key, number);
