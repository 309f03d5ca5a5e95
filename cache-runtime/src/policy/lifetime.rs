//! From a policy to the time an entry is given.

use std::time::Duration;

use super::Policy;

/// The shortest life a store is asked for.
const SHORTEST: Duration = Duration::from_millis(1);

/// What an expression after `ttl =` may be: a [`Duration`], or whole seconds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no ttl",
    label = "expected a `Duration`, or whole seconds",
    note = "a closure over the value is written `ttl = |value: &T| ..` and returns a `Duration`"
)]
pub trait IntoTtl {
    /// The ttl.
    fn into_ttl(self) -> Duration;
}

impl IntoTtl for Duration {
    fn into_ttl(self) -> Duration {
        self
    }
}

impl IntoTtl for u64 {
    fn into_ttl(self) -> Duration {
        Duration::from_secs(self)
    }
}

/// What `60 * 60` is where nothing says otherwise. A negative number is no time at all.
impl IntoTtl for i32 {
    fn into_ttl(self) -> Duration {
        Duration::from_secs(self.try_into().unwrap_or(0))
    }
}

impl IntoTtl for u32 {
    fn into_ttl(self) -> Duration {
        Duration::from_secs(self.into())
    }
}

/// `ttl`, shortened by a random part of it: at most the fraction `jitter`. `None` where nothing would be left to store,
/// and never beyond what [`Policy::forever`] means.
pub(crate) fn jittered(ttl: Duration, jitter: f64) -> Option<Duration> {
    if ttl.is_zero() {
        return None;
    }
    let fraction = if jitter.is_nan() { 0.0 } else { jitter.clamp(0.0, 1.0) };
    let kept = 1.0 - fraction * fastrand::f64();
    Some(ttl.min(Policy::FOREVER).mul_f64(kept).max(SHORTEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn jitter_only_shortens_and_at_most_by_its_fraction(ms in 1_u64..100_000_000, jitter in 0.0_f64..=1.0) {
            let ttl = Duration::from_millis(ms);
            let given = jittered(ttl, jitter).unwrap();
            prop_assert!(given <= ttl);
            prop_assert!(given + SHORTEST >= ttl.mul_f64(1.0 - jitter));
        }
    }

    #[test]
    fn a_zero_ttl_stores_nothing_and_a_huge_one_is_for_ever() {
        assert_eq!(jittered(Duration::ZERO, 0.0), None);
        assert_eq!(jittered(Duration::MAX, 0.0), Some(Policy::FOREVER));
        assert_eq!(jittered(Duration::from_secs(9), f64::NAN), Some(Duration::from_secs(9)));
    }
}
