//! The Data privacy tab, the history, one entry, and the notices.

mod entry;
mod history;
mod notice;
mod tab;
pub use entry::EntryPage;
pub use history::HistoryPage;
pub use notice::NoticePage;
pub use tab::tab;
