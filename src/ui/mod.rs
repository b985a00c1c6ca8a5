//! Parts that pages are made of: markup only, the same in both halves.

mod timeline;
pub use timeline::{Rows, Timeline, When};
#[cfg(feature = "ssr")]
mod card;
#[cfg(feature = "ssr")]
pub use card::FormCard;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
pub use form::{Choice, Choices, CountryField, Field, NewPasswordField, Select, TextArea, Tick, Unavailable};
#[cfg(feature = "ssr")]
mod problems;
#[cfg(feature = "ssr")]
pub use problems::{Problems, ProblemsThere};
#[cfg(feature = "ssr")]
mod frame;
#[cfg(feature = "ssr")]
pub use frame::{Frame, Plain};
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub use page::{
    Anybody, Away, Broken, LinkOrText, NextPage, NotFound, Script, WayHome, go, is_unsent, load, slow_down, status,
};
#[cfg(feature = "ssr")]
mod take_along;
#[cfg(feature = "ssr")]
pub use take_along::TakeAlong;
#[cfg(feature = "ssr")]
mod username;
#[cfg(feature = "ssr")]
pub use username::Username;
#[cfg(feature = "ssr")]
mod refused;
#[cfg(feature = "ssr")]
pub use refused::Refused;
