//! Objections: the form, the case behind it, its deadlines, and the answer.

pub use sayso_core::objection::*;

pub mod access;
pub mod api;
pub mod applicant_actions;
pub mod disowning;
pub mod filed_cookie;
pub mod pages;
pub mod service;
pub mod store;
pub mod submission;
pub mod verify;
