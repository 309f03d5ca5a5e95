//! Times written as text: `"1h 30m"`, `"500ms"`, `"1d"`.

use std::time::Duration;

/// A name, and what it is in milliseconds.
type Unit = (&'static str, u64);

/// The units, largest first.
const UNITS: [Unit; 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// What may stand in the text.
pub(crate) const ACCEPTED: &str =
    "write numbers with the units `w`, `d`, `h`, `m`, `s`, `ms`, largest first, as in `\"1h 30m\"`";

/// Reads a time, or says what is wrong with it. What no number can hold is the largest one.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(format!("found an empty time; {ACCEPTED}"));
    }
    let mut total: u64 = 0;
    let mut units = UNITS.as_slice();
    while !rest.is_empty() {
        let (number, after) = digits(rest, text)?;
        let (unit, after) = letters(after);
        let (millis, smaller) = unit_among(units, unit, text)?;
        total = number.saturating_mul(millis).saturating_add(total);
        units = smaller;
        rest = after.trim_start();
    }
    Ok(Duration::from_millis(total))
}

fn digits<'a>(rest: &'a str, text: &str) -> Result<(u64, &'a str), String> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if number.is_empty() {
        return Err(format!("`{text}` has no number before `{rest}`; {ACCEPTED}"));
    }
    if after.starts_with('.') {
        return Err(format!("`{text}` has a fraction; {ACCEPTED}"));
    }
    // Of digits alone, only too many are no number.
    Ok((number.parse().unwrap_or(u64::MAX), after.trim_start()))
}

fn letters(rest: &str) -> (&str, &str) {
    let end = rest.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(rest.len());
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

/// The unit called `unit` and those that may follow it.
fn unit_among<'a>(units: &'a [Unit], unit: &str, text: &str) -> Result<(u64, &'a [Unit]), String> {
    if unit.is_empty() {
        return Err(format!("`{text}` has a number without a unit; {ACCEPTED}"));
    }
    let mut left = units.iter();
    if let Some((_, millis)) = left.find(|(name, _)| *name == unit) {
        return Ok((*millis, left.as_slice()));
    }
    let known = UNITS.iter().any(|(name, _)| *name == unit);
    let problem = if known { "is out of order or given twice" } else { "is not a unit" };
    Err(format!("`{unit}` {problem} in `{text}`; {ACCEPTED}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn times_are_sums_of_units() {
        let cases = [
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            ("500ms", 500),
            ("1d", 86_400_000),
            ("2w", 1_209_600_000),
            (" 1 s 5 ms ", 1_005),
            ("0s", 0),
            ("99999999999999999999w 1s", u64::MAX),
        ];
        for (text, millis) in cases {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("", "found an empty time"),
            ("h", "no number before `h`"),
            ("-5s", "no number before `-5s`"),
            ("90", "a number without a unit"),
            ("1.5h", "has a fraction"),
            ("10 minutes", "`minutes` is not a unit"),
            ("10us", "`us` is not a unit"),
            ("30m 1h", "`h` is out of order or given twice"),
            ("1s 1s", "`s` is out of order or given twice"),
        ];
        for (text, expected) in cases {
            let message = duration(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
