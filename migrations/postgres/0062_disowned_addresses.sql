-- When whoever reads the mailbox of an objection that an officer recorded said that it is not theirs.
-- Nothing more is sent to the address until an officer has corrected it.
alter table cases add column disowned_at bigint;
