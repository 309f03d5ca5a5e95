//! What to do with an entry, decided by nothing but its policy and its age.

use std::time::Duration;

use super::Policy;

/// What a policy allows around the end of a ttl.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Windows {
    /// How long past the ttl the old value is the answer while one reload runs.
    pub(super) while_revalidate: Duration,
    /// How long past the ttl the old value is the answer where the origin fails.
    pub(super) if_error: Duration,
    /// The fraction of the ttl after which a hit starts a reload.
    pub(super) refresh_ahead: Option<f64>,
    /// How long a caller with an old value at hand waits for the origin.
    pub(super) soft_timeout: Option<Duration>,
}

/// Where an entry stands in its life.
///
/// ```text
/// stored        refresh_ahead          ttl   stale_while_revalidate   stale_if_error
///   ├─── Fresh ────────┼── RefreshAhead ──┼──────── Stale ────┼──── Retained ───┤ Expired
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It is the answer.
    Fresh,
    /// It is the answer, and the time has come to reload.
    RefreshAhead,
    /// It is the answer while one reload runs.
    Stale,
    /// It is no answer, unless the origin fails or keeps a caller waiting.
    Retained,
    /// It is no answer.
    Expired,
}

impl Windows {
    /// No windows: an entry is fresh until its ttl is over, and then gone.
    pub(crate) const NONE: Self =
        Self { while_revalidate: Duration::ZERO, if_error: Duration::ZERO, refresh_ahead: None, soft_timeout: None };

    /// How long past its ttl an entry is kept.
    pub(crate) fn retention(&self) -> Duration {
        self.while_revalidate.max(self.if_error).min(Policy::FOREVER)
    }

    /// Whether the age of an entry matters to this policy.
    pub(crate) fn need_the_age(&self) -> bool {
        self.refresh_ahead.is_some() || !self.retention().is_zero()
    }

    pub(crate) const fn soft_timeout(&self) -> Option<Duration> {
        self.soft_timeout
    }

    /// Judges an entry that was stored for `ttl` this long ago. `None` is an age that nobody can tell.
    pub(crate) fn judge(&self, ttl: Duration, age: Option<Duration>) -> Freshness {
        let Some(age) = age else { return Freshness::Expired };
        let Some(past) = age.checked_sub(ttl) else {
            return if self.is_ahead(ttl, age) { Freshness::RefreshAhead } else { Freshness::Fresh };
        };
        if past < self.while_revalidate {
            Freshness::Stale
        } else if past < self.if_error {
            Freshness::Retained
        } else {
            Freshness::Expired
        }
    }

    /// A fraction that is no number, or is not between 0 and 1, is none.
    fn is_ahead(&self, ttl: Duration, age: Duration) -> bool {
        let fraction = self.refresh_ahead.filter(|fraction| (0.0..1.0).contains(fraction));
        fraction.is_some_and(|fraction| age >= ttl.mul_f64(fraction))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    prop_compose! {
        fn windows()(
            while_revalidate in 0_u64..1_000,
            if_error in 0_u64..1_000,
            refresh_ahead in proptest::option::of(-0.5_f64..1.5),
            soft_timeout in proptest::option::of(0_u64..1_000),
        ) -> Windows {
            Windows {
                while_revalidate: ms(while_revalidate),
                if_error: ms(if_error),
                refresh_ahead,
                soft_timeout: soft_timeout.map(ms),
            }
        }
    }

    /// How far along its life an entry is.
    fn stage(freshness: Freshness) -> u8 {
        match freshness {
            Freshness::Fresh => 0,
            Freshness::RefreshAhead => 1,
            Freshness::Stale => 2,
            Freshness::Retained => 3,
            Freshness::Expired => 4,
        }
    }

    proptest! {
        #[test]
        fn an_entry_never_gets_younger(windows in windows(), ttl in 1_u64..1_000, age in 0_u64..3_000, more in 0_u64..3_000) {
            let judge = |age| stage(windows.judge(ms(ttl), Some(ms(age))));
            prop_assert!(judge(age) <= judge(age + more));
        }

        #[test]
        fn it_needs_no_load_until_its_ttl_is_over_and_not_a_moment_longer(windows in windows(), ttl in 1_u64..1_000, age in 0_u64..3_000) {
            let needs_none = matches!(windows.judge(ms(ttl), Some(ms(age))), Freshness::Fresh | Freshness::RefreshAhead);
            prop_assert_eq!(needs_none, age < ttl);
        }

        #[test]
        fn each_window_begins_at_the_end_of_the_ttl(windows in windows(), ttl in 1_u64..1_000, past in 0_u64..2_000) {
            let judged = windows.judge(ms(ttl), Some(ms(ttl + past)));
            prop_assert_eq!(judged == Freshness::Stale, ms(past) < windows.while_revalidate);
            prop_assert_eq!(
                judged == Freshness::Retained,
                ms(past) >= windows.while_revalidate && ms(past) < windows.if_error
            );
        }

        #[test]
        fn it_is_kept_exactly_as_long_as_it_can_be_of_use(windows in windows(), ttl in 1_u64..1_000, past in 0_u64..2_000) {
            let is_of_use = windows.judge(ms(ttl), Some(ms(ttl + past))) != Freshness::Expired;
            prop_assert_eq!(is_of_use, ms(past) < windows.retention());
        }

        #[test]
        fn it_is_refreshed_ahead_past_the_fraction_and_only_there(fraction in 0.01_f64..0.99, ttl in 100_u64..100_000, age in 0.0_f64..1.0) {
            let windows = Windows { refresh_ahead: Some(fraction), ..Windows::NONE };
            let (ttl, due) = (ms(ttl), ms(ttl).mul_f64(fraction));
            let age = ttl.mul_f64(age);
            prop_assume!(age < ttl);
            prop_assert_eq!(windows.judge(ttl, Some(age)) == Freshness::RefreshAhead, age >= due);
        }

        #[test]
        fn without_windows_an_entry_is_fresh_or_it_is_over(ttl in 1_u64..1_000, age in 0_u64..3_000) {
            let expected = if age < ttl { Freshness::Fresh } else { Freshness::Expired };
            prop_assert_eq!(Windows::NONE.judge(ms(ttl), Some(ms(age))), expected);
        }

        #[test]
        fn an_age_that_nobody_can_tell_is_too_old(windows in windows(), ttl in 0_u64..1_000) {
            prop_assert_eq!(windows.judge(ms(ttl), None), Freshness::Expired);
        }
    }

    #[test]
    fn a_fraction_that_is_none_refreshes_nothing() {
        for fraction in [f64::NAN, f64::INFINITY, -0.1, 1.0, 7.0] {
            let windows = Windows { refresh_ahead: Some(fraction), ..Windows::NONE };
            assert_eq!(windows.judge(ms(100), Some(ms(99))), Freshness::Fresh, "{fraction}");
        }
    }

    #[test]
    fn long_times_do_not_overflow() {
        let windows = Windows { while_revalidate: Duration::MAX, if_error: Duration::MAX, ..Windows::NONE };
        assert_eq!(windows.judge(Duration::MAX, Some(Duration::MAX)), Freshness::Stale);
        assert_eq!(windows.judge(Duration::ZERO, Some(Duration::MAX)), Freshness::Expired);
    }
}
