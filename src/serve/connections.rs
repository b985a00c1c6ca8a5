//! How many connections there may be: in all, and from one network.

use crate::web::network::networks;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts those that are open.
#[derive(Clone, Debug)]
pub struct Connections {
    open: Arc<Mutex<Open>>,
    /// At most so many; 0 for no limit.
    in_all: usize,
    per_network: usize,
}

#[derive(Debug, Default)]
struct Open {
    in_all: usize,
    by_network: HashMap<String, usize>,
}

/// One that is open. It is not any more when this is dropped.
#[derive(Debug)]
pub struct Place {
    open: Arc<Mutex<Open>>,
    network: String,
}

impl Connections {
    pub fn new(in_all: usize, per_network: usize) -> Self {
        Self { open: Arc::default(), in_all, per_network }
    }

    /// A place for one more from `peer`, if there is one. Connections from this machine are counted
    /// in all only: they may be a proxy's.
    pub fn place(&self, peer: IpAddr) -> Option<Place> {
        let network = networks(peer).narrow;
        let mut open = lock(&self.open);
        let of_network = open.by_network.get(&network).copied().unwrap_or_default();
        let full = self.in_all > 0 && open.in_all >= self.in_all;
        let full_there = self.per_network > 0 && !peer.to_canonical().is_loopback() && of_network >= self.per_network;
        if full || full_there {
            return None;
        }
        open.in_all += 1;
        *open.by_network.entry(network.clone()).or_default() += 1;
        drop(open);
        Some(Place { open: self.open.clone(), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.in_all -= 1;
        if let Some(count) = open.by_network.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                open.by_network.remove(&self.network);
            }
        }
    }
}

fn lock(open: &Mutex<Open>) -> std::sync::MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_network_does_not_take_every_place() {
        let connections = Connections::new(5, 2);
        let mut held: Vec<Place> = (1..=2).filter_map(|n| connections.place(ip(&format!("2001:db8::{n}")))).collect();
        assert_eq!(held.len(), 2);
        assert!(connections.place(ip("2001:db8::3")).is_none(), "the same /64");
        held.push(connections.place(ip("2001:db8:0:1::3")).unwrap());
        held.extend([connections.place(ip("127.0.0.1")).unwrap(), connections.place(ip("::ffff:127.0.0.1")).unwrap()]);
        assert!(connections.place(ip("192.0.2.7")).is_none(), "five in all");
        held.remove(0);
        assert!(connections.place(ip("2001:db8::3")).is_some());
        drop(held);
        assert_eq!(lock(&connections.open).in_all, 0);
        assert!(lock(&connections.open).by_network.is_empty());
    }

    #[test]
    fn nothing_is_no_limit() {
        let connections = Connections::new(0, 0);
        let held: Vec<_> = (0..100).map(|_| connections.place(ip("192.0.2.7"))).collect();
        assert!(held.iter().all(Option::is_some));
    }
}
