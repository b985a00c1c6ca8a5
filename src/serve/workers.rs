//! Work that goes on beside the requests. A fault in it is no reason to end it for good: it begins
//! again, and until it runs well `/readyz` is red.

use futures_util::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How long after a fault the work begins again.
const PAUSE: Duration = Duration::from_secs(5);
/// How long it has to run until it counts as well.
const STEADY: Duration = Duration::from_mins(1);

/// How many of them stopped by a fault and do not run well yet.
static STOPPED: AtomicUsize = AtomicUsize::new(0);

/// How many of the workers of this process stopped by a fault and do not run well yet.
pub fn stopped() -> usize {
    STOPPED.load(Ordering::Relaxed)
}

/// Begins the work that `make` gives, and begins it again after a panic. What it has ended by
/// itself stays ended.
pub fn keep<W: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    make: impl Fn() -> W + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut stopped = Stopped(false);
        loop {
            let mut work = pin!(AssertUnwindSafe(make()).catch_unwind());
            let ended = if let Ok(ended) = timeout(STEADY, &mut work).await {
                ended
            } else {
                stopped.set(false);
                work.await
            };
            if ended.is_ok() {
                return;
            }
            stopped.set(true);
            tracing::error!(worker = name, "a fault stopped work beside the requests; it begins again in 5 seconds");
            sleep(PAUSE).await;
        }
    })
}

/// Whether one worker is counted in [`STOPPED`]; also one that is ended is counted no more.
struct Stopped(bool);

impl Stopped {
    fn set(&mut self, now: bool) {
        match (self.0, now) {
            (false, true) => STOPPED.fetch_add(1, Ordering::Relaxed),
            (true, false) => STOPPED.fetch_sub(1, Ordering::Relaxed),
            _ => return,
        };
        self.0 = now;
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        self.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test(start_paused = true)]
    async fn work_that_fails_begins_again_and_is_missed_until_it_runs_well() {
        let begun = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&begun);
        let work = keep("test", move || {
            let nth = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                sleep(Duration::from_secs(1)).await;
                assert!(nth > 1, "the first two fail");
                sleep(Duration::from_hours(1)).await;
            }
        });
        sleep(Duration::from_millis(1_500)).await;
        assert_eq!((begun.load(Ordering::Relaxed), stopped()), (1, 1));
        sleep(PAUSE * 2 + Duration::from_secs(2)).await;
        assert_eq!((begun.load(Ordering::Relaxed), stopped()), (3, 1), "it runs, and not for long yet");
        sleep(STEADY).await;
        assert_eq!(stopped(), 0);
        sleep(Duration::from_hours(1)).await;
        assert!(work.await.is_ok());
        assert_eq!(begun.load(Ordering::Relaxed), 3, "what ended by itself does not begin again");
    }
}
