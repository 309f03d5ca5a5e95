//! Keeps a load from waiting for itself.
//!
//! A body may call its own function again for the same key, where a skipped argument makes the difference. Following
//! its own flight it would hang for ever.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use foldhash::fast::RandomState;
use tokio::task::futures::TaskLocalFuture;

use super::leader::Flight;

/// The flights that the current task leads, innermost first.
pub(crate) struct Led {
    load: Load,
    outer: Option<Arc<Led>>,
}

enum Load {
    OfOne {
        flight: Arc<Flight>,
        /// The lease under which it loads.
        held: Option<Bytes>,
    },
    OfMany {
        /// By address.
        flights: HashMap<usize, Arc<Flight>, RandomState>,
        held: HashSet<Bytes, RandomState>,
    },
}

tokio::task_local! {
    static LED: Arc<Led>;
}

/// A load that knows what it is the load of.
pub(crate) type Flying<F> = TaskLocalFuture<Arc<Led>, F>;

/// Makes `load` the load of what is `led`.
pub(super) fn within<F: Future>(led: Led, load: F) -> Flying<F> {
    let outer = LED.try_with(Arc::clone).ok();
    LED.scope(Arc::new(Led { outer, ..led }), load)
}

impl Led {
    pub(super) fn one(flight: &Arc<Flight>, held: Option<Bytes>) -> Self {
        Self { load: Load::OfOne { flight: Arc::clone(flight), held }, outer: None }
    }

    pub(super) fn many(led: impl Iterator<Item = (Arc<Flight>, Option<Bytes>)>) -> Self {
        let (mut flights, mut held) = (HashMap::default(), HashSet::default());
        for (flight, lease) in led {
            flights.insert(address(&flight), flight);
            held.extend(lease);
        }
        Self { load: Load::OfMany { flights, held }, outer: None }
    }

    fn has(&self, wanted: &Arc<Flight>) -> bool {
        match &self.load {
            Load::OfOne { flight, .. } => Arc::ptr_eq(flight, wanted),
            Load::OfMany { flights, .. } => flights.contains_key(&address(wanted)),
        }
    }

    fn holds(&self, seen: &Bytes) -> bool {
        match &self.load {
            Load::OfOne { held, .. } => held.as_ref() == Some(seen),
            Load::OfMany { held, .. } => held.contains(seen),
        }
    }
}

fn address(flight: &Arc<Flight>) -> usize {
    Arc::as_ptr(flight).addr()
}

/// Whether the current task is inside the load of `flight`.
pub(super) fn is_led_here(flight: &Arc<Flight>) -> bool {
    any(|led| led.has(flight))
}

/// Whether the current task is inside a load, of whichever cache in this process, that holds the lease that was `seen`.
pub(crate) fn is_held_here(seen: &Bytes) -> bool {
    any(|led| led.holds(seen))
}

/// Whether the current task is inside a load.
pub(crate) fn is_loading_here() -> bool {
    any(|_| true)
}

fn any(is_it: impl Fn(&Led) -> bool) -> bool {
    let is_among =
        |innermost: &Arc<Led>| std::iter::successors(Some(innermost), |led| led.outer.as_ref()).any(|led| is_it(led));
    LED.try_with(is_among).unwrap_or(false)
}
