//! Whose signatures are needed, by [tlog-policy](https://c2sp.org/tlog-policy): which logs, which
//! witnesses, and how many of them. It has to come from somebody else than the receipt.

use crate::note::{Key, Signs};
use crate::strict::number;
use std::collections::HashSet;

/// A policy of more bytes is not read.
pub const LONGEST: usize = 256 * 1024;

/// What a policy asks for.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The logs, of which one has to have signed.
    pub logs: Vec<Key>,
    /// The witnesses, by the names that they have in the policy.
    pub witnesses: Vec<(String, Key)>,
    quorum: Quorum,
}

/// Who has to have signed.
#[derive(Clone, Debug)]
enum Quorum {
    Nobody,
    Witness(Key),
    /// So many of these.
    Group(usize, Vec<Quorum>),
}

/// Why a policy is not taken, and in which line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Line {line} of the policy: {why}")]
pub struct BadPolicy {
    /// The line; the last one where something is missing.
    pub line: usize,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Policy {
    /// One log alone, and no witnesses.
    pub fn of_log(key: Key) -> Self {
        Self { logs: vec![key], witnesses: Vec::new(), quorum: Quorum::Nobody }
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// With the first line that is not understood.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let mut reading = Reading::default();
        let mut last = 1;
        for (i, line) in text.split('\n').enumerate() {
            last = i + 1;
            reading.line(line).map_err(|why| BadPolicy { line: last, why })?;
        }
        let Reading { logs, witnesses, quorum, .. } = reading;
        let quorum = quorum.ok_or(BadPolicy { line: last, why: "A line with \"quorum\" is missing." })?;
        Ok(Self { logs, witnesses, quorum })
    }

    /// Whether those who have signed are enough.
    pub fn is_met(&self, signed: &[Key]) -> bool {
        self.quorum.is_met(signed)
    }

    /// How many witnesses it asks for at least.
    pub fn least(&self) -> usize {
        self.quorum.least()
    }
}

impl Quorum {
    fn is_met(&self, signed: &[Key]) -> bool {
        match self {
            Self::Nobody => true,
            Self::Witness(key) => signed.contains(key),
            Self::Group(least, members) => members.iter().filter(|member| member.is_met(signed)).count() >= *least,
        }
    }

    fn least(&self) -> usize {
        match self {
            Self::Nobody => 0,
            Self::Witness(_) => 1,
            Self::Group(least, members) => {
                let mut each: Vec<usize> = members.iter().map(Self::least).collect();
                each.sort_unstable();
                each.into_iter().take(*least).sum()
            }
        }
    }
}

#[derive(Default)]
struct Reading {
    logs: Vec<Key>,
    witnesses: Vec<(String, Key)>,
    /// Witnesses and groups by name, as far as they were defined.
    named: Vec<(String, Quorum)>,
    /// Names that belong to a group already.
    taken: HashSet<String>,
    quorum: Option<Quorum>,
}

impl Reading {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        if line.contains(|c: char| c.is_ascii_control() && c != '\t') {
            return Err("It has a character that does not belong there. Lines end in a line feed alone.");
        }
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words[..] {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", vkey] | ["log", vkey, _] => self.log(vkey),
            ["witness", name, vkey] | ["witness", name, vkey, _] => self.witness(name, vkey),
            ["group", name, least, ref members @ ..] => self.group(name, least, members),
            ["quorum", name] => self.quorum(name),
            _ => Err("It is none of log, witness, group and quorum with what belongs to it."),
        }
    }

    fn log(&mut self, vkey: &str) -> Result<(), &'static str> {
        let key = Key::parse(vkey).filter(|key| key.signs == Signs::Text).ok_or("This is no key of a log.")?;
        if self.logs.iter().any(|other| other.public() == key.public()) {
            return Err("This key stands in it twice.");
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &str, vkey: &str) -> Result<(), &'static str> {
        let key = Key::parse(vkey).filter(|key| key.signs == Signs::TextAndTime);
        let key = key.ok_or("This is no Ed25519 key of a witness.")?;
        if self.witnesses.iter().any(|(_, other)| other.public() == key.public()) {
            return Err("This key stands in it twice.");
        }
        self.define(name, Quorum::Witness(key.clone()))?;
        self.witnesses.push((name.into(), key));
        Ok(())
    }

    fn group(&mut self, name: &str, least: &str, members: &[&str]) -> Result<(), &'static str> {
        let least = match least {
            "any" => 1,
            "all" => members.len(),
            number_of => {
                number(number_of).and_then(|n| usize::try_from(n).ok()).ok_or("It says no number of members.")?
            }
        };
        if least == 0 || least > members.len() {
            return Err("A group needs at least one of its members, and no more than it has.");
        }
        let mut all = Vec::new();
        for member in members {
            all.push(self.named(member).filter(|_| *member != "none").ok_or("A member of it was not defined before.")?);
            if !self.taken.insert((*member).into()) {
                return Err("A member of it is one of a group already.");
            }
        }
        self.define(name, Quorum::Group(least, all))
    }

    fn quorum(&mut self, name: &str) -> Result<(), &'static str> {
        let quorum = self.named(name).ok_or("Its name was not defined before.")?;
        match self.quorum.replace(quorum) {
            None => Ok(()),
            Some(_) => Err("There is a quorum already."),
        }
    }

    fn named(&self, name: &str) -> Option<Quorum> {
        if name == "none" {
            return Some(Quorum::Nobody);
        }
        self.named.iter().find(|(known, _)| known == name).map(|(_, quorum)| quorum.clone())
    }

    fn define(&mut self, name: &str, quorum: Quorum) -> Result<(), &'static str> {
        if self.named(name).is_some() {
            return Err("This name was defined before.");
        }
        self.named.push((name.into(), quorum));
        Ok(())
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
