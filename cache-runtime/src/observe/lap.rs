//! How long an answer took, for who wants to know.

#[cfg(feature = "metrics")]
use crate::clock::{self, Instant};

/// The time since it was begun. Without the feature `metrics` nobody asks, and no clock is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lap {
    #[cfg(feature = "metrics")]
    began: Instant,
}

impl Lap {
    pub(crate) fn begin() -> Self {
        Self {
            #[cfg(feature = "metrics")]
            began: clock::now(),
        }
    }

    #[cfg(feature = "metrics")]
    pub(super) fn took(self) -> std::time::Duration {
        clock::since(self.began)
    }
}
