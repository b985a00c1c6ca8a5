//! Accounts: who somebody is, what they may do, how they prove it, and what they are written.

pub mod breached;
pub mod changed;
pub mod initial_password;
pub mod letters;
pub mod mailed_link;
pub mod model;
pub mod opaque_string;
pub mod password_rules;
pub mod regions;
pub mod roles;
pub mod search;
pub mod search_near;
pub mod second_factor;
pub mod signed_in;
pub mod staff_action;
pub mod throttle;
pub mod warning;
