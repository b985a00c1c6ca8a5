//! What staff see: the members, one of them, the queue, and a case.

mod case;
mod find;
mod looked;
mod member;
mod officers;
mod queue;
mod unsent;

pub use case::CasePage;
pub use find::FindPage;
pub use looked::who_looked;
pub use member::{MemberEntryPage, MemberHistoryPage, MemberPage};
pub use queue::QueuePage;
