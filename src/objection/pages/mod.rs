//! The form, the way to a case, the case, and the list of one's own.

mod answers;
mod case;
mod disown;
mod file;
mod leave;
mod letter;
mod list;
mod openings;
mod private;
mod question;
mod recorded;
mod still_open;
mod verify;
mod waiting;
mod withdraw;

pub use case::CasePage;
pub use disown::DisownPage;
pub use file::{FORM, FormPage, LEFT, LanguageField, language, modes, purposes};
pub use letter::{Joined, PERSON_READS, Quoted, Steps};
pub use list::{ListPage, other_uses, other_uses_of};
pub use recorded::Received;
pub use verify::{AGAIN, AgainPage, CODE, CodePage, FILED_BEFORE, LINKS, OVER};
pub use withdraw::WithdrawPage;

use letter::Blocks;
