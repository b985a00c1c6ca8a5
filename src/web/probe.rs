//! What `/readyz` knows.

use std::time::Instant;
use tokio::sync::Mutex;

/// What the newest probe has found, and when. Whoever asks meanwhile waits for it.
#[derive(Debug, Default)]
pub struct Probe(pub Mutex<Option<(Instant, Found)>>);

#[derive(Clone, Debug)]
pub struct Found {
    pub ready: bool,
    pub says: String,
}
