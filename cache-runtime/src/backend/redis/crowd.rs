//! How many questions are under way on a connection, and when one more is too many.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::errors::overloaded;
use crate::error::Error;

/// So many of each kind may be under way. Whoever comes then goes on without the store: callers that pile up before a slow
/// server are better off at the origin, and cost memory.
const MOST: usize = 16 << 10;

/// Those who ask on one connection.
#[derive(Default)]
pub(super) struct Crowd {
    ordinary: AtomicUsize,
    /// What is not to be kept out by all others, such as an invalidation by reads.
    urgent: AtomicUsize,
}

/// One of them. Dropped, it makes room for another one.
pub(super) struct Asking<'a>(&'a AtomicUsize);

impl Crowd {
    pub(super) fn join(&self, is_urgent: bool) -> Result<Asking<'_>, Error> {
        let count = if is_urgent { &self.urgent } else { &self.ordinary };
        let before = count.fetch_add(1, Ordering::Relaxed);
        let asking = Asking(count);
        if before < MOST { Ok(asking) } else { Err(overloaded()) }
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn there_is_room_for_so_many_and_for_what_is_urgent_beside_them() {
        let crowd = Crowd::default();
        for is_urgent in [false, true] {
            let mut asking: Vec<_> = (0..MOST).map(|_| crowd.join(is_urgent).unwrap()).collect();
            let Err(error) = crowd.join(is_urgent) else { panic!("there is room for one more") };
            assert_eq!(error.kind(), ErrorKind::Overloaded);
            asking.pop();
            drop(crowd.join(is_urgent).unwrap());
            std::mem::forget(asking);
        }
    }
}
