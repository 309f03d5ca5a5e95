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
use super::moment::{Moment, Moments};
use super::reentry;
use crate::clock;
use crate::key::Key;

/// Locks are held for a few instructions; this many keep them uncontended.
const SHARDS: usize = 64;
/// A multiple of [`SHARDS`], so that each counter belongs to one shard. Many, so that a load of one key makes few other
/// callers look again for nothing.
const COUNTERS: usize = 8192;
/// After this many failed rounds followers are spread over `2^LANES` loads at most.
const LANES: u32 = 10;

/// How often a follower looks whether its leader is still polled.
const LOOK: Duration = Duration::from_millis(500);

/// All loads in progress.
pub(crate) struct Board {
    shards: Box<[Shard]>,
    /// Count flights that ended, of a few keys each: tells a caller that missed whether the store may have been filled
    /// since it looked. Written under the lock of the shard.
    landings: Box<[AtomicU64]>,
    hasher: RandomState,
}

#[derive(Default)]
struct Shard {
    moments: Moments,
    flights: Mutex<HashMap<Key, Vec<Arc<Flight>>, RandomState>>,
}

/// Where a caller that missed finds itself.
pub(crate) enum Seat<'b> {
    /// It loads.
    Leader(Leader),
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
    /// When its call began.
    arrived: Moment,
    landings: u64,
    lane: u32,
}

impl Ticket {
    /// For a caller whose question nobody answered. It cannot tell an old value from a new one, and takes what its process
    /// loads.
    pub(crate) fn blind(self) -> Self {
        Self { arrived: Moment::BEGINNING, ..self }
    }
}

/// What a flight is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) key: &'a Key,
    /// The kind of value: two that share a key by mistake do not share a load.
    pub(crate) kind: TypeId,
    /// The keys of its tags.
    pub(crate) tags: &'a [Key],
}

/// A wait for somebody else's load.
pub(crate) struct Follower<'b> {
    board: &'b Board,
    key: Key,
    flight: Arc<Flight>,
    arrived: Moment,
}

impl Follower<'_> {
    /// What the leader brought. Safe to drop at any point.
    pub(crate) async fn landed(self) -> Landing {
        loop {
            if let Some(landing) = clock::at_most(LOOK, self.flight.landed(self.arrived)).await {
                return landing;
            }
            if self.flight.is_stalled() {
                self.board.pass_over(&self.key, &self.flight);
                return Landing::Abandoned;
            }
        }
    }
}

impl Board {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Shard::default()).collect(),
            landings: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::default(),
        }
    }

    /// For a caller who has just arrived, and is about to look into the store.
    pub(crate) fn ticket(&self, key: &Key) -> Ticket {
        let (shard, landings) = (self.shard(key), self.landings(key));
        Ticket { arrived: shard.moments.arrival(), landings: landings.load(Ordering::Acquire), lane: 0 }
    }

    /// For the same caller, who is about to look once more. `failures` is how often it followed a load whose error could not
    /// be shared: each such round doubles the number of loads that its followers share, so that all of them have an error of
    /// their own after a logarithmic number of rounds, neither one by one nor all at once.
    pub(crate) fn ticket_again(&self, key: &Key, ticket: Ticket, failures: u32) -> Ticket {
        let lane = fastrand::u32(..1 << failures.min(LANES));
        Ticket { landings: self.landings(key).load(Ordering::Acquire), lane, ..ticket }
    }

    /// How many loads are in the air, of callers and of the background.
    pub(crate) fn count(&self) -> usize {
        self.shards.iter().map(|shard| lock(&shard.flights).values().map(Vec::len).sum::<usize>()).sum()
    }

    pub(super) fn moment(&self, key: &Key) -> Moment {
        self.shard(key).moments.draw()
    }

    /// Takes a seat in the load of `place`.
    pub(crate) fn join(self: &Arc<Self>, place: Place<'_>, ticket: Ticket) -> Seat<'_> {
        let Place { key, kind, .. } = place;
        let shard = self.shard(key);
        let mut flights = lock(&shard.flights);
        let found = flights
            .get(key)
            .and_then(|here| here.iter().find(|f| f.kind == kind && f.lane == ticket.lane && !f.is_doomed()));
        match found {
            Some(flight) if reentry::is_led_here(flight) => Seat::Reentrant,
            Some(flight) => {
                let (key, flight) = (key.clone(), Arc::clone(flight));
                flight.note_follower();
                Seat::Follower(Follower { board: self, key, flight, arrived: ticket.arrived })
            }
            None if self.landings(key).load(Ordering::Relaxed) != ticket.landings => Seat::Outdated,
            None => Seat::Leader(self.enter(&mut flights, place, ticket.lane)),
        }
    }

    /// Leads a load of `place` whatever is in the air; what is must not fill any more.
    pub(crate) fn overtake(self: &Arc<Self>, place: Place<'_>) -> Leader {
        let mut flights = lock(&self.shard(place.key).flights);
        doom_all(&mut flights, place.key);
        self.enter(&mut flights, place, 0)
    }

    /// Forbids every load of `key` in progress to fill. Callers that come later do not join them.
    pub(crate) fn doom(&self, key: &Key) {
        doom_all(&mut lock(&self.shard(key).flights), key);
    }

    /// [`Board::doom`] for the loads of all that has this tag.
    pub(crate) fn doom_tagged(&self, tag: &Key) {
        self.doom_those(|flight| flight.tags.contains(tag));
    }

    /// [`Board::doom`] for all loads.
    pub(crate) fn doom_everything(&self) {
        self.doom_those(|_| true);
    }

    fn doom_those(&self, which: impl Fn(&Flight) -> bool) {
        for shard in &self.shards {
            for flight in lock(&shard.flights).values().flatten().filter(|flight| which(flight)) {
                flight.doom();
            }
        }
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
        self.landings(key).fetch_add(1, Ordering::Release);
        if let Some(here) = flights.get_mut(key) {
            here.retain(|flight| !Arc::ptr_eq(flight, ended));
            if here.is_empty() {
                flights.remove(key);
            }
        }
    }

    fn enter(
        self: &Arc<Self>,
        flights: &mut HashMap<Key, Vec<Arc<Flight>>, RandomState>,
        place: Place<'_>,
        lane: u32,
    ) -> Leader {
        let Place { key, kind, tags } = place;
        let flight = Arc::new(Flight::new(kind, lane, tags));
        flights.entry(key.clone()).or_default().push(Arc::clone(&flight));
        Leader::new(Arc::clone(self), key.clone(), flight)
    }

    #[expect(clippy::indexing_slicing, reason = "the index is a remainder of the length")]
    fn shard(&self, key: &Key) -> &Shard {
        &self.shards[self.hash(key) % SHARDS]
    }

    #[expect(clippy::indexing_slicing, reason = "the index is a remainder of the length")]
    fn landings(&self, key: &Key) -> &AtomicU64 {
        &self.landings[self.hash(key) % COUNTERS]
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
    fn hash(&self, key: &Key) -> usize {
        self.hasher.hash_one(key) as usize
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

/// Dooms every flight of `key`, and takes them off the board.
fn doom_all(flights: &mut HashMap<Key, Vec<Arc<Flight>>, RandomState>, key: &Key) {
    for flight in flights.remove(key).into_iter().flatten() {
        flight.doom();
    }
}
