//! Everything that the future depends on: the row, the store, two processes, and what may still go wrong.

use crate::bounds::{Accidents, Bounds};
use crate::canonical;
use crate::store::{Commit, Found, Stamp, Store};

pub(crate) const PROCESSES: usize = 2;
pub(crate) const CALLERS: usize = 4;
pub(crate) const WRITERS: usize = 3;
/// A flight lies at the number of the caller who leads it; behind them, each process has a place for one that is led by
/// nobody, a reload in the background.
pub(crate) const FLIGHTS: usize = CALLERS + PROCESSES;

/// Callers and flights take turns between the processes.
pub(crate) fn process_of(number: usize) -> usize {
    number % PROCESSES
}

/// So do writers, but the first is where the first caller is not: an invalidation from elsewhere is the harder case.
pub(crate) fn process_of_writer(number: usize) -> usize {
    (number + 1) % PROCESSES
}

/// A point in the order of events of one process, drawn from a counter in its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(pub(crate) u8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// The last change of the row.
    pub(crate) row: Commit,
    /// The last change that was made known and acknowledged: who calls from now on must not get an older value.
    pub(crate) acknowledged: Commit,
    pub(crate) store: Store,
    pub(crate) callers: [Caller; CALLERS],
    pub(crate) flights: [Option<Flight>; FLIGHTS],
    pub(crate) writers: [Writer; WRITERS],
    pub(crate) left: Accidents,
    /// How many processes have crashed, whose leases may expire at any time.
    pub(crate) crashed: u8,
    /// Counted only where there must be one at most.
    pub(crate) loads: u8,
    /// Somebody got a value that was older than what had been acknowledged when he called.
    pub(crate) stale_answer: bool,
}

/// A call of the annotated function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Caller {
    NotYet,
    /// About to read the store.
    Reading(Call),
    /// Found no answer in the store, about to join the flight of its process, or to lead one.
    Missed(Call, Found, Option<Stamp>),
    /// Leads the flight, or follows it.
    Waiting(Call, usize),
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Call {
    pub(crate) arrived: Moment,
    /// What had been acknowledged at that moment.
    pub(crate) floor: Commit,
}

/// The one load of a key in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Flight {
    /// Those who miss join it. Not so if it is doomed: its key was invalidated here, or its lease is known to be lost.
    pub(crate) joinable: bool,
    /// Whoever replaces an old value is elected first.
    pub(crate) election: Option<Stamp>,
    /// The old value, for the case that the load fails.
    pub(crate) fallback: Option<Answer>,
    pub(crate) step: Step,
}

/// What a flight does next, and what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// Asks to be the one of all processes who reloads.
    Elect,
    /// Waits until the one who was elected is done.
    WaitForElection(Stamp),
    Look,
    /// Takes the lease in the place of what was found; `tag` is what the tag was at that time.
    Take {
        found: Found,
        tag: Option<Stamp>,
    },
    /// Waits for the end of somebody else's lease.
    Wait(Stamp),
    /// Has what it may replace, if anything; makes the tag if it is missing, then loads.
    Load {
        replaces: Option<Stamp>,
        tag: Option<Stamp>,
    },
    Fill {
        replaces: Option<Stamp>,
        loaded: Loaded,
    },
    Land(Answer, Outcome),
    /// Gives the lease of a load back that came to nothing.
    Release(Stamp),
    /// Gives the election back.
    Resign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Loaded {
    pub(crate) value: Commit,
    pub(crate) started: Moment,
    /// The version of the tag before the load.
    pub(crate) tag: Stamp,
}

/// What a flight has to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Answer {
    pub(crate) value: Commit,
    /// Who arrived before can have it, whatever became of it: it was asked for later.
    pub(crate) asked: Moment,
}

/// Where the answer comes from, which may tell more about it than the moment at which it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Outcome {
    /// Read from the store.
    Found,
    /// Loaded, but the store has not accepted it.
    NotStored,
    /// The fill was sent at that moment and accepted. The value is still the newest if the tag is as well.
    Filled { sent: Moment, tag: Stamp },
}

/// A writer: the number of the group of operations that comes next (see `steps::writers`), and what it remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Writer {
    pub(crate) next: u8,
    pub(crate) value: Commit,
    pub(crate) found: Option<Found>,
    pub(crate) replaces: Option<Stamp>,
    pub(crate) tag: Option<Stamp>,
    pub(crate) done: bool,
}

impl Flight {
    pub(crate) fn new(step: Step) -> Self {
        Self { joinable: true, election: None, fallback: None, step }
    }
}

impl State {
    pub(crate) fn new(bounds: &Bounds) -> Self {
        let mut callers = [Caller::Done; CALLERS];
        callers[..bounds.callers].fill(Caller::NotYet);
        let mut writers = [Writer { done: true, ..Writer::default() }; WRITERS];
        writers[..bounds.writers.len()].fill(Writer::default());
        Self {
            row: 1,
            acknowledged: 0,
            store: Store { tag: (!bounds.tagged).then_some(Stamp::UNTAGGED), ..Store::default() },
            callers,
            flights: [None; FLIGHTS],
            writers,
            left: bounds.accidents,
            crashed: 0,
            loads: 0,
            stale_answer: false,
        }
    }

    /// Nobody has anything left to do.
    pub(crate) fn at_rest(&self) -> bool {
        self.callers.iter().all(|caller| *caller == Caller::Done)
            && self.flights.iter().all(Option::is_none)
            && self.writers.iter().all(|writer| writer.done)
    }

    /// The flight that those who miss in this process join.
    pub(crate) fn joinable(&self, process: usize) -> Option<usize> {
        let joinable = |slot: &usize| self.flights[*slot].is_some_and(|flight| flight.joinable);
        (0..FLIGHTS).filter(|slot| process_of(*slot) == process).find(joinable)
    }

    /// Nobody joins the flights of this process any more.
    pub(crate) fn doom(&mut self, process: usize) {
        for slot in (0..FLIGHTS).filter(|slot| process_of(*slot) == process) {
            if let Some(flight) = &mut self.flights[slot] {
                flight.joinable = false;
            }
        }
    }

    /// A stamp that is nowhere else.
    pub(crate) fn random(&self) -> Stamp {
        canonical::unused_stamp(self)
    }

    /// A moment after all moments of this process.
    pub(crate) fn now(&self, process: usize) -> Moment {
        canonical::next_moment(self, process)
    }

    /// Answers a call.
    pub(crate) fn answer(&mut self, caller: usize, call: Call, value: Commit) {
        self.stale_answer |= value < call.floor;
        self.callers[caller] = Caller::Done;
    }
}
