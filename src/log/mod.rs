//! The public log: each entry of the record gets a leaf in an append-only tree, whose state is
//! signed and served to everybody. By it a receipt is checked without us.
//!
//! The forms are those of C2SP ([tlog-tiles](https://c2sp.org/tlog-tiles),
//! [tlog-checkpoint](https://c2sp.org/tlog-checkpoint), [signed-note](https://c2sp.org/signed-note)),
//! in the spelling of the crate `sayso-verify`, which checks them.

pub mod files;
pub mod key;
pub mod sequencer;
pub mod store;
pub mod tree;
