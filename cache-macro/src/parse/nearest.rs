//! Which of several names was probably meant.

/// The name nearest to `wrong`, if one is near enough to be a slip of the hand.
pub(crate) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wrong.to_lowercase();
    let distances = names.into_iter().map(|name| (distance(&lower, &name.to_lowercase()), name));
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    let (distance, name) = nearest?;
    // One slip in three characters; in a name of one or two, any other name would be "near".
    let allowed = name.chars().count().max(wrong.chars().count()) / 3;
    (distance <= allowed).then_some(name)
}

/// `did you mean ..` where a name is near, else nothing.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    let mut last = None;
    for (done, here) in from.chars().enumerate() {
        let next = next_row(&to, here, last, (&before, &row), done + 1);
        before = std::mem::replace(&mut row, next);
        last = Some(here);
    }
    row.last().copied().unwrap_or_default()
}

fn next_row(
    to: &[char],
    here: char,
    last: Option<char>,
    (before, row): (&[usize], &[usize]),
    first: usize,
) -> Vec<usize> {
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    let mut next = vec![first];
    for (index, &wanted) in to.iter().enumerate() {
        let replaced = at(row, index) + usize::from(wanted != here);
        let inserted = at(&next, index) + 1;
        let removed = at(row, index + 1) + 1;
        let mut best = replaced.min(inserted).min(removed);
        if let Some(previous) = index.checked_sub(1)
            && to.get(previous) == Some(&here)
            && last == Some(wanted)
        {
            best = best.min(at(before, previous) + 1);
        }
        next.push(best);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances() {
        let cases =
            [("", "", 0), ("ttl", "ttl", 0), ("tll", "ttl", 1), ("tlt", "ttl", 1), ("id", "idd", 1), ("abc", "", 3)];
        for (from, to, expected) in cases {
            assert_eq!(distance(from, to), expected, "{from} -> {to}");
            assert_eq!(distance(to, from), expected, "{to} -> {from}");
        }
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let names = ["key", "ttl", "jitter", "cache", "cache_if", "skip", "codec"];
        let cases = [
            ("tll", Some("ttl")),
            ("kye", Some("key")),
            ("jiter", Some("jitter")),
            ("cacheif", Some("cache_if")),
            ("TTL", Some("ttl")),
            ("skpi", Some("skip")),
            ("tags", None),
            ("near", None),
            ("each", None),
            ("x", None),
        ];
        for (wrong, expected) in cases {
            assert_eq!(nearest(wrong, names), expected, "{wrong}");
        }
    }

    #[test]
    fn a_short_parameter_is_suggested_for_its_slip() {
        assert_eq!(nearest("idd", ["db", "id"]), Some("id"));
        assert_eq!(nearest("q", ["id"]), None);
    }
}
