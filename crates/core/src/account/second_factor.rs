//! The second factor of staff: codes that change every thirty seconds (TOTP, RFC 6238: SHA-1, six
//! digits), and recovery codes. Pure.
//!
//! The secret stands in the database as it is. It has to be read to know which code is right, so a
//! hash of it is worth nothing; and a key to lock it with would have to be on every node beside the
//! database's own password. The risk: whoever reads the database, or a copy of it, can make the
//! codes. They still lack the password, of which there is only a hash; and after such a loss every
//! second factor has to be set up anew (`sayso user reset-second-factor`). Another risk: whoever
//! has the password of an account without a second factor can set one up before its owner does. So
//! a new account's password is handed over in person, and used at once.

use crate::id;
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;
use totp_rs::{Algorithm, Secret as Encoded, TOTP};

/// How long a code is shown, in seconds, and how many digits it has.
const STEP: i64 = 30;
const DIGITS: usize = 6;
/// Steps before and after the present one whose codes are accepted too, because clocks differ and
/// typing takes time.
const SKEW: i64 = 1;
/// How many recovery codes are made at a time.
pub const RECOVERY_CODES: usize = 10;
/// Characters that a field for a code may have: people type blanks and hyphens.
pub const CODE_MAX: usize = 40;

/// What an authenticator and we both know.
#[derive(Clone)]
pub struct Secret(TOTP);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Secret {
    /// A fresh one of 160 random bits, as many as RFC 4226 recommends, in base 32.
    pub fn fresh(random: &[u8; 20]) -> String {
        Encoded::Raw(random.to_vec()).to_encoded().to_string()
    }

    /// Reads one from base 32; `email` is what the authenticator shows beside its codes. `None`
    /// where it is no secret, or too short to be one.
    pub fn read(base32: &str, email: &str) -> Option<Self> {
        let bytes = Encoded::Encoded(base32.to_owned()).to_bytes().ok()?;
        let (issuer, step) = (Some("Sayso".to_owned()), STEP.unsigned_abs());
        TOTP::new(Algorithm::SHA1, DIGITS, 0, step, bytes, issuer, email.to_owned()).ok().map(Self)
    }

    /// The step whose code was typed, among those that are accepted at `now` and have not been
    /// used: all up to `used` have, unless it lies [in the future](newest_believed).
    pub fn step_of(&self, typed: &str, used: i64, now: UtcMillis) -> Option<i64> {
        let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let present = present(now);
        let used = if used > newest_believed(now) { present - SKEW - 1 } else { used };
        (present - SKEW..=present + SKEW)
            .filter(|step| *step > used)
            // Compared in constant time.
            .find(|step| u64::try_from(step * STEP).is_ok_and(|time| self.0.check(&code, time)))
    }

    /// In groups of four, for typing.
    pub fn in_groups(&self) -> String {
        let letters: Vec<char> = self.0.get_secret_base32().chars().collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    }

    /// What authenticators open, `otpauth://totp/…` (Google Authenticator's "Key Uri Format", which
    /// all of them read).
    pub fn link(&self) -> String {
        self.0.get_url()
    }

    /// The link as a picture to scan (ISO/IEC 18004); `None` where it is too long for one.
    pub fn picture(&self) -> Option<Squares> {
        let code = QrCode::with_error_correction_level(self.link(), EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
                }
                x += run.len();
            }
        }
        Some(Squares { side: width + 2 * QUIET, path })
    }
}

const fn present(now: UtcMillis) -> i64 {
    now.0.div_euclid(STEP * 1000)
}

/// The newest step that can have been used by `now`. One after it was stored by a clock that was
/// ahead, and uses nothing up: or the right code would be one "used before" until that time has
/// come.
pub const fn newest_believed(now: UtcMillis) -> i64 {
    present(UtcMillis(now.0.saturating_add(TOLERANCE))) + SKEW
}

/// Squares that stay white on every side, so that a camera finds the picture.
const QUIET: usize = 4;

/// A picture of black squares: how many it is wide and high, and the path of an SVG around the
/// black ones.
#[derive(Clone, Debug)]
pub struct Squares {
    /// Squares along one side, with the white ones around the picture.
    pub side: usize,
    /// The `d` of a path, where a square is one unit.
    pub path: String,
}

