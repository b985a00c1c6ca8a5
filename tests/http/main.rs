//! Stories told through the front door, each on SQLite and on PostgreSQL. PostgreSQL is named by
//! `SAYSO_TEST_POSTGRES`; without it its half fails, it is not skipped.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod test_app;

mod accounts;
mod audit;
mod back;
mod case_access;
mod case_counts;
mod choice;
mod clock;
mod cookies;
mod corpus;
mod deleted_account;
mod demonstration;
mod forms;
mod frame;
mod fuzz;
mod history;
mod idempotent;
mod initial_password;
mod ledger;
mod made_for;
mod mail;
mod mailbox;
mod members;
mod notice_stays;
mod objection;
mod origins;
mod others_check;
mod pace;
mod pack;
mod point_in_time;
mod public_log;
mod queue;
mod queue_together;
mod reach;
mod receipts;
mod refusals;
mod retention;
mod roles;
mod rollback;
mod same_work;
mod search;
mod search_everything;
mod second_factor;
mod security_events;
mod sessions;
mod staff_actions;
mod statistics;
mod support;
mod throttle;
mod tree;
mod whole_record;
mod witnesses;

/// Tells each of these stories on both databases. A story that is forgotten here is never used,
/// which is an error of the lints.
macro_rules! stories {
    [$($name:ident),+ $(,)?] => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::test_app::TestApp::sqlite().await).await }
        )+ }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::test_app::TestApp::postgres().await).await }
        )+ }
    };
}
pub(crate) use stories;
