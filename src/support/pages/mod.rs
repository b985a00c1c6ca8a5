//! What officers see: the queue, and a case.

mod case;
mod queue;

pub use case::CasePage;
pub use queue::QueuePage;
