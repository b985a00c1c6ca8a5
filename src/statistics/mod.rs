//! Figures: how many cases wait, how quickly they are answered, for how many members training is
//! on; for staff as charts, and what of it may be told in public.
//!
//! `due`, `weeks`, `days` and `public` say what is counted, `table` is what stands behind a chart
//! and in its file, and `draw` makes the chart; all of them are pure. `count` computes once a day
//! what cannot be counted while somebody waits, and `store` keeps it.

pub use sayso_core::statistics::*;

pub mod count;
pub mod draw;
pub mod files;
pub mod load;
pub mod pages;
pub mod store;
