//! Keeps a load from waiting for itself.
//!
//! A body may call its own function again for the same key, where a skipped argument makes the difference. Following
//! its own flight it would hang for ever.

use std::future::Future;
use std::sync::Arc;

use super::leader::Flight;

/// The flights that the current task leads, innermost first.
struct Led {
    flight: Arc<Flight>,
    outer: Option<Arc<Led>>,
}

tokio::task_local! {
    static LED: Arc<Led>;
}

/// Runs `load` as the load of `flight`.
pub(super) fn within<F: Future>(flight: &Arc<Flight>, load: F) -> impl Future<Output = F::Output> + use<F> {
    let outer = LED.try_with(Arc::clone).ok();
    LED.scope(Arc::new(Led { flight: Arc::clone(flight), outer }), load)
}

/// Whether the current task is inside the load of `flight`.
pub(super) fn is_led_here(flight: &Arc<Flight>) -> bool {
    LED.try_with(|innermost| {
        std::iter::successors(Some(innermost), |led| led.outer.as_ref()).any(|led| Arc::ptr_eq(&led.flight, flight))
    })
    .unwrap_or(false)
}
