//! An objection and its answer: the case, its steps, the law's deadlines, forms and letters.

pub mod all_links;
pub mod apply;
pub mod case;
pub mod case_facts;
pub mod case_move;
pub mod code;
pub mod correction;
pub mod deadline;
pub mod filing;
pub mod form;
pub mod illegal_move;
pub mod letters;
pub mod link;
pub mod model;
pub mod number;
pub mod privacy;
pub mod progress;
pub mod progress_letter;
pub mod queue;
pub mod record;
pub mod record_form;
pub mod recorded_letters;
pub mod regime;
pub mod repeat;
pub mod steps;
pub mod wording;
