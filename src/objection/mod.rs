//! Objections: the form, the case and its course, the deadlines, and where one can complain.

pub mod case;
pub mod deadline;
pub mod form;
mod number;
pub mod regime;
mod steps;
