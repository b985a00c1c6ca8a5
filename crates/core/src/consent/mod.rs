//! The choice: what holds for whom, since when and why, and how it is said.

#[cfg(feature = "decide")]
pub mod afterwards;
#[cfg(feature = "decide")]
pub mod audience;
#[cfg(feature = "decide")]
pub mod because;
#[cfg(feature = "decide")]
pub mod carried;
#[cfg(feature = "decide")]
pub mod decide;
#[cfg(all(test, feature = "decide"))]
mod deciding_model;
#[cfg(feature = "decide")]
pub mod entry_wording;
#[cfg(feature = "decide")]
pub mod history;
#[cfg(feature = "decide")]
pub mod in_law;
#[cfg(feature = "decide")]
pub mod new_entry;
#[cfg(feature = "decide")]
pub mod notice;
#[cfg(feature = "decide")]
pub mod objections;
#[cfg(feature = "decide")]
pub mod pace;
#[cfg(feature = "decide")]
pub mod picture;
#[cfg(feature = "decide")]
pub mod point_in_time;
#[cfg(feature = "decide")]
pub mod rows;
#[cfg(feature = "decide")]
pub mod rules;
#[cfg(feature = "decide")]
pub mod settled;
#[cfg(feature = "decide")]
pub mod standing;
#[cfg(feature = "decide")]
pub mod tab;
pub mod view;
#[cfg(feature = "decide")]
pub mod wording;
