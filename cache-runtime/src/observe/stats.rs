//! Counters: always on, a relaxed increment each.

use std::sync::atomic::{AtomicU64, Ordering};

use super::event::Event;
use super::striped::Striped;
use crate::store::Coherence;

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a cache has done since it was built, or one function in it, and what the cache holds. Of this process only.
        ///
        /// ```
        /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        /// use std::time::Duration;
        /// use cache_runtime::{Cache, Policy};
        ///
        /// let cache = Cache::builder().url("memory://").build()?;
        /// let policy = Policy::new(Duration::from_secs(60));
        /// for _ in 0..4 {
        ///     let _answer: Result<u32, String> = cache.read_through("answer", &policy, || async { Ok(42) }).await;
        /// }
        /// let stats = cache.stats();
        /// assert_eq!((stats.loads, stats.hits), (1, 3));
        /// assert_eq!(stats.hit_ratio(), Some(0.75));
        /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Stats {
            $($(#[$doc])* pub $name: u64,)*
            /// How many values are kept in this process just now, by `near`: also those that are not served any more, but have
            /// not been dropped yet, because their time is over, a tag of theirs has changed, or the connection was lost. This
            /// and what follows is told of the whole cache, also in the stats of one function.
            pub near_entries: u64,
            /// The bytes of memory that all of those are reckoned to take.
            pub near_bytes: u64,
            /// How those stay true, just now: in the best way that any tokio runtime of this process has, so another one may
            /// have less. [`Coherence::Tracking`] also where nothing is kept, once a call has waited for the load of another
            /// process: it is told by the same connection.
            pub coherence: Coherence,
            /// How many keys are being loaded just now, or waited for because another process loads them.
            pub in_flight: u64,
            /// How many loads run in the background just now. One call for many keys is one load.
            pub background_loads: u64,
            /// How many invalidations have failed and are tried again: those entries, and those with these tags, are not used
            /// in this process meanwhile.
            pub quarantined: u64,
            /// Whether the store is known to be out of reach, so that calls do not wait for it. Where there are several servers
            /// or tokio runtimes, whether any of them is.
            pub breaker_open: bool,
        }

        /// What some of the threads have counted. Apart from what the others have: a processor that counts need not wait for
        /// another one that does.
        #[derive(Debug, Default)]
        #[repr(align(128))]
        struct Stripe {
            $($name: AtomicU64,)*
        }

        impl Stripe {
            fn add_to(&self, sum: &mut Stats) {
                $(sum.$name = sum.$name.wrapping_add(self.$name.load(Ordering::Relaxed));)*
            }
        }
    };
}

counters! {
    /// Calls answered from the store.
    hits,
    /// Calls answered with a value that was kept in this process, without asking the store. Without those that found a `None`
    /// there, which are `absent_hits`, or an old value, which are `stale_hits`.
    near_hits,
    /// Calls answered with a remembered `None`, of the store or kept in this process.
    absent_hits,
    /// Calls answered with an old value while one reload ran, by `stale_while_revalidate`: of the store or kept in this process.
    stale_hits,
    /// Calls answered with an old value because the origin failed or is left alone after a failure, by `stale_if_error`.
    stale_if_error,
    /// Calls answered with an old value because the origin was slow, by `soft_timeout`.
    stale_if_slow,
    /// Calls that found nothing usable, and were answered with the failure of a moment ago, while the origin is left alone.
    held_off,
    /// Calls that found nothing usable in the store. Without those that are `held_off`.
    misses,
    /// Stored values that could not be used, and were treated as missing: written by another layout of the type,
    /// another codec, for another key, or damaged.
    mismatches,
    /// Times the origin answered. An answer for many keys counts once for each of them.
    loads,
    /// Times the origin failed, counted in the same way. A load whose caller was dropped on the way is neither.
    load_failures,
    /// Loads in the background that brought an answer. They count as loads, too.
    reloads,
    /// Loads in the background that failed, panicked or took too long.
    reload_failures,
    /// Loads in the background that were left to another process.
    reloads_left,
    /// Loads that were not begun, or not gone on with, because too many ran in the background already, or because the store
    /// did not say whether another process loads.
    reloads_skipped,
    /// Calls that waited for the load of another process.
    waits,
    /// Calls that got what another caller loaded, in this process or in another one.
    coalesced,
    /// Loaded values that were stored.
    fills,
    /// Loaded values that were not stored because the key was invalidated meanwhile.
    refused_fills,
    /// Loaded values that could not be stored.
    fill_failures,
    /// Values that were not stored because they take more bytes than
    /// [`max_value_bytes`](crate::CacheBuilder::max_value_bytes), or more than 64 MiB before they are compressed. Those that
    /// were loaded count as `fill_failures`, too.
    too_large,
    /// Calls that went on without the cache, as the read of their entry failed.
    failed_open,
    /// Calls in the scope of [`bypass`](crate::bypass).
    bypassed,
    /// Calls that loaded whatever there was: in the scope of [`refreshing`](crate::refreshing), and those of `refresh`.
    refreshed,
    /// Invalidations that went through.
    invalidations,
    /// Invalidations that failed.
    invalidation_failures,
}

