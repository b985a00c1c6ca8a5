//! Hashing passwords: argon2id with 19 MiB, 2 passes, 1 lane (OWASP's first recommendation), off
//! the async threads and never more at once than there are cores. Passwords are compared as
//! [`opaque_string`](super::opaque_string) has them.

use super::opaque_string::enforce;
use super::password_queue::{Full, Queue};
use crate::error::AppError;
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// Verified against when there is no such account, so that both answers cost the same.
pub(super) static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password"));

#[derive(Clone)]
pub struct Passwords {
    queue: Queue,
    computed: Arc<AtomicUsize>,
}

#[derive(Debug, thiserror::Error)]
pub enum NotHashed {
    #[error("too many passwords wait to be looked at")]
    Busy,
    #[error("the password hasher stopped")]
    Stopped,
}

impl From<NotHashed> for AppError {
    fn from(cause: NotHashed) -> Self {
        match cause {
            NotHashed::Busy => Self::Busy,
            NotHashed::Stopped => Self::internal(cause),
        }
    }
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { queue: Queue::new(cores), computed: Arc::default() }
    }
}

impl Passwords {
    /// A PHC string to store, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String, NotHashed> {
        let computed = self.computed.clone();
        self.run(false, move || {
            computed.fetch_add(1, Ordering::Relaxed);
            hash_now(&password)
        })
        .await
    }

    /// How many hashes of passwords were computed: answers that are to take the same time take as
    /// many.
    pub fn computed(&self) -> usize {
        self.computed.load(Ordering::Relaxed)
    }

    /// Whether `password` is the one in `stored`: as it is compared, or, where it was set by a
    /// version that did not do so, as it was typed. With no account, or one that is closed, as much
    /// work and always no. Whoever comes from a `known` device goes before strangers.
    pub async fn verify(&self, password: String, stored: Option<String>, known: bool) -> Result<bool, NotHashed> {
        let computed = self.computed.clone();
        self.run(known, move || {
            let there = stored.as_deref().is_some_and(|phc| PasswordHash::new(phc).is_ok());
            let phc = if there { stored.unwrap_or_default() } else { NOBODY.clone() };
            let Ok(hash) = PasswordHash::new(&phc) else { return false };
            let is = |tried: &str| {
                computed.fetch_add(1, Ordering::Relaxed);
                Argon2::default().verify_password(tried.as_bytes(), &hash).is_ok()
            };
            let right = match enforce(&password) {
                Ok(compared) if compared != password => is(&compared) || is(&password),
                _ => is(&password),
            };
            right && there
        })
        .await
    }

    /// Once a request has gone its work is not begun; the turn is over when the work is.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        known: bool,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotHashed> {
        let turn = self.queue.turn(known).await.map_err(|Full| NotHashed::Busy)?;
        let work = move || {
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| NotHashed::Stopped)
    }

    /// Whether this was hashed with less work than passwords are now, or with another algorithm.
    pub fn is_weaker(stored: &str) -> bool {
        let work = |phc: &str| {
            let hash = PasswordHash::new(phc).ok()?;
            let params = argon2::Params::try_from(&hash).ok()?;
            let argon2id = hash.algorithm.as_str() == "argon2id";
            Some((argon2id, params.m_cost(), params.t_cost(), params.p_cost()))
        };
        match (work(stored), work(&NOBODY)) {
            (Some((true, memory, passes, lanes)), Some((_, m, t, p))) => memory < m || passes < t || lanes < p,
            _ => true,
        }
    }

    /// Makes the first sign-in with an unknown address cost what every later one costs.
    pub fn warm_up() {
        LazyLock::force(&NOBODY);
    }
}

/// Hashes on the calling thread, for the command line.
///
/// # Panics
/// Never: the settings of argon2 are its own.
pub fn hash_now(password: &str) -> String {
    let compared = enforce(password).unwrap_or(password.into());
    Argon2::default().hash_password(compared.as_bytes()).expect("argon2's own defaults are valid").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_hashed_with_less_work_is_known() {
        use argon2::{Algorithm, Params, Version};
        let with = |algorithm, memory, passes| {
            let params = Params::new(memory, passes, 1, None).unwrap();
            Argon2::new(algorithm, Version::V0x13, params).hash_password(b"plumb seven otters").unwrap().to_string()
        };
        assert!(!Passwords::is_weaker(&hash_now("plumb seven otters")));
        assert!(!Passwords::is_weaker(&with(Algorithm::Argon2id, 47_104, 2)), "more is not less");
        assert!(Passwords::is_weaker(&with(Algorithm::Argon2id, 9_216, 2)));
        assert!(Passwords::is_weaker(&with(Algorithm::Argon2id, 19_456, 1)));
        assert!(Passwords::is_weaker(&with(Algorithm::Argon2i, 19_456, 2)));
        assert!(Passwords::is_weaker("closed"));
    }

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
                assert_eq!(passwords.verify(typed.into(), Some(stored.clone()), true).await.unwrap(), opens, "{typed}");
            }
            assert!(!passwords.verify("Mullers Katze".into(), Some(stored), true).await.unwrap());
        }
        let with_a_tab = raw("set before\twith a tab");
        assert!(passwords.verify("set before\twith a tab".into(), Some(with_a_tab), true).await.unwrap());
        for no_hash in [None, Some("closed".into()), Some(String::new())] {
            for typed in ["nobody has this password", "closed", ""] {
                assert!(!passwords.verify(typed.into(), no_hash.clone(), true).await.unwrap());
            }
        }
    }
}
