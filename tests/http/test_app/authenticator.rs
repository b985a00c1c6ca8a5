//! The second factor of somebody of the staff.

use sayso::time::UtcMillis;

/// An authenticator, and the recovery codes beside it. The codes are made by the same crate as the
/// server's; that they are right is told by the vectors of RFC 6238 in
/// crates/core/src/account/second_factor.rs.
pub struct Authenticator {
    totp: totp_rs::TOTP,
    used: i64,
    pub recovery: Vec<String>,
}

impl Authenticator {
    pub fn new(base32: &str) -> Self {
        let bytes = totp_rs::Secret::Encoded(base32.into()).to_bytes().unwrap();
        let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 0, 30, bytes, None, String::new()).unwrap();
        Self { totp, used: 0, recovery: Vec::new() }
    }

    /// What it shows at an instant.
    pub fn code(&self, at: UtcMillis) -> String {
        self.totp.generate(u64::try_from(at.0 / 1000).unwrap())
    }

    /// A code that was not used yet; a recovery code where those that are accepted now were.
    pub fn unused_code(&mut self, at: UtcMillis) -> String {
        let step = at.0 / 30_000;
        if step > self.used {
            self.used = step;
            return self.code(at);
        }
        self.recovery.pop().expect("there are recovery codes left")
    }
}
