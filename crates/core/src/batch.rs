//! How many rows are written in one transaction. Pure.
//!
//! The more there are in one, the fewer times the same page is written. But others who write wait
//! until it is over.

use std::time::Duration;

/// For so long a transaction should hold up others. Now and then one takes three times as long.
const HOLDS: Duration = Duration::from_millis(150);
/// Every size is a multiple of this, which a statement's rows divide: so there are few statements
/// to keep prepared.
const STEP: usize = 500;
/// Fewer rows would cost more transactions than they spare anybody time.
const LEAST: usize = 1_000;

/// The size of the next batch, after how long those before it took.
#[derive(Clone, Debug)]
pub struct Batch {
    size: usize,
    most: usize,
    /// How long each row of the batch before took.
    before: Option<Duration>,
}

impl Batch {
    /// Begins with `size` rows, and never has more than `most`.
    pub const fn new(size: usize, most: usize) -> Self {
        Self { size, most, before: None }
    }

    /// So many rows come next.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// A batch with so many `rows` held others up for `held`.
    ///
    /// Of two in a row the faster counts: the database is tidied up during some of them, which
    /// holds nobody up. From one to the next, the size changes by half, or by a step.
    pub fn took(&mut self, rows: usize, held: Duration) {
        let Some(each) = u32::try_from(rows).ok().and_then(|rows| held.checked_div(rows)) else { return };
        let each = each.max(Duration::from_nanos(1));
        let faster = self.before.replace(each).map_or(each, |before| before.min(each));
        let fit = usize::try_from(HOLDS.as_nanos() / faster.as_nanos()).unwrap_or(self.most);
        let size = fit.clamp(self.size / 2, self.size + (self.size / 2).max(STEP)).min(self.most);
        self.size = (size - size % STEP).max(LEAST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(batch: &mut Batch, each: Duration, times: usize) -> usize {
        for _ in 0..times {
            batch.took(batch.size(), each * u32::try_from(batch.size()).unwrap());
        }
        batch.size()
    }

    #[test]
    fn a_batch_grows_until_others_would_wait_for_long() {
        let mut batch = Batch::new(1_000, 10_000);
        assert_eq!(after(&mut batch, Duration::from_micros(10), 1), 1_500);
        assert_eq!(after(&mut batch, Duration::from_micros(10), 20), 10_000, "the most");
        assert_eq!(after(&mut batch, Duration::from_micros(50), 20), 3_000, "150 ms");
        assert_eq!(after(&mut batch, Duration::from_millis(50), 20), 1_000, "the least");
        assert_eq!(after(&mut batch, Duration::ZERO, 20), 10_000);
    }

    #[test]
    fn one_slow_batch_is_not_what_the_next_goes_by() {
        let mut batch = Batch::new(3_000, 10_000);
        after(&mut batch, Duration::from_micros(50), 2);
        batch.took(3_000, Duration::from_secs(3));
        assert_eq!(batch.size(), 3_000);
        batch.took(3_000, Duration::from_secs(3));
        assert_eq!(batch.size(), 1_500, "two of them are");
    }

    #[test]
    fn an_empty_batch_says_nothing() {
        let mut batch = Batch::new(1_000, 10_000);
        batch.took(0, Duration::from_secs(1));
        assert_eq!(batch.size(), 1_000);
    }
}
