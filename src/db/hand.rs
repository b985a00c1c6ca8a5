//! Connections that were used a moment ago, kept at hand.
//!
//! A pool asks each connection that comes back whether it is still there. To `SQLite` that is a
//! thread switch there and back, to `PostgreSQL` a round trip: as much as a statement of ours. One
//! whose statements were answered was there a moment ago, and is used again as it is.

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// For how long a connection that has answered is taken to be there.
pub const FRESH: Duration = Duration::from_millis(500);

/// Hands out connections of a pool, the one that was used last first.
pub struct Hand<D: Database>(Arc<Kept<D>>);

struct Kept<D: Database> {
    /// Whoever waits for one gets it in turn.
    places: Arc<Semaphore>,
    kept: Mutex<Vec<(PoolConnection<D>, Instant)>>,
}

/// A connection in use. Dropped, it goes back to the pool.
pub struct Held<D: Database> {
    connection: PoolConnection<D>,
    hand: Hand<D>,
    place: OwnedSemaphorePermit,
}

impl<D: Database> Hand<D> {
    /// At most `most` are in use or kept. The pool needs more than those, for whoever takes theirs
    /// from it.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Kept { places: Arc::new(Semaphore::new(most)), kept: Mutex::new(Vec::with_capacity(most)) }))
    }

    /// One that was used a moment ago, or one of `pool`, which asks whether it is there.
    pub async fn take(&self, pool: &Pool<D>) -> sqlx::Result<Held<D>> {
        let place = self.0.places.clone().acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let connection = match self.fresh() {
            Some(connection) => connection,
            None => pool.acquire().await?,
        };
        Ok(Held { connection, hand: self.clone(), place })
    }

    fn fresh(&self) -> Option<PoolConnection<D>> {
        let mut kept = self.0.lock();
        match kept.pop() {
            Some((connection, at)) if at.elapsed() < FRESH => Some(connection),
            // Nor are those below it.
            _ => {
                kept.clear();
                None
            }
        }
    }

    /// Gives all that are kept back to the pool.
    pub fn clear(&self) {
        self.0.lock().clear();
    }
}

impl<D: Database> Held<D> {
    /// Keeps it at hand. Only where all its statements were answered: one that failed, or for which
    /// nobody waited, is the pool's to look at.
    pub fn done(self) {
        let Self { connection, hand, place } = self;
        hand.0.lock().push((connection, Instant::now()));
        // Whoever waits finds it there.
        drop(place);
    }
}

impl<D: Database> Deref for Held<D> {
    type Target = D::Connection;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl<D: Database> DerefMut for Held<D> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

impl<D: Database> Kept<D> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(PoolConnection<D>, Instant)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Database> Drop for Kept<D> {
    /// A pool takes connections back within a runtime only, and this may be the end of one.
    fn drop(&mut self) {
        for (connection, _) in self.lock().drain(..) {
            drop(connection.detach());
        }
    }
}

impl<D: Database> Clone for Hand<D> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<D: Database> fmt::Debug for Hand<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hand").field("kept", &self.0.lock().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Hand;
    use sqlx::sqlite::SqlitePoolOptions;
    use std::time::Duration;

    #[tokio::test]
    async fn what_is_done_is_used_next_and_what_is_dropped_is_the_pools() {
        let pool = SqlitePoolOptions::new().max_connections(2).connect("sqlite::memory:").await.unwrap();
        let hand = Hand::new(1);
        let mut held = hand.take(&pool).await.unwrap();
        sqlx::query("create temp table mine (a)").execute(&mut *held).await.unwrap();
        let waits = tokio::spawn({
            let (hand, pool) = (hand.clone(), pool.clone());
            async move {
                let mut next = hand.take(&pool).await.unwrap();
                sqlx::query("select a from mine").execute(&mut *next).await.unwrap();
            }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!waits.is_finished(), "there is one place");
        held.done();
        waits.await.unwrap();
        assert_eq!(hand.0.lock().len(), 0, "the second was dropped");
        hand.take(&pool).await.unwrap().done();
        assert_eq!(hand.0.lock().len(), 1);
        hand.clear();
        pool.close().await;
    }

    #[test]
    fn outside_of_a_runtime_nothing_is_given_back() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let hand = Hand::new(1);
        let pool = runtime.block_on(async {
            let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
            hand.take(&pool).await.unwrap().done();
            pool
        });
        drop(runtime);
        drop(hand);
        drop(pool);
    }
}
