//! What staff see: the members, one of them, the queue, and a case.

mod case;
mod case_search;
mod find;
mod member;
mod near;
mod officers;
mod queue;
mod record;
mod unsent;
mod views;

pub use case::CasePage;
pub use find::FindPage;
pub use member::{MemberEntryPage, MemberHistoryPage, MemberPage};
pub use queue::QueuePage;
pub use record::RecordPage;
pub use views::who_looked;
