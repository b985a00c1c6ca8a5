//! What Sayso decides, and the words in which it says so.
//!
//! Sayso promises that nobody is on by default before they were told. This crate keeps that
//! promise. It knows no clock, no randomness, no database and no web. A caller hands in everything
//! that a decision needs, so that anybody can replay it.
//!
//! # The one decision
//!
//! [`consent::standing::standing`] says what holds for a member and a purpose at an instant, and
//! why. Here a member in Germany is shown a notice, waits out the notice period of 30 days, is on
//! by default, and then turns it off:
//!
//! ```
//! use sayso_core::account::model::Country;
//! use sayso_core::consent::notice::{Notice, NoticeText};
//! use sayso_core::consent::rules::{BUILT_IN, Rules};
//! use sayso_core::consent::standing::{Because, Facts, standing};
//! use sayso_core::ledger::{Actor, Channel, Choice, Entry, Event, NewEntry, Purpose};
//! use sayso_core::time::UtcMillis;
//!
//! const AI: Purpose = Purpose::GenerativeAiTraining;
//!
//! fn day(text: &str) -> UtcMillis {
//!     UtcMillis::from_date(text).expect("a date written YYYY-MM-DD")
//! }
//!
//! // The notice of the rule that has held in Germany since 3 November 2025.
//! let text = NoticeText::parse("What changes\n\nYour posts.", AI, 2, "en", day("2025-11-03"))?;
//! let notices = [Notice {
//!     reference: text.reference.clone(),
//!     published_at: day("2025-10-01"),
//!     effective_at: text.effective_at,
//! }];
//! let rules = Rules::parse(BUILT_IN)?;
//! let country = Country::parse("DE").ok_or("DE is a country")?;
//! let ask = |entries: &[Entry], at: &str| {
//!     let facts = Facts {
//!         entries,
//!         notices: &notices,
//!         rules: &rules,
//!         country,
//!         doubt: false,
//!         unproved: None,
//!         window_days: 30,
//!     };
//!     standing(&facts, AI, day(at))
//! };
//!
//! // Nobody has told them: it is off, however long that lasts.
//! let holds = ask(&[], "2030-01-01");
//! assert_eq!(holds.choice, Choice::Denied);
//! assert!(matches!(holds.because, Because::NotTold { .. }));
//!
//! // On 10 November they see the notice. The window runs for 30 days from there.
//! let by = |actor, event| {
//!     NewEntry { subject: "subject".into(), actor, channel: Channel::Web, event }
//! };
//! let told = by(Actor::System, Event::Notice { notice: text.reference, rule: None });
//! let mut entries = vec![Entry::new(told, day("2025-11-10"), &[1; 10], None)];
//! let holds = ask(&entries, "2025-12-09");
//! assert_eq!(holds.choice, Choice::Denied);
//! assert!(matches!(holds.because, Because::Window { until, .. } if until == day("2025-12-10")));
//!
//! // Then it is on by default. Nobody consented, and no text says so.
//! let holds = ask(&entries, "2025-12-10");
//! assert_eq!(holds.choice, Choice::Allowed);
//! let Because::ByDefault { since, .. } = holds.because else { panic!("{holds:?}") };
//! assert_eq!(since, day("2025-12-10"));
//!
//! // They turn it off, and off it stays.
//! let denied = Event::Choice { purpose: AI, choice: Choice::Denied, rule: None, notice: None };
//! let no = by(Actor::Member, denied);
//! entries.push(Entry::new(no, day("2025-12-20"), &[2; 10], Some(entries[0].id)));
//! let holds = ask(&entries, "2030-01-01");
//! assert_eq!(holds.choice, Choice::Denied);
//! assert!(matches!(holds.because, Because::Chosen { at, .. } if at == day("2025-12-20")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The map
//!
//! Modules are features. The package `sayso` has a module of the same name for each of them, which
//! hands out what is here and adds what stores, serves and shows.
//!
//! | module | decides |
//! | --- | --- |
//! | [`consent`] | what holds for whom and why; whether a press is recorded; the words of the tab |
//! | [`objection`] | the course of a case, its deadlines, its forms and letters |
//! | [`ledger`] | what an entry is: its fields, its words, its canonical bytes and their hash |
//! | [`account`] | who may do what; how long sessions and links hold; how failures slow down |
//! | [`members`] | what a line of an import says, and what an export says |
//! | [`support`] | the reason for a support view, and how long it opens a member's pages |
//! | [`audit`] | whether a stored entry is what was recorded |
//! | [`statistics`] | what is counted, and what may be published |
//! | [`mail`] | what a letter says, as text and as HTML |
//! | [`time`] | instants, clocks that are handed in, and which clock is believed |
//! | [`id`], [`text`] | how identifiers are made, and which characters nobody sees |
//! | [`csv_safe`], [`html`], [`paths`] | cells, text in HTML, and the paths of pages |
//! | [`batch`] | how many rows are written in one transaction |
//!
//! # Features
//!
//! - `decide` (on by default): everything.
//! - Without it, only the words of the wire that the client half shares: [`consent::view`] and
//!   [`paths`].

#![warn(missing_docs, clippy::pedantic)]
#![allow(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "nearly every function here is pure, and 300 marks would say no more than that"
)]

#[cfg(feature = "decide")]
pub mod account;
#[cfg(feature = "decide")]
pub mod audit;
#[cfg(feature = "decide")]
pub mod batch;
pub mod consent;
#[cfg(feature = "decide")]
pub mod csv_safe;
#[cfg(feature = "decide")]
pub mod html;
#[cfg(feature = "decide")]
pub mod id;
#[cfg(feature = "decide")]
pub mod ledger;
#[cfg(feature = "decide")]
pub mod mail;
#[cfg(feature = "decide")]
pub mod members;
#[cfg(feature = "decide")]
pub mod objection;
pub mod paths;
#[cfg(feature = "decide")]
pub mod statistics;
mod string_enum;
#[cfg(feature = "decide")]
pub mod support;
#[cfg(all(test, feature = "decide"))]
mod testing;
#[cfg(feature = "decide")]
pub mod text;
#[cfg(feature = "decide")]
pub mod time;
