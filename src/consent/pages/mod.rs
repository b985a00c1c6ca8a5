//! The Data privacy tab, the history, one entry, and the notices.

mod entry;
mod history;
mod notice;
mod receipt;
mod tab;
pub use entry::{EntryPage, entry};
pub use history::{asked_before, at_page, history, history_page, title};
pub use notice::NoticePage;
pub use receipt::ReceiptPage;
pub use tab::{card_to_look_at, tab};
