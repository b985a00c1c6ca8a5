//! Hashing passwords: argon2id with 19 MiB, 2 passes, 1 lane (OWASP's first recommendation), off the async threads and
//! never more at once than there are cores.

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Verified against when there is no such account, so that both answers cost the same.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password"));

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

    /// Whether `password` is the one in `stored`; with no account, as much work and always no.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Stopped> {
        self.run(move || {
            let known = stored.is_some();
            let phc = stored.unwrap_or_else(|| NOBODY.clone());
            let right = PasswordHash::new(&phc)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            right && known
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stopped> {
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
    Argon2::default().hash_password(password.as_bytes()).expect("argon2's own defaults are valid").to_string()
}
