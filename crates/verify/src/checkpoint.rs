//! The state of a log that is signed, by [tlog-checkpoint](https://c2sp.org/tlog-checkpoint): which
//! log, how many leaves, and the root over them.

use crate::merkle::{Tree, empty_root};
use crate::strict::{base64_of, number, to_base64};
use std::fmt;

/// The three lines of a checkpoint. Sayso adds no others, so none are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of its key.
    pub origin: String,
    /// Its tree.
    pub tree: Tree,
}

impl Checkpoint {
    /// Reads the text of a note. `None` where it is no checkpoint.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, number(lines.next()?)?, base64_of::<32>(lines.next()?)?);
        // A tree has no more leaves than other programs can count.
        let sound = !origin.is_empty() && i64::try_from(size).is_ok() && (size > 0 || root == empty_root());
        (sound && lines.next().is_none()).then(|| Self { origin: origin.into(), tree: Tree { size, root } })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, tree } = self;
        writeln!(f, "{origin}\n{}\n{}", tree.size, to_base64(&tree.root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_has_three_lines_and_one_spelling() {
        let written = Checkpoint { origin: "a.example/log".into(), tree: Tree { size: 12, root: [1; 32] } };
        let text = written.to_string();
        assert_eq!(text, "a.example/log\n12\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n");
        assert_eq!(Checkpoint::parse(&text), Some(written.clone()));
        for other in [
            text.replace("12", "012"),
            text.replace("12", "+12"),
            text.replace("12", "9223372036854775808"),
            text.replace("12", "0"),
            text.replace("E=", "F="),
            text.replace('\n', "\r\n"),
            text.replace("a.example/log", ""),
            format!("{text}more\n"),
            format!("{text}\n"),
            text.trim_end().to_owned(),
            String::new(),
        ] {
            assert_eq!(Checkpoint::parse(&other), None, "{other:?}");
        }
        let empty = Checkpoint { tree: Tree { size: 0, root: empty_root() }, ..written };
        assert_eq!(Checkpoint::parse(&empty.to_string()), Some(empty));
        let ours = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
        assert_eq!((ours.origin(), ours.size(), ours.hash().0), ("a.example/log", 12, [1; 32]));
    }
}
