//! Why somebody of the staff looks at a member's settings.

pub mod access_reason;
