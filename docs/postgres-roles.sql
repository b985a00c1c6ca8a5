-- Two roles for PostgreSQL: one owns the tables and migrates them, the other serves.
--
-- Run it as the owner, after each `sayso migrate`:  psql -d sayso -f docs/postgres-roles.sql
-- Make the role that serves first:                  create role sayso_app login password '…';
--
-- The role that serves adds to the record and changes nothing of it: no entry, notice, support view,
-- download, assignment, note or action of the staff, and no text of a case. It cannot alter a table
-- or disable a trigger, because it owns none. Texts of cases that nobody confirmed go after a stated time
-- (docs/retention.md): by a function of the owner, which looks for itself whether they may.
revoke all on all tables in schema public from sayso_app;
revoke create on schema public from sayso_app;
grant usage on schema public to sayso_app;
grant select on all tables in schema public to sayso_app;

-- The record, and the texts that it has sealed: rows are added.
grant insert on entries, notices, looks, audit_downloads, case_assignments, case_steps, case_rulings,
  case_answers, case_records, case_notes, staff_actions, text_templates to sayso_app;

-- The public log only grows. An entry leaves the queue when it has its leaf. To forget somebody is to
-- delete the secret of their leaves.
grant insert on log_leaves, log_ended, log_ended_tiles to sayso_app;
grant insert, update on log_tiles, log_state, log_keys, log_witnessed to sayso_app;
-- `sayso log accept-rollback` moves the tiles of a log that ends.
grant delete on log_tiles to sayso_app;
grant insert, delete on log_queue, subject_secrets to sayso_app;
grant update, delete on log_backfill to sayso_app;

-- Cases go on. What was filed stays. The database itself keeps case_purposes.queue and queue_at
-- (migration 0037).
grant insert on cases, case_purposes to sayso_app;
grant update (subject, member_id, email, state, first_due_at, due_at, decided_at, complaint_due_at,
  complaint_answered_at, after_number, duplicate_of, officer_id, proposed_by, proposed_at, outcome, asked, revision,
  links_closed_at, by_rule, searchable, name_key, question, disowned_at)
  on cases to sayso_app;
grant update (outcome, grounds, proposed_outcome, proposed_grounds) on case_purposes to sayso_app;
grant execute on function sweep_unverified_case(text, bigint) to sayso_app;
-- Of somebody who has deleted their account, the texts go as well (migration 0074).
grant execute on function erase_forgotten_case(text, bigint), erase_forgotten_looks(text) to sayso_app;
grant insert, update on forgotten_subjects to sayso_app;
grant insert on departed_members to sayso_app;
-- The database itself keeps case_counts, and can count anew (migration 0065).
grant execute on function recount_cases() to sayso_app;

-- Everything else comes, changes and goes.
grant insert, update on members, verifications to sayso_app;
grant insert on verification_findings to sayso_app;
grant insert, update, delete on allowances, case_accounts, case_code_tries, case_codes, case_filers,
  case_links, case_mailed_codes, case_words, clock_basis, duplicate_addresses, figures_run, known_devices, mailed_links,
  member_words, morning_mails, name_parts, objection_spans, outbox, probe, recovery_codes, second_factors,
  sessions, restored, sign_in_attempts, sign_ups, standing_days, welcome_links to sayso_app;
