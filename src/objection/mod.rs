//! Objections: the form, the case behind it, its deadlines, and the answer.

pub mod access;
pub mod api;
pub mod case;
pub mod deadline;
pub mod form;
mod illegal;
pub mod letters;
pub mod link;
pub mod model;
mod number;
pub mod own;
pub mod pages;
pub mod queue;
pub mod regime;
mod repeat;
mod steps;
pub mod store;
pub mod tell;
pub mod verify;
