//! What the log was told, once for a cache and change, however many runtimes it is used on.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::server::Place;

#[derive(Default)]
pub(super) struct Said {
    in_force: AtomicU8,
    untold: AtomicBool,
    polling: AtomicBool,
    late: AtomicBool,
}

/// What can be said of how kept values stay true.
#[derive(Clone, Copy)]
#[repr(u8)]
enum InForce {
    Tracking = 1,
    Channel,
    Expiry,
    Nothing,
}

impl Said {
    pub(super) fn tracking(&self, endpoint: &Place) {
        if self.is_news(InForce::Tracking) {
            tracing::info!(target: "cache_runtime", %endpoint, "redis tells this process of every change of what it keeps");
        }
    }

    pub(super) fn channel(&self, endpoint: &Place, channel: &str) {
        if self.is_news(InForce::Channel) {
            tracing::info!(target: "cache_runtime", %endpoint, channel, "processes tell each other of changes on a channel; what is changed by other means is served from this process until the time of `near` is over");
        }
    }

    pub(super) fn expiry(&self, endpoint: &Place, reason: &str) {
        if self.is_news(InForce::Expiry) {
            tracing::warn!(target: "cache_runtime", %endpoint, reason, "nobody tells of changes here: what another process invalidates is served from this one until the time of `near` is over");
        }
    }

    /// Nothing but tracking will do, and there is none.
    pub(super) fn nothing(&self, endpoint: &Place, reason: &str) {
        if self.is_news(InForce::Nothing) {
            tracing::warn!(target: "cache_runtime", %endpoint, reason, "`near` has no effect: redis does not tell of changes, and this cache is to use nothing else");
        }
    }

    /// Whoever waits for another process has to ask.
    pub(super) fn polling(&self, endpoint: &Place, reason: &str) {
        if self.polling.swap(true, Ordering::Relaxed) {
            tracing::debug!(target: "cache_runtime", %endpoint, reason, "redis does not tell of changes here either");
        } else {
            tracing::info!(target: "cache_runtime", %endpoint, reason, "redis does not tell of changes; whoever waits for another process asks now and then");
        }
    }

    /// Changes cannot be told on the channel.
    pub(super) fn untold(&self, reason: &str) {
        if self.untold.swap(true, Ordering::Relaxed) {
            tracing::debug!(target: "cache_runtime", reason, "other processes cannot be told of changes on the channel");
        } else {
            tracing::warn!(target: "cache_runtime", reason, "other processes cannot be told of changes on the channel; where redis does not tell them either, they see them when the time of their own values is over");
        }
    }

    /// A large value was on its way when its time was over.
    pub(super) fn late(&self, endpoint: &Place) {
        if !self.late.swap(true, Ordering::Relaxed) {
            tracing::warn!(target: "cache_runtime", %endpoint, "a large value does not come within the operation timeout; as long as that is so, each call for it waits that long and runs its body (which one it is, is told at debug)");
        }
    }

    fn is_news(&self, what: InForce) -> bool {
        // Nearly always it is none, and then nothing is written that others read.
        let what = what as u8;
        self.in_force.load(Ordering::Relaxed) != what && self.in_force.swap(what, Ordering::Relaxed) != what
    }
}
