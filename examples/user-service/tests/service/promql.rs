//! What an expression of PromQL names: metrics, with the labels that are asked of each, and those by which it groups.

use std::collections::BTreeSet;

/// What one expression names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Each with the labels in its braces.
    pub(crate) metrics: Vec<(String, BTreeSet<String>)>,
    /// In `by (..)`.
    pub(crate) groups: BTreeSet<String>,
}

/// Reads as much of the language as dashboards need. What it does not know it takes for the name of a metric, which is then
/// found nowhere.
pub(crate) fn names(expression: &str) -> Names {
    let (mut names, mut rest) = (Names::default(), expression.trim_start());
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_alphabetic() || first == '_' {
            let (word, behind) = word(rest);
            rest = name(word, behind.trim_start(), &mut names);
        } else {
            rest = match first {
                '[' => behind(rest, ']'),
                // A number, which may end in a letter.
                '0'..='9' => rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.'),
                _ => &rest[first.len_utf8()..],
            };
        }
        rest = rest.trim_start();
    }
    names
}

/// Takes in what a word at the head of `rest` is, and returns what comes then.
fn name<'e>(word: &str, rest: &'e str, names: &mut Names) -> &'e str {
    if word == "by" {
        let (labels, behind) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).unwrap();
        names.groups.extend(labels.split(',').map(|label| label.trim().to_owned()));
        return behind;
    }
    // A function or an aggregation, or what stands between two expressions.
    if rest.starts_with('(') || rest.starts_with("by ") || ["and", "or", "unless"].contains(&word) {
        return rest;
    }
    let mut labels = BTreeSet::new();
    let mut rest = rest;
    if let Some(mut inside) = rest.strip_prefix('{') {
        while !inside.starts_with('}') {
            let (label, value) = self::word(inside.trim_start_matches([',', ' ']));
            labels.insert(label.to_owned());
            inside = behind(value.split_once('"').unwrap().1, '"');
        }
        rest = &inside[1..];
    }
    names.metrics.push((word.to_owned(), labels));
    rest
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}

fn behind(text: &str, end: char) -> &str {
    text.split_once(end).unwrap().1
}

#[test]
fn metrics_labels_and_groups_are_found() {
    let found = names(
        r#"histogram_quantile(0.99, sum by (le, route) (rate(a_bucket{x=~"a|b", y!="c{"}[5m]))) > 1e3 and max(b)"#,
    );
    let labels = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let metrics = vec![("a_bucket".to_owned(), labels(&["x", "y"])), ("b".to_owned(), labels(&[]))];
    assert_eq!(found, Names { metrics, groups: labels(&["le", "route"]) });
}
