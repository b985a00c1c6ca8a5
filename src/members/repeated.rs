//! Ids and addresses that a file has on more than one line. Nobody can know which of the lines is
//! meant, so only the first counts.

use super::lines::Lines;
use super::model::{Person, parse};
use crate::time::UtcMillis;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead};

/// Those of one file. While it is read, each line costs 16 bytes.
pub struct Repeated {
    hasher: RandomState,
    /// By the hash of an id or an address, the line that has it first, once that was reached.
    first: HashMap<u64, Option<u64>>,
}

impl Repeated {
    /// Reads the whole file, which is then read again to bring the members in. A line that cannot
    /// be brought in says nothing.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of<R: BufRead>(lines: &mut Lines<R>, now: UtcMillis) -> io::Result<Self> {
        let (hasher, mut all) = (RandomState::new(), Vec::new());
        while let Some(line) = lines.read()? {
            if let Some(person) = line.fields.ok().and_then(|raw| parse(&raw, now).ok()) {
                all.extend(keys(&hasher, &person));
            }
        }
        all.sort_unstable();
        let twice = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| (pair[0], None));
        Ok(Self { first: twice.collect(), hasher })
    }

    /// Why a line is refused: its id or its address is on an earlier line too. Lines come in the
    /// order of the file.
    pub fn refusal(&mut self, person: &Person, line: u64) -> Option<String> {
        let mut reasons = Vec::new();
        for (key, field) in keys(&self.hasher, person).into_iter().zip(["id: this id", "email: this address"]) {
            match self.first.get_mut(&key) {
                Some(Some(first)) => reasons.push(format!("{field} is also on line {first}")),
                Some(first) => *first = Some(line),
                None => {}
            }
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}

/// Of the id and of the address. Two that differ have the same once in some ten million files of a
/// million lines, and then not in the next attempt.
fn keys(hasher: &RandomState, person: &Person) -> [u64; 2] {
    [hasher.hash_one(("id", &person.id)), hasher.hash_one(("email", &person.email))]
}
