//! What is wrong with the settings of a cache, all of it at once.

use super::{CacheBuilder, MEMORY};
use crate::policy::SHORTEST_NEAR;
use crate::store::NearFeed;

const MOST_VALUE_BYTES: usize = 64 << 20;
/// What surrounds a value that is kept near takes nearly half of this.
const SMALLEST_NEAR_CAPACITY: u64 = 1 << 10;

/// What is wrong with a setting. The text follows the name of the setting, and does not show its value.
#[derive(Debug)]
pub(in crate::cache) struct Fault {
    pub(in crate::cache) setting: &'static str,
    pub(in crate::cache) text: String,
}

impl CacheBuilder {
    pub(super) fn is_in_memory(&self) -> bool {
        self.url.eq_ignore_ascii_case(MEMORY)
    }

    fn is_in_a_cluster(&self) -> bool {
        self.url.split_once("://").is_some_and(|(scheme, _)| scheme.to_ascii_lowercase().ends_with("+cluster"))
    }

    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |setting, text: &str| faults.push(Fault { setting, text: text.to_owned() });
        if let Some(bad) = self.namespace.chars().find(|c| c.is_whitespace() || c.is_control() || "{}%".contains(*c)) {
            fault(
                "namespace",
                &format!("has {bad:?} in it; any text without spaces, control characters, `{{`, `}}` and `%` will do"),
            );
        }
        if self.operation_timeout.is_zero() {
            fault("operation_timeout", "is zero; expected at least a millisecond");
        }
        if self.near.is_some_and(|near| near < SHORTEST_NEAR) {
            let shortest = SHORTEST_NEAR.as_millis();
            fault(
                "near",
                &format!("is below {shortest} ms, and so keeps nothing; expected a longer time, or not to be set"),
            );
        }
        if self.is_in_a_cluster() && self.near_feed == NearFeed::Channel {
            fault("near_feed", "is the channel, which there is not in a cluster; expected `Auto` or `Tracking`");
        }
        if self.backoff.is_zero() {
            fault("backoff", "is zero; expected at least a millisecond");
        }
        if self.background_loads == 0 {
            fault("background_loads", "is 0; expected at least 1");
        }
        if self.background_timeout.is_zero() {
            fault("background_timeout", "is zero; expected at least a millisecond");
        }
        if self.max_value_bytes == 0 || self.max_value_bytes > MOST_VALUE_BYTES {
            fault("max_value_bytes", &format!("is out of range; expected 1 to {MOST_VALUE_BYTES}"));
        }
        let keeper = if self.is_in_memory() { Some("memory://") } else { self.near.map(|_| "near") };
        match (self.near_capacity, keeper) {
            (0, Some(keeper)) => {
                fault("near_capacity", &format!("is 0, and `{keeper}` keeps its values there; expected some bytes"));
            }
            (1..SMALLEST_NEAR_CAPACITY, Some("near")) => {
                fault("near_capacity", "is too small for any value; expected some KiB at least");
            }
            _ => {}
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cache::Cache;

    #[test]
    fn every_bad_setting_is_named_at_once() {
        let builder =
            Cache::builder().url("ftp://x").namespace("a b").operation_timeout(Duration::ZERO).max_value_bytes(0);
        let error = builder.near(Duration::ZERO).build().unwrap_err().to_string();
        for setting in ["`url`", "`namespace`", "`operation_timeout`", "`near`", "`max_value_bytes`"] {
            assert!(error.contains(setting), "{error}");
        }
    }

    #[test]
    fn who_keeps_values_in_the_process_needs_room_for_them() {
        let builder = || Cache::builder().near_capacity(0);
        for (builder, keeper) in [
            (builder(), "`memory://` keeps"),
            (builder().url("redis://localhost").near(Duration::from_secs(1)), "`near` keeps"),
        ] {
            let error = builder.build().unwrap_err().to_string();
            assert!(error.contains(keeper), "{error}");
        }
        builder().url("redis://localhost").build().unwrap();
    }

    #[test]
    fn a_time_or_a_room_in_which_nothing_can_be_kept_is_a_mistake() {
        let keeping = |near: Duration| Cache::builder().url("redis://localhost").near(near);
        let below = SHORTEST_NEAR.saturating_sub(Duration::from_nanos(1));
        for (builder, expected) in [
            (keeping(Duration::ZERO), "`near` is below 20 ms, and so keeps nothing; expected a longer time"),
            (keeping(below), "`near` is below 20 ms, and so keeps nothing; expected a longer time"),
            (keeping(SHORTEST_NEAR).near_capacity(1), "`near_capacity` is too small for any value; expected some KiB"),
            (
                keeping(SHORTEST_NEAR).near_capacity(1023),
                "`near_capacity` is too small for any value; expected some KiB",
            ),
        ] {
            let error = builder.build().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        keeping(SHORTEST_NEAR).near_capacity(1024).build().unwrap();
        Cache::builder().url("redis://localhost").near_capacity(1).build().unwrap();
        Cache::builder().near_capacity(1).build().unwrap();
    }
}