/// Whether this could be a code of an authenticator: six digits.
pub fn is_code(typed: &str) -> bool {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Fresh recovery codes, of 80 random bits each.
pub fn fresh_recovery_codes(random: &[[u8; 10]; RECOVERY_CODES]) -> Vec<String> {
    random.iter().map(|bits| id::password(bits).to_uppercase()).collect()
}

/// A recovery code as it is hashed, however it was typed; `None` where nobody has such a code.
pub fn recovery_code(typed: &str) -> Option<String> {
    id::forgiving(typed).filter(|code| code.len() == 16)
}

/// Under which hash a recovery code of this member stands that was made before they were hashed as
/// slowly as passwords; `code` is as [`recovery_code`] has it.
pub fn old_recovery_hash(member: &str, code: &str) -> String {
    sha256_hex(format!("recovery {member} {code}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, for SHA-1: seconds, and the code of eight digits. One of six digits is
    /// its end (RFC 4226, 5.3).
    const VECTORS: [(i64, &str); 6] = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];

    fn of_the_rfc() -> Secret {
        let base32 = Encoded::Raw(b"12345678901234567890".to_vec()).to_encoded().to_string();
        Secret::read(&base32, "ada@example.org").unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (seconds, code) in VECTORS {
            let step = of_the_rfc().step_of(&code[2..], -1, UtcMillis(seconds * 1000));
            assert_eq!(step, Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_code_holds_one_step_before_and_after_its_own_and_no_longer() {
        let (seconds, code) = VECTORS[4];
        let begin = seconds.div_euclid(30) * 30;
        let accepted = |at: i64| of_the_rfc().step_of(&code[2..], -1, UtcMillis(at)).is_some();
        assert!(accepted((begin - 30) * 1000) && accepted((begin + 60) * 1000 - 1));
        assert!(!accepted((begin - 30) * 1000 - 1) && !accepted((begin + 60) * 1000));
    }

    #[test]
    fn a_step_that_was_used_and_those_before_it_are_not_accepted() {
        let (seconds, code) = VECTORS[3];
        let step = seconds / 30;
        let found = |used| of_the_rfc().step_of(&code[2..], used, UtcMillis(seconds * 1000));
        assert_eq!((found(step - 1), found(step), found(step + 1)), (Some(step), None, None));
    }

    #[test]
    fn a_used_step_that_a_wrong_clock_stored_uses_nothing_up() {
        let (seconds, code) = VECTORS[3];
        let (step, now) = (seconds / 30, UtcMillis(seconds * 1000));
        let found = |used| of_the_rfc().step_of(&code[2..], used, now);
        for ahead in [newest_believed(now) + 1, step + 172_800, i64::MAX] {
            assert_eq!(found(ahead), Some(step), "{ahead}");
        }
        // As far as clocks may be apart, it is believed: a code is not accepted twice.
        assert_eq!(found(newest_believed(now)), None);
        assert_eq!(newest_believed(now) - step, 5, "two minutes, and the step after the present one");
    }

    #[test]
    fn a_code_is_read_as_people_type_it_and_nothing_else_is_one() {
        let at = UtcMillis(59_000);
        for right in ["287082", " 287 082 ", "287-082"] {
            assert!(is_code(right) && of_the_rfc().step_of(right, -1, at).is_some(), "{right:?}");
        }
        for wrong in ["", "28708", "0287082", "94287082", "287083", "２８７０８２"] {
            assert_eq!(of_the_rfc().step_of(wrong, -1, at), None, "{wrong:?}");
        }
        // Before 1970 there are no codes, and no panic.
        assert_eq!(of_the_rfc().step_of("287082", -1, UtcMillis(i64::MIN)), None);
    }

    #[test]
    fn a_secret_is_shown_to_people_to_apps_and_to_cameras() {
        let secret = Secret::read("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "ada+x@example.org").unwrap();
        assert_eq!(secret.in_groups(), "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP");
        assert_eq!(
            secret.link(),
            "otpauth://totp/Sayso:ada%2Bx%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sayso"
        );
        let picture = secret.picture().unwrap();
        // The corner's frame is seven squares wide, behind a white edge of four.
        assert!(picture.path.starts_with("M4 4h7v1h-7z"), "{}", picture.path);
        assert_eq!((picture.side - 8 - 21) % 4, 0, "a QR code has 21 squares and four more for each version");
        assert!(Secret::read("JBSWY3DP", "ada@example.org").is_none(), "40 bits are too few");
        assert!(Secret::read("not base 32!", "ada@example.org").is_none());
        assert!(Secret::read(&Secret::fresh(&[7; 20]), "ada@example.org").is_some());
        assert_eq!(format!("{secret:?}"), "…");
    }

    #[test]
    fn a_recovery_code_is_one_members_and_is_read_as_it_was_meant() {
        let codes = fresh_recovery_codes(&std::array::from_fn(|n| [u8::try_from(n).unwrap(); 10]));
        let read: std::collections::BTreeSet<_> = codes.iter().map(|code| recovery_code(code)).collect();
        assert_eq!(read.len(), RECOVERY_CODES);
        assert!(!read.contains(&None));
        let typed = codes[0].to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(recovery_code(&typed), recovery_code(&codes[0]));
        assert_eq!(recovery_code("287082"), None);
        assert_ne!(old_recovery_hash("a", &codes[0]), old_recovery_hash("b", &codes[0]));
    }
}