impl Stats {
    /// The share of calls that were answered from the cache without waiting for the origin, 0 to 1; `None` before the first call.
    /// Those that asked for no cache, or for a load whatever there is, do not count.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio needs no 53rd bit")]
    pub fn hit_ratio(&self) -> Option<f64> {
        let hits = self.hits + self.near_hits + self.absent_hits + self.stale_hits;
        let all = hits + self.misses + self.held_off + self.failed_open;
        (all > 0).then(|| hits as f64 / all as f64)
    }
}

impl Stats {
    /// The same, and what a cache holds of which `holds` tells that.
    pub(crate) fn in_a_cache_that(self, holds: &Self) -> Self {
        let Self {
            near_entries, near_bytes, coherence, in_flight, background_loads, quarantined, breaker_open, ..
        } = *holds;
        Self { near_entries, near_bytes, coherence, in_flight, background_loads, quarantined, breaker_open, ..self }
    }
}

/// The counters of one function.
#[derive(Debug, Default)]
pub(super) struct Counters {
    stripes: Striped<Stripe>,
}

impl Counters {
    pub(super) fn count(&self, event: Event) {
        let stripe = self.stripes.of_this_thread();
        let counter = match event {
            Event::Hit => &stripe.hits,
            Event::NearHit => &stripe.near_hits,
            Event::AbsentHit => &stripe.absent_hits,
            Event::StaleHit => &stripe.stale_hits,
            Event::StaleIfError => &stripe.stale_if_error,
            Event::StaleIfSlow => &stripe.stale_if_slow,
            Event::HeldOff => &stripe.held_off,
            Event::Reloaded => &stripe.reloads,
            Event::ReloadFailed => &stripe.reload_failures,
            Event::ReloadLeft => &stripe.reloads_left,
            Event::ReloadSkipped => &stripe.reloads_skipped,
            Event::Miss => &stripe.misses,
            Event::Mismatch { .. } => &stripe.mismatches,
            Event::Loaded { .. } => &stripe.loads,
            Event::LoadFailed { .. } => &stripe.load_failures,
            Event::Waited => &stripe.waits,
            Event::Coalesced { .. } => &stripe.coalesced,
            Event::Filled => &stripe.fills,
            Event::RefusedFill => &stripe.refused_fills,
            Event::TooLarge => &stripe.too_large,
            Event::FillFailed { .. } => &stripe.fill_failures,
            Event::FailedOpen { .. } => &stripe.failed_open,
            Event::Bypassed => &stripe.bypassed,
            Event::Refreshed => &stripe.refreshed,
            Event::Invalidated => &stripe.invalidations,
            Event::InvalidationFailed { .. } => &stripe.invalidation_failures,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_to(&self, sum: &mut Stats) {
        self.stripes.iter().for_each(|stripe| stripe.add_to(sum));
    }
}
