//! The flights of one cache, by key.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;

use super::leader::{Flight, Landing, Leader};
use super::reentry;
use crate::clock;
use crate::key::Key;

/// Locks are held for a few instructions; this many keep them uncontended.
const SHARDS: usize = 64;
/// After this many failed rounds followers are spread over `2^LANES` loads at most.
const LANES: u32 = 10;

/// How often a follower looks whether its leader is still polled.
const LOOK: Duration = Duration::from_millis(500);

/// All loads in progress.
pub(crate) struct Board {
    shards: Box<[Shard]>,
    hasher: RandomState,
}

#[derive(Default)]
struct Shard {
    flights: Mutex<HashMap<Key, Vec<Arc<Flight>>, RandomState>>,
    /// Counts flights that ended: tells a caller that missed whether the store may have been filled since it looked.
    landings: AtomicU64,
}

/// Where a caller that missed finds itself.
pub(crate) enum Seat<'b> {
    /// It loads.
    Leader(Leader<'b>),
    /// It gets what another caller loads.
    Follower(Follower<'b>),
    /// It is itself part of the load it would have to wait for.
    Reentrant,
    /// A load ended since it looked into the store: look again.
    Outdated,
}

/// A caller about to look into the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    landings: u64,
    lane: u32,
}

/// A wait for somebody else's load.
pub(crate) struct Follower<'b> {
    board: &'b Board,
    key: Key,
    flight: Arc<Flight>,
}

impl Follower<'_> {
    /// What the leader brought. Safe to drop at any point.
    pub(crate) async fn landed(self) -> Landing {
        loop {
            if let Some(landing) = clock::at_most(LOOK, self.flight.landed()).await {
                return landing;
            }
            if self.flight.pulse.is_stalled() {
                self.board.pass_over(&self.key, &self.flight);
                return Landing::Abandoned;
            }
        }
    }
}

impl Board {
    pub(crate) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), hasher: RandomState::default() }
    }

    /// To be called before the store is asked for `key`. `failures` is how often this caller followed a load whose error
    /// could not be shared: each such round doubles the number of loads that its followers share, so that all of them
    /// have an error of their own after a logarithmic number of rounds, neither one by one nor all at once.
    pub(crate) fn ticket(&self, key: &Key, failures: u32) -> Ticket {
        let lanes = 1 << failures.min(LANES);
        Ticket { landings: self.shard(key).landings.load(Ordering::Acquire), lane: fastrand::u32(..lanes) }
    }

    /// Takes a seat in the load of a `kind` of value at `key`.
    pub(crate) fn join(&self, key: &Key, kind: TypeId, ticket: Ticket) -> Seat<'_> {
        let shard = self.shard(key);
        let mut flights = lock(&shard.flights);
        let found = flights.get(key).and_then(|here| here.iter().find(|f| f.kind == kind && f.lane == ticket.lane));
        match found {
            Some(flight) if reentry::is_led_here(flight) => Seat::Reentrant,
            Some(flight) => Seat::Follower(Follower { board: self, key: key.clone(), flight: Arc::clone(flight) }),
            None if shard.landings.load(Ordering::Relaxed) != ticket.landings => Seat::Outdated,
            None => Seat::Leader(self.enter(&mut flights, key, kind, ticket.lane)),
        }
    }

    /// Leads a load of `key` whatever is in the air; what is must not fill any more.
    pub(crate) fn overtake(&self, key: &Key, kind: TypeId) -> Leader<'_> {
        let mut flights = lock(&self.shard(key).flights);
        for flight in flights.remove(key).unwrap_or_default() {
            flight.doom();
        }
        self.enter(&mut flights, key, kind, 0)
    }

    /// Forbids every load of `key` in progress to fill, and waits for the fills that are under way already, at most
    /// `patience`: one whose caller is alive but not polled any more never ends. Callers that come later do not join those
    /// loads. Safe to drop at any point.
    pub(crate) async fn doom(&self, key: &Key, patience: Duration) {
        let here = lock(&self.shard(key).flights).remove(key).unwrap_or_default();
        let filling: Vec<_> = here.into_iter().filter(|flight| !flight.doom()).collect();
        if filling.is_empty() {
            return;
        }
        let landed = async {
            for flight in filling {
                flight.landed().await;
            }
        };
        // Elapsed: what it was storing has been stored, or is not stored before it is polled again.
        let _ = clock::at_most(patience, landed).await;
    }

    /// Leaves a load behind that does not go on: what it may bring one day is not stored.
    fn pass_over(&self, key: &Key, stalled: &Arc<Flight>) {
        stalled.doom();
        self.clear(key, stalled);
    }

    /// Takes a flight that ended off the board.
    pub(super) fn clear(&self, key: &Key, ended: &Arc<Flight>) {
        let shard = self.shard(key);
        let mut flights = lock(&shard.flights);
        shard.landings.fetch_add(1, Ordering::Release);
        if let Some(here) = flights.get_mut(key) {
            here.retain(|flight| !Arc::ptr_eq(flight, ended));
            if here.is_empty() {
                flights.remove(key);
            }
        }
    }

    fn enter(
        &self,
        flights: &mut HashMap<Key, Vec<Arc<Flight>>, RandomState>,
        key: &Key,
        kind: TypeId,
        lane: u32,
    ) -> Leader<'_> {
        let flight = Arc::new(Flight::new(kind, lane));
        flights.entry(key.clone()).or_default().push(Arc::clone(&flight));
        Leader::new(self, key.clone(), flight)
    }

    #[expect(clippy::indexing_slicing, reason = "the index is a remainder of the length")]
    #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
    fn shard(&self, key: &Key) -> &Shard {
        &self.shards[self.hasher.hash_one(key) as usize % SHARDS]
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").finish_non_exhaustive()
    }
}

/// The tables are whole after every statement, so a panic elsewhere in a holder of the lock spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
