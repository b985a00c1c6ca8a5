//! Codes that people type, hashed as slowly as passwords: recovery codes of a second factor, and
//! the codes of cases.
//!
//! The codes of one owner share a salt, so that looking one up among them costs one hash and not
//! ten. They are random, and no two are the same, so a salt of its own would add nothing to any.

use super::password::{NOBODY, NotHashed, Passwords};
use crate::id;
use argon2::{Argon2, CustomizedPasswordHasher, Params, PasswordHasher, password_hash::phc::PasswordHash};

/// Codes that are looked up at a time, at most.
const AT_ONCE: usize = 10;

impl Passwords {
    /// PHC strings of these codes, under the salt of `beside`, or under a fresh one.
    pub async fn hash_codes(&self, codes: Vec<String>, beside: Option<String>) -> Result<Vec<String>, NotHashed> {
        self.run(false, move || {
            let salt = beside.as_deref().and_then(salt_of).unwrap_or_else(|| id::random::<16>().to_vec());
            codes.iter().map(|code| hash_under(&salt, code)).collect()
        })
        .await
    }

    /// Which of `stored` is that of each of `typed`, of which at most ten are looked at. What is
    /// stored in another form is passed over. With nothing to compare with, as much work.
    pub async fn find_codes(&self, typed: Vec<String>, stored: Vec<String>) -> Result<Vec<Option<String>>, NotHashed> {
        self.run(false, move || typed.iter().take(AT_ONCE).map(|typed| find(typed, &stored)).collect()).await
    }
}

fn hash_under(salt: &[u8], code: &str) -> String {
    let hash = Argon2::default().hash_password_with_salt(code.as_bytes(), salt);
    hash.expect("argon2's own defaults and sixteen bytes of salt are valid").to_string()
}

fn salt_of(stored: &str) -> Option<Vec<u8>> {
    Some(PasswordHash::new(stored).ok()?.salt?.to_vec())
}

fn find(typed: &str, stored: &[String]) -> Option<String> {
    let known = stored.iter().filter_map(|text| Some((text, PasswordHash::new(text).ok()?)));
    let known: Vec<(&String, PasswordHash)> = known.collect();
    let mut tried: Vec<PasswordHash> = Vec::new();
    for (text, hash) in &known {
        let same = |other: &&PasswordHash| {
            (other.algorithm, other.version, &other.params, other.salt)
                == (hash.algorithm, hash.version, &hash.params, hash.salt)
        };
        if tried.iter().find(same).is_none() {
            tried.extend(hash_like(hash, typed));
        }
        if tried.iter().find(same).is_some_and(|tried| tried.hash.is_some() && tried.hash == hash.hash) {
            return Some((*text).clone());
        }
    }
    if known.is_empty()
        && let Ok(nobody) = PasswordHash::new(&NOBODY)
    {
        hash_like(&nobody, typed);
    }
    None
}

/// The hash of `typed` with the settings and the salt of `hash`.
fn hash_like(hash: &PasswordHash, typed: &str) -> Option<PasswordHash> {
    let params = Params::try_from(hash).ok()?;
    let (salt, algorithm) = (hash.salt?, hash.algorithm.to_string());
    Argon2::default().hash_password_customized(typed.as_bytes(), &salt, Some(&algorithm), hash.version, params).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_code_is_found_among_others_and_one_of_another_form_is_not() {
        let passwords = Passwords::default();
        let codes = ["AAAA1111", "BBBB2222"].map(str::to_owned).to_vec();
        let mut stored = passwords.hash_codes(codes.clone(), None).await.unwrap();
        assert!(stored.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")), "{stored:?}");
        let later = passwords.hash_codes(vec!["CCCC3333".into()], Some(stored[0].clone())).await.unwrap();
        assert_eq!(salt_of(&later[0]), salt_of(&stored[0]), "one salt, so one hash to look it up");
        let apart = passwords.hash_codes(vec!["DDDD4444".into()], None).await.unwrap();
        assert_ne!(salt_of(&apart[0]), salt_of(&stored[0]));
        stored.extend([later[0].clone(), "0".repeat(64), apart[0].clone(), String::new()]);
        for (typed, at) in [("AAAA1111", Some(0)), ("BBBB2222", Some(1)), ("CCCC3333", Some(2)), ("DDDD4444", Some(4))]
        {
            let found = passwords.find_codes(vec![typed.into()], stored.clone()).await.unwrap();
            assert_eq!(found, [at.map(|at: usize| stored[at].clone())], "{typed}");
        }
        for typed in ["", "AAAA1112", &"0".repeat(64)] {
            assert_eq!(passwords.find_codes(vec![typed.into()], stored.clone()).await.unwrap(), [None], "{typed}");
        }
        assert_eq!(passwords.find_codes(codes, Vec::new()).await.unwrap(), [None, None]);
    }
}
