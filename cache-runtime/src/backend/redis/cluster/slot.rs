//! The slot of a key.

use crc16::{State, XMODEM};

/// How many there are.
pub(super) const SLOTS: u16 = 1 << 14;

/// The slot of `key`: of what stands in its first braces, if there is something in them.
pub(super) fn of(key: &str) -> u16 {
    State::<XMODEM>::calculate(hashed(key).as_bytes()) % SLOTS
}

fn hashed(key: &str) -> &str {
    let inside = key.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(inside, _)| inside);
    inside.filter(|inside| !inside.is_empty()).unwrap_or(key)
}

/// A short text whose slot is one of those that `is_one` says; `None` if there is none.
pub(super) fn text_in(is_one: impl Fn(u16) -> bool) -> Option<String> {
    // So many texts of this kind leave no slot out.
    (0..1_u32 << 18).map(|number| number.to_string()).find(|text| is_one(of(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_that_redis_tells() {
        for (key, slot) in [("foo", 12182), ("123456789", 12739), ("", 0), ("{foo}bar", 12182), ("a{foo}{bar}", 12182)]
        {
            assert_eq!(of(key), slot, "{key}");
        }
        assert_eq!(of("{}foo"), State::<XMODEM>::calculate(b"{}foo") % SLOTS);
        assert_eq!(of("a{foo"), State::<XMODEM>::calculate(b"a{foo") % SLOTS);
    }

    #[test]
    fn every_slot_has_a_short_text() {
        let mut seen = vec![false; usize::from(SLOTS)];
        for number in 0..1_u32 << 18 {
            seen[usize::from(of(&number.to_string()))] = true;
        }
        assert!(seen.iter().all(|seen| *seen));
    }
}
