//! The secret of a subject, of which the salts of its leaves are made.
//!
//! What the log holds of an entry is a commitment: `HMAC-SHA-256(salt, canonical bytes)`. The salt
//! is `HMAC-SHA-256(secret, "sayso-salt/1", LF, id, LF)`, so that a receipt can show the salt of
//! its entry, and tells nothing about any other. To forget a subject is to delete one row: without
//! the secret, each of its leaves is noise.

use crate::db::{self, Conn, inconsistent, on};
use crate::id;
use sayso_verify::commitment::{Salt, commitment};
use sayso_verify::strict::{base64_of, to_base64};
use std::fmt;

/// 32 random bytes, one secret for each subject.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one, as it is stored.
    pub fn make() -> String {
        to_base64(&id::random::<32>())
    }

    /// Reads it as it is stored: in base64.
    pub fn parse(text: &str) -> db::Result<Self> {
        base64_of(text).map(Self).ok_or_else(|| inconsistent("subject_secrets", "secret"))
    }

    /// The salt of an entry's leaf.
    pub fn salt(&self, id: &str) -> Salt {
        commitment(&self.0, format!("sayso-salt/1\n{id}\n").as_bytes())
    }

    /// What the log holds of an entry with these canonical bytes.
    pub fn commitment(&self, id: &str, canonical: &[u8]) -> [u8; 32] {
        commitment(&self.salt(id), canonical)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret")
    }
}

/// The secret of `subject`; `None` where it has none yet, or none any more.
pub async fn of(mut conn: Conn<'_>, subject: &str) -> db::Result<Option<Secret>> {
    const SECRET: &str = "select secret from subject_secrets where subject = $1";
    let text: Option<String> = on!(conn, c => sqlx::query_scalar(SECRET).bind(subject).fetch_optional(c).await)?;
    text.as_deref().map(Secret::parse).transpose()
}

/// The secret of `subject`, which is made if there is none. Whoever writes at the same time makes
/// the same one: the first.
pub async fn ensure(mut conn: Conn<'_>, subject: &str) -> db::Result<Secret> {
    const INSERT: &str =
        "insert into subject_secrets (subject, secret) values ($1, $2) on conflict (subject) do nothing";
    const FORGOTTEN: &str = "select exists (select 1 from forgotten_subjects where subject = $1)";
    if let Some(secret) = of(conn.reborrow(), subject).await? {
        return Ok(secret);
    }
    // One who is forgotten gets none any more: nothing is recorded of them.
    let forgotten: bool = on!(conn, c => sqlx::query_scalar(FORGOTTEN).bind(subject).fetch_one(c).await)?;
    if forgotten {
        return Err(inconsistent("forgotten_subjects", "subject"));
    }
    on!(conn, c => sqlx::query(INSERT).bind(subject).bind(Secret::make()).execute(c).await.map(drop))?;
    of(conn, subject).await?.ok_or_else(|| inconsistent("subject_secrets", "subject"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salts_are_fixed_and_differ() {
        let secret = Secret::parse(&to_base64(&[7; 32])).unwrap();
        let [one, two] = ["0192f0c1-2b3c-7d4e-8f50-112233445566", "0192f0c1-2b3c-7d4e-8f50-112233445567"];
        let expected = commitment(&[7; 32], b"sayso-salt/1\n0192f0c1-2b3c-7d4e-8f50-112233445566\n");
        assert_eq!(secret.salt(one), expected);
        assert_ne!(secret.salt(one), secret.salt(two));
        assert_eq!(secret.commitment(one, b"x"), commitment(&expected, b"x"));
        assert!(Secret::parse("AAAA").is_err());
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
