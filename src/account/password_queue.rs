//! Turns at hashing passwords: as many at once as there are cores, a line in front of them that has
//! an end, and devices that are known before everybody else.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// How many wait for each one that is served: at 20 ms each nobody waits for longer than a second
/// and a half.
const WAITING_PER_TURN: usize = 64;

#[derive(Clone, Debug)]
pub struct Queue(Arc<Mutex<Line>>);

#[derive(Debug)]
struct Line {
    free: usize,
    most: usize,
    known: VecDeque<oneshot::Sender<Turn>>,
    others: VecDeque<oneshot::Sender<Turn>>,
}

/// One's turn. It is over when this is dropped.
#[derive(Debug)]
pub struct Turn(Option<Queue>);

/// The line has no room left.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

impl Queue {
    /// With so many turns at once.
    pub fn new(at_once: usize) -> Self {
        let line =
            Line { free: at_once, most: at_once * WAITING_PER_TURN, known: VecDeque::new(), others: VecDeque::new() };
        Self(Arc::new(Mutex::new(line)))
    }

    /// Waits for a turn. Whoever is `known` goes before all others, and takes the place of the one
    /// who came last where there is no room. Whoever stops waiting leaves the line.
    pub async fn turn(&self, known: bool) -> Result<Turn, Full> {
        let waits = {
            let mut line = self.line();
            if line.free > 0 {
                line.free -= 1;
                return Ok(Turn(Some(self.clone())));
            }
            line.known.retain(|waits| !waits.is_closed());
            line.others.retain(|waits| !waits.is_closed());
            let full = line.known.len() + line.others.len() >= line.most;
            // Whoever is dropped here learns by it that there is no room.
            if full && !(known && line.others.pop_back().is_some()) {
                return Err(Full);
            }
            let (sender, receiver) = oneshot::channel();
            if known {
                line.known.push_back(sender);
            } else {
                line.others.push_back(sender);
            }
            receiver
        };
        waits.await.map_err(|_| Full)
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands the turn to the next who still waits.
    fn next(self) {
        let mut turn = Turn(Some(self.clone()));
        loop {
            let mut line = self.line();
            let Some(waits) = line.known.pop_front().or_else(|| line.others.pop_front()) else {
                line.free += 1;
                turn.0 = None;
                return;
            };
            drop(line);
            match waits.send(turn) {
                Ok(()) => return,
                Err(back) => turn = back,
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            queue.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Until so many wait.
    async fn waiting(queue: &Queue, count: usize) {
        let so_many = || {
            let line = queue.line();
            line.known.len() + line.others.len() >= count
        };
        while !so_many() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn known_devices_come_first_and_the_line_has_an_end() {
        let queue = Queue::new(1);
        let held = queue.turn(false).await.unwrap();
        let (said, mut order) = tokio::sync::mpsc::unbounded_channel();
        let mut tasks = Vec::new();
        let mut wait = |name: usize, known: bool| {
            let (queue, said) = (queue.clone(), said.clone());
            tasks.push(tokio::spawn(async move {
                match queue.turn(known).await {
                    Ok(turn) => {
                        said.send(name).unwrap();
                        drop(turn);
                        true
                    }
                    Err(Full) => false,
                }
            }));
        };
        for name in 0..WAITING_PER_TURN {
            wait(name, false);
            waiting(&queue, name + 1).await;
        }
        assert_eq!(queue.turn(false).await.map(drop), Err(Full), "a stranger is sent away");
        // Somebody who is known takes the place of the last stranger, and goes first.
        wait(1_000, true);
        tokio::time::timeout(Duration::from_secs(5), async {
            while queue.line().known.is_empty() {
                tokio::task::yield_now().await
            }
        })
        .await
        .unwrap();
        assert_eq!(queue.line().others.len(), WAITING_PER_TURN - 1);
        drop(held);
        let mut went = Vec::new();
        let mut served = 0;
        for task in tasks {
            served += usize::from(task.await.unwrap());
        }
        while let Ok(name) = order.try_recv() {
            went.push(name);
        }
        assert_eq!(served, WAITING_PER_TURN);
        assert_eq!(went[0], 1_000);
        assert_eq!(went[1..], (0..WAITING_PER_TURN - 1).collect::<Vec<_>>()[..]);
        assert_eq!(queue.line().free, 1);
    }

    #[tokio::test]
    async fn whoever_has_gone_is_passed_over_and_no_turn_is_lost() {
        let queue = Queue::new(2);
        let (first, second) = (queue.turn(false).await.unwrap(), queue.turn(true).await.unwrap());
        let gone = tokio::spawn({
            let queue = queue.clone();
            async move { queue.turn(false).await.map(drop) }
        });
        waiting(&queue, 1).await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        let stays = tokio::spawn({
            let queue = queue.clone();
            async move { queue.turn(false).await }
        });
        waiting(&queue, 1).await;
        drop(first);
        let turn = stays.await.unwrap().unwrap();
        drop((turn, second));
        assert_eq!(queue.line().free, 2);
    }
}
