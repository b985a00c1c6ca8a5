//! What staff see: the members, one of them, the queue, and a case.

mod answer;
mod case;
mod case_search;
mod filed;
mod find;
mod member;
mod near;
mod notes;
mod officers;
mod question;
mod queue;
mod queue_table;
mod record;
mod template_picker;
mod templates;
mod unsent;
mod uphold;
mod views;

pub use case::CasePage;
pub use find::FindPage;
pub use member::{MemberEntryPage, MemberHistoryPage, MemberPage};
pub use queue::QueuePage;
pub use record::RecordPage;
pub use templates::{AddTemplatePage, TemplatePage, TemplatesPage};
pub use uphold::UpholdPage;
pub use views::who_looked_at;
