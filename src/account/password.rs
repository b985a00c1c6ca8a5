//! Hashing passwords: argon2id with 19 MiB, 2 passes, 1 lane (OWASP's first recommendation), off
//! the async threads and never more at once than there are cores. Passwords are compared as
//! [`opaque_string`] has them.

use super::opaque_string::enforce;
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Verified against when there is no such account, so that both answers cost the same.
pub(super) static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password"));

#[derive(Clone)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
#[error("the password hasher stopped")]
pub struct Stopped;

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { at_once: Arc::new(Semaphore::new(cores)) }
    }
}

impl Passwords {
    /// A PHC string to store, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String, Stopped> {
        self.run(move || hash_now(&password)).await
    }

    /// Whether `password` is the one in `stored`: as it is compared, or, where it was set by a
    /// version that did not do so, as it was typed. With no account, or one that is closed, as much
    /// work and always no.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Stopped> {
        self.run(move || {
            let known = stored.as_deref().is_some_and(|phc| PasswordHash::new(phc).is_ok());
            let phc = if known { stored.unwrap_or_default() } else { NOBODY.clone() };
            let Ok(hash) = PasswordHash::new(&phc) else { return false };
            let is = |tried: &str| Argon2::default().verify_password(tried.as_bytes(), &hash).is_ok();
            let right = match enforce(&password) {
                Ok(compared) if compared != password => is(&compared) || is(&password),
                _ => is(&password),
            };
            right && known
        })
        .await
    }

    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stopped> {
        let _turn = self.at_once.acquire().await.map_err(|_| Stopped)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Stopped)
    }

    /// Makes the first sign-in with an unknown address cost what every later one costs.
    pub fn warm_up() {
        LazyLock::force(&NOBODY);
    }
}

/// Hashes on the calling thread, for the command line.
pub fn hash_now(password: &str) -> String {
    let compared = enforce(password).unwrap_or(password.into());
    Argon2::default().hash_password(compared.as_bytes()).expect("argon2's own defaults are valid").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_the_same_however_its_letters_were_put_together() {
        let passwords = Passwords::default();
        let (apart, together) = ("Mu\u{308}llers\u{a0}Katze", "M\u{fc}llers Katze");
        // What was set before, by bytes, and what is set now.
        let raw = |typed: &str| Argon2::default().hash_password(typed.as_bytes()).unwrap().to_string();
        for (stored, opens) in [
            (hash_now(apart), [true, true]),
            (hash_now(together), [true, true]),
            (raw(apart), [true, false]),
            (raw(together), [true, true]),
        ] {
            for (typed, opens) in [apart, together].into_iter().zip(opens) {
                assert_eq!(passwords.verify(typed.into(), Some(stored.clone())).await.unwrap(), opens, "{typed}");
            }
            assert!(!passwords.verify("Mullers Katze".into(), Some(stored)).await.unwrap());
        }
        let with_a_tab = raw("set before\twith a tab");
        assert!(passwords.verify("set before\twith a tab".into(), Some(with_a_tab)).await.unwrap());
        for no_hash in [None, Some("closed".into()), Some(String::new())] {
            for typed in ["nobody has this password", "closed", ""] {
                assert!(!passwords.verify(typed.into(), no_hash.clone()).await.unwrap());
            }
        }
    }
}
