//! The witnesses of the public log, and how many of them have to sign: a file in the form of
//! [tlog-policy](https://c2sp.org/tlog-policy), with the address of each witness.

use sayso_verify::note::{Key, Note};
use sayso_verify::policy::{LONGEST, Policy};
use std::fs::File;
use std::io::Read;
use url::Url;

/// Whom the public log asks for a signature.
#[derive(Clone, Debug)]
pub struct Witnesses {
    /// Each with the address below which it takes checkpoints.
    pub all: Vec<(Key, Url)>,
    /// How many are enough.
    pub policy: Policy,
    /// The lines of the file that are about witnesses, as they go into a receipt.
    pub lines: String,
}

impl Witnesses {
    /// Whether enough of them have signed this note.
    pub fn are_enough(&self, note: &str) -> bool {
        let keys: Vec<Key> = self.all.iter().map(|(key, _)| key.clone()).collect();
        let signed = Note::parse(note).ok().and_then(|note| note.signed_by(&keys).ok()).unwrap_or_default();
        let signed: Vec<Key> = signed.into_iter().map(|signed| signed.key).collect();
        self.policy.is_met(&signed)
    }
}

/// Reads the file at `path`.
pub(super) fn witnesses_file(path: &str) -> Result<Witnesses, String> {
    let mut text = String::new();
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_string(&mut text));
    read.map_err(|error| format!("the file cannot be read: {error}"))?;
    if text.len() > LONGEST {
        return Err("the file is too long".into());
    }
    witnesses(&text)
}

fn witnesses(text: &str) -> Result<Witnesses, String> {
    let policy = Policy::parse(text).map_err(|bad| bad.to_string())?;
    let (mut all, mut lines) = (Vec::new(), String::new());
    for line in text.lines() {
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words[..] {
            ["witness", name, vkey, address] => {
                let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
                let url = url.filter(Url::has_host).ok_or_else(|| format!("the address of {name} is no https://…"))?;
                let key = Key::parse(vkey).ok_or_else(|| format!("the key of {name} is none"))?;
                all.push((key, url));
            }
            ["witness", name, _] => return Err(format!("the address of {name} is missing, behind its key")),
            ["group" | "quorum", ..] => {}
            _ => continue,
        }
        lines += line;
        lines.push('\n');
    }
    if policy.least() == 0 {
        return Err("it asks for no witness: its line with \"quorum\" has to name one, or a group".into());
    }
    Ok(Witnesses { all, policy, lines })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sayso_verify::note::Signs;

    #[test]
    fn witnesses_have_addresses_and_enough_of_them_is_said() {
        let key = |name: &str, secret: u8| {
            let secret = ed25519_dalek::SigningKey::from_bytes(&[secret; 32]);
            Key::new(name, Signs::TextAndTime, secret.verifying_key().as_bytes()).unwrap().to_string()
        };
        let (one, two) = (key("w.example/1", 1), key("w.example/2", 2));
        let text = format!(
            "# ours\nwitness a {one} https://w.example/a\nwitness b {two} http://127.0.0.1:1/b\ngroup g 1 a b\nquorum g\n"
        );
        let read = witnesses(&text).unwrap();
        assert_eq!((read.all.len(), read.policy.least()), (2, 1));
        assert!(read.lines.starts_with("witness a ") && read.lines.ends_with("quorum g\n"), "{}", read.lines);
        for (wrong, why) in [
            (text.replace(" https://w.example/a", ""), "the address of a is missing"),
            (text.replace("https://w.example/a", "w.example"), "the address of a is no https://"),
            (text.replace("quorum g", "quorum none"), "asks for no witness"),
            (text.replace("quorum g\n", ""), "\"quorum\" is missing"),
        ] {
            let said = witnesses(&wrong).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        assert!(witnesses_file("/nowhere/at/all").unwrap_err().contains("cannot be read"));
    }
}
