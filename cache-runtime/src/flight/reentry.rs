//! Keeps a load from waiting for itself.
//!
//! A body may call its own function again for the same key, where a skipped argument makes the difference. Following
//! its own flight it would hang for ever.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::futures::TaskLocalFuture;

use super::leader::Flight;

/// The flights that the current task leads, innermost first.
pub(crate) struct Led {
    flight: Arc<Flight>,
    /// The lease under which it loads.
    held: Option<Bytes>,
    outer: Option<Arc<Led>>,
}

tokio::task_local! {
    static LED: Arc<Led>;
}

/// A load that knows what it is the load of.
pub(crate) type Flying<F> = TaskLocalFuture<Arc<Led>, F>;

/// Makes `load` the load of `flight`.
pub(super) fn within<F: Future>(flight: &Arc<Flight>, held: Option<Bytes>, load: F) -> Flying<F> {
    let outer = LED.try_with(Arc::clone).ok();
    LED.scope(Arc::new(Led { flight: Arc::clone(flight), held, outer }), load)
}

/// Whether the current task is inside the load of `flight`.
pub(super) fn is_led_here(flight: &Arc<Flight>) -> bool {
    any(|led| Arc::ptr_eq(&led.flight, flight))
}

/// Whether the current task is inside a load, of whichever cache in this process, that holds the lease that was `seen`.
pub(crate) fn is_held_here(seen: &Bytes) -> bool {
    any(|led| led.held.as_ref() == Some(seen))
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
