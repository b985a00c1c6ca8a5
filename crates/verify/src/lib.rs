//! Checks a receipt of Sayso, and trusts nobody for it: no network, no database, no clock.
//!
//! A receipt proves that one entry of the record (for instance "turned off on 3 March") stands in a
//! public, append-only log. The steps are those of [tlog-proof], and each is one module here:
//!
//! 1. [`archive`]: the files of the receipt are read. There is one way to pack them.
//! 2. [`commitment`]: of the entry's bytes and its salt, the leaf is computed.
//! 3. [`merkle`]: with the hashes of the proof, the leaf leads to the root ([RFC 6962]).
//! 4. [`checkpoint`]: that root is the one in the checkpoint of the log.
//! 5. [`note`]: the checkpoint is signed by the log, and by those who witness it ([signed-note],
//!    [tlog-cosignature]).
//! 6. [`policy`]: whose signatures are needed is said by somebody else than the receipt
//!    ([tlog-policy]). Without that, a receipt agrees only with itself: a forger's archive brings
//!    the forger's key.
//!
//! Two more files say the same as the entry in the words of standards. [`records`] writes them anew
//! and compares each byte.
//!
//! A [`pack`] is many receipts in one file: all entries of one history, with what was written.
//!
//! Everything has one spelling. What is spelled in another way is refused, also where a standard
//! would let it pass, so that no byte of a proof can be changed.
//!
//! [tlog-proof]: https://c2sp.org/tlog-proof
//! [signed-note]: https://c2sp.org/signed-note
//! [tlog-cosignature]: https://c2sp.org/tlog-cosignature
//! [tlog-policy]: https://c2sp.org/tlog-policy
//! [RFC 6962]: https://www.rfc-editor.org/rfc/rfc6962#section-2.1

#![forbid(unsafe_code)]

pub mod archive;
pub mod checkpoint;
pub mod commitment;
pub mod entry;
pub mod merkle;
pub mod note;
pub mod pack;
pub mod policy;
pub mod proof;
pub mod receipt;
pub mod records;
pub mod strict;

pub use receipt::{Refused, Trust, Verdict, check};
