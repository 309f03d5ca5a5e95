//! The choices for one function or one call.

use std::time::Duration;

use super::Windows;
use crate::value::Codec;

/// How long decoded values are kept in the process where nobody says how long.
const NEAR: Duration = Duration::from_secs(5);

/// A shorter time is none: the clock by which kept values are served is up to 16 ms late, which is taken off their time.
pub(crate) const SHORTEST_NEAR: Duration = Duration::from_millis(20);

/// How long a value lives and how it is written: data with defaults, checked where it is used.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::Policy;
///
/// const REPORTS: Policy = Policy::new(Duration::from_secs(3600))
///     .jitter(0.1)
///     .negative_ttl(Duration::from_secs(5))
///     .version(2);
/// assert_eq!(REPORTS.ttl(), Some(Duration::from_secs(3600)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    ttl: Ttl,
    jitter: f64,
    negative_ttl: Option<Duration>,
    windows: Windows,
    codec: Option<Codec>,
    version: u32,
    near: Near,
}

/// Whether decoded values are kept in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Near {
    /// As the cache says.
    Default,
    /// They are, for as long as the cache says.
    On,
    /// They are, for at most so long.
    AtMost(Duration),
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ttl {
    Fixed(Duration),
    Forever,
    /// Each call brings its own.
    Dynamic,
}

impl Policy {
    /// What "for ever" means in a store where every entry has an end: a hundred years.
    pub(crate) const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

    /// Values live for `ttl`. A zero `ttl` stores nothing.
    #[must_use]
    pub const fn new(ttl: Duration) -> Self {
        Self::with(Ttl::Fixed(ttl))
    }

    /// Values live until they are invalidated or evicted.
    #[must_use]
    pub const fn forever() -> Self {
        Self::with(Ttl::Forever)
    }

    /// Each call says how long its value lives; one that does not stores nothing. Used by generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn dynamic() -> Self {
        Self::with(Ttl::Dynamic)
    }

    const fn with(ttl: Ttl) -> Self {
        Self {
            ttl,
            jitter: 0.0,
            negative_ttl: None,
            windows: Windows::NONE,
            codec: None,
            version: 0,
            near: Near::Default,
        }
    }

    /// Shortens each ttl by a random part of it, at most this fraction (0 to 1), so that entries written together do
    /// not expire together. Default: 0.
    #[must_use]
    pub const fn jitter(mut self, fraction: f64) -> Self {
        self.jitter = fraction;
        self
    }

    /// How long `None` and `Ok(None)` are remembered. Default: they are not stored.
    #[must_use]
    pub const fn negative_ttl(mut self, ttl: Duration) -> Self {
        self.negative_ttl = Some(ttl);
        self
    }

    /// Serves the old value for this long past the ttl, at once, while one reload runs in the background. Default: off.
    ///
    /// A load by hand cannot outlive its call, so there it is the caller who reloads and waits; the old value is then the
    /// answer only after an error, as with [`stale_if_error`](Self::stale_if_error).
    #[must_use]
    pub const fn stale_while_revalidate(mut self, window: Duration) -> Self {
        self.windows.while_revalidate = window;
        self
    }

    /// Serves the old value for this long past the ttl where the load returns an `Err`. Default: off.
    #[must_use]
    pub const fn stale_if_error(mut self, window: Duration) -> Self {
        self.windows.if_error = window;
        self
    }

    /// A hit past this fraction of the ttl (between 0 and 1) starts one reload in the background. Default: off.
    ///
    /// A load by hand cannot outlive its call, so there it has no effect.
    #[must_use]
    pub const fn refresh_ahead(mut self, fraction: f64) -> Self {
        self.windows.refresh_ahead = Some(fraction);
        self
    }

    /// With an old value at hand, answers with it after this long, and lets the load go on. Default: off.
    ///
    /// A load by hand cannot outlive its call, so there it has no effect.
    #[must_use]
    pub const fn soft_timeout(mut self, timeout: Duration) -> Self {
        self.windows.soft_timeout = Some(timeout);
        self
    }

    /// How values become bytes. Default: the codec of the cache.
    #[must_use]
    pub const fn codec(mut self, codec: Codec) -> Self {
        self.codec = Some(codec);
        self
    }

    /// A number to raise by hand when stored values must be abandoned although their type kept its layout. Default: 0.
    #[must_use]
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Keeps decoded values in this process for at most this long, so that a hit needs no round trip: it is a clone. What
    /// changes in Redis is forgotten as soon as Redis has told it. Default: as the cache says
    /// ([`CacheBuilder::near`](crate::CacheBuilder::near)), which is off.
    ///
    /// No value outlives its own ttl by this, and a time below 20 ms keeps nothing, as zero does. Where Redis does not tell
    /// of changes, this is how long an old value may be served after an invalidation in another process; see
    /// [`Coherence`](crate::Coherence).
    #[must_use]
    pub const fn near(mut self, at_most: Duration) -> Self {
        self.near = Near::AtMost(at_most);
        self
    }

    /// Keeps decoded values in this process for as long as the cache says, or 5 s where it does not.
    #[must_use]
    pub const fn near_by_default(mut self) -> Self {
        self.near = Near::On;
        self
    }

    /// Keeps no decoded values in this process, whatever the cache says.
    #[must_use]
    pub const fn not_near(mut self) -> Self {
        self.near = Near::Off;
        self
    }

    /// The fixed ttl, if there is one.
    #[must_use]
    pub const fn ttl(&self) -> Option<Duration> {
        match self.ttl {
            Ttl::Fixed(ttl) => Some(ttl),
            Ttl::Forever => Some(Self::FOREVER),
            Ttl::Dynamic => None,
        }
    }

    pub(crate) const fn jitter_fraction(&self) -> f64 {
        self.jitter
    }

    pub(crate) const fn absent_ttl(&self) -> Option<Duration> {
        self.negative_ttl
    }

    /// How long decoded values are kept in this process, where the cache says `default`. `None`: they are not.
    pub(crate) fn near_within(&self, default: Option<Duration>) -> Option<Duration> {
        let within = match self.near {
            Near::Default => default,
            Near::On => Some(default.unwrap_or(NEAR)),
            Near::AtMost(within) => Some(within),
            Near::Off => None,
        };
        within.filter(|within| *within >= SHORTEST_NEAR)
    }

    pub(crate) const fn windows(&self) -> &Windows {
        &self.windows
    }

    pub(crate) const fn chosen_codec(&self) -> Option<Codec> {
        self.codec
    }

    pub(crate) const fn chosen_version(&self) -> u32 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_near_that_is_too_short_to_be_told_is_off() {
        let below = SHORTEST_NEAR.saturating_sub(Duration::from_nanos(1));
        let policy = Policy::forever();
        for (within, expected) in
            [(Duration::ZERO, None), (below, None), (SHORTEST_NEAR, Some(SHORTEST_NEAR)), (NEAR, Some(NEAR))]
        {
            assert_eq!(policy.near(within).near_within(None), expected, "{within:?}");
        }
    }

    #[test]
    fn the_time_near_of_the_cache_is_for_those_who_say_none() {
        let (policy, hour) = (Policy::forever(), Duration::from_secs(3600));
        assert_eq!([policy.near_within(None), policy.near_within(Some(hour))], [None, Some(hour)]);
        let on = policy.near_by_default();
        assert_eq!([on.near_within(None), on.near_within(Some(hour))], [Some(NEAR), Some(hour)]);
        assert_eq!(policy.not_near().near_within(Some(hour)), None);
        assert_eq!(policy.near(NEAR).near_within(Some(hour)), Some(NEAR));
    }
}
