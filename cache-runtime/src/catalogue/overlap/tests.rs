//! Templates that have keys in common, and those that have none.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::catalogue::Fill;
use crate::key::{Arg, Template};

type Pieces = &'static [&'static str];
type Fills = [&'static [Fill]; 2];

fn pattern(pieces: Pieces, fills: &[Fill]) -> Pattern {
    Pattern::new(Template::new(pieces), fills)
}

fn common(one: Pieces, other: Pieces, fills: Fills) -> Option<String> {
    common_key(&pattern(one, fills[0]), &pattern(other, fills[1]))
}

#[test]
fn text_ends_where_it_is_escaped() {
    let cases: [(Pieces, Pieces, Option<&str>); 14] = [
        (&["user:", ""], &["user:", ""], Some("user:7")),
        (&["user:", ""], &["order:", ""], None),
        (&["user:", ""], &["user:all"], Some("user:all")),
        (&["user:", ""], &["user:all:new"], None),
        (&["user:", ""], &["user:", ":", ""], None),
        (&["user:", ""], &["user:"], Some("user:")),
        (&["", ":", ""], &["user:", ""], Some("user:7")),
        (&["", ""], &["all"], Some("all")),
        (&["all"], &["all"], Some("all")),
        (&["", "/", ""], &["a/", "/b"], Some("a/7/b")),
        (&["", "/", ":z"], &["", "/x/", ":z"], Some("7/x/7:z")),
        (&["u/", "/x/", ""], &["u/", "/y/x:", ""], None),
        (&["q:", ""], &["q:a%3Ab"], Some("q:a%3Ab")),
        (&["q:", ""], &["q:a%41"], None),
    ];
    for (one, other, expected) in cases {
        assert_eq!(common(one, other, [&[]; 2]).as_deref(), expected, "{one:?} {other:?}");
        assert_eq!(common(other, one, [&[]; 2]).is_some(), expected.is_some(), "{other:?} {one:?}");
    }
}

#[test]
fn most_pairs_need_no_search() {
    let cases: [(Pieces, Pieces, bool); 9] = [
        (&["", ":user:", ""], &["", ":order:", ""], false),
        (&["", ":user:", ""], &["", ":user:", ":", ""], false),
        (&["user:", ""], &["order:", ""], false),
        (&["user:", ""], &["user:all"], true),
        (&["user:", ""], &["user:"], true),
        (&["user:"], &["user:"], true),
        (&["", ""], &["all"], true),
        (&["a", ":b"], &["c", ":b"], true),
        (&["a", "b:c"], &["ab:d"], false),
    ];
    for (one, other, may_meet) in cases {
        assert_eq!(pattern(one, &[]).may_meet(&pattern(other, &[])), may_meet, "{one:?} {other:?}");
        assert!(may_meet || common(one, other, [&[]; 2]).is_none());
    }
}

#[test]
fn integers_are_no_words() {
    const SIGNED: &[Fill] = &[Fill::Signed];
    const UNSIGNED: &[Fill] = &[Fill::Unsigned];
    const TEXT: &[Fill] = &[Fill::Text];
    let user: Pieces = &["user:", ""];
    let cases: [(Pieces, Fills, Option<&str>); 11] = [
        (&["user:all"], [UNSIGNED, &[]], None),
        (&["user:12"], [UNSIGNED, &[]], Some("user:12")),
        (&["user:0"], [UNSIGNED, &[]], Some("user:0")),
        (&["user:012"], [UNSIGNED, &[]], None),
        (&["user:-1"], [UNSIGNED, &[]], None),
        (&["user:-1"], [SIGNED, &[]], Some("user:-1")),
        (&["user:-0"], [SIGNED, &[]], None),
        (user, [UNSIGNED, TEXT], Some("user:7")),
        (&["user:", "-", ""], [TEXT, UNSIGNED], Some("user:7-7")),
        (&["user:", "-", ":"], [SIGNED, UNSIGNED], None),
        (&["user:", "!"], [UNSIGNED, TEXT], None),
    ];
    for (other, fills, expected) in cases {
        assert_eq!(common(user, other, fills).as_deref(), expected, "{other:?} {fills:?}");
    }
}

/// Pieces from few characters, so that templates meet.
fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
    let between = select(vec![":", "/", "a", "/b", ":a", "é", "-", "1", " ", "a/", "{"]);
    let outside = || select(vec!["", "a", "a:", "/", "%3A", "%2F", "é", "1:", "-1", "%"]);
    (outside(), proptest::collection::vec(between, 0..2), outside(), 0..2_usize).prop_map(
        |(first, between, last, count)| {
            let is_plain = count == 0 && between.is_empty();
            if is_plain { vec![first] } else { [vec![first], between, vec![last]].concat() }
        },
    )
}

/// Some texts, of characters of which some are escaped.
const TEXTS: [&str; 14] = ["", "a", "b", ":", "/", "é", "1", "-", "%", " ", "a/", "-1", "a:b", "%2F"];

/// All keys of a template whose placeholders are filled with such texts, or with integers.
fn keys(template: Template, fills: &[Fill]) -> HashSet<String> {
    let integers = [-10_i64, -1, 0, 1, 7, 10, 11];
    let of = |fill: Option<&Fill>| match fill {
        Some(Fill::Signed) => integers.iter().map(|number| Arg::new(number).part()).collect(),
        Some(Fill::Unsigned) => {
            integers.iter().filter(|number| **number >= 0).map(|number| Arg::new(number).part()).collect()
        }
        _ => TEXTS.iter().map(|text| Arg::new(text).part()).collect::<Vec<_>>(),
    };
    let mut keys = HashSet::new();
    match template.pieces().len() {
        1 => _ = keys.insert(template.render(&[]).as_str().to_owned()),
        2 => {
            for part in of(fills.first()) {
                keys.insert(template.render(&[part]).as_str().to_owned());
            }
        }
        _ => {
            for first in 0..of(fills.first()).len() {
                for second in of(fills.get(1)) {
                    let first = of(fills.first()).swap_remove(first);
                    keys.insert(template.render(&[first, second]).as_str().to_owned());
                }
            }
        }
    }
    keys
}

/// Whether a template makes this key of some arguments, which are found by trying.
fn makes(template: Template, fills: &[Fill], key: &str) -> bool {
    let ends = (0..=key.len()).filter(|&at| key.is_char_boundary(at)).collect::<Vec<_>>();
    let arguments = ends.iter().flat_map(|&from| ends.iter().filter_map(move |&to| key.get(from..to)));
    let arguments: HashSet<_> = arguments.filter_map(unescaped).collect();
    let parts = |fill: Option<&Fill>| match fill {
        Some(Fill::Text) | None => arguments.iter().map(|text| Arg::new(text).part()).collect(),
        Some(_) => {
            let numbers = arguments.iter().filter(|text| is_integer(text, fill == Some(&Fill::Signed)));
            numbers.map(|text| Arg::new(text).part()).collect::<Vec<_>>()
        }
    };
    let is_it = |parts: &[_]| template.render(parts).as_str() == key;
    match template.pieces().len() {
        1 => is_it(&[]),
        2 => parts(fills.first()).into_iter().any(|part| is_it(&[part])),
        _ => (0..parts(fills.first()).len()).any(|first| {
            let first = || parts(fills.first()).swap_remove(first);
            parts(fills.get(1)).into_iter().any(|second| is_it(&[first(), second]))
        }),
    }
}

fn is_integer(text: &str, signed: bool) -> bool {
    text.parse::<i64>().is_ok_and(|number| number.to_string() == text && (signed || number >= 0))
}

/// The text that is written so in a key.
fn unescaped(written: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(after.get(..2)?, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

fn fills() -> impl Strategy<Value = Vec<Fill>> {
    proptest::collection::vec(select(vec![Fill::Text, Fill::Text, Fill::Signed, Fill::Unsigned]), 2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_is_rendered_is_read_and_what_both_render_is_found(
        one in pieces(), other in pieces(), one_filled in fills(), other_filled in fills()
    ) {
        let (one, other) = (Template::new(Vec::leak(one)), Template::new(Vec::leak(other)));
        let (rendered, by_other) = (keys(one, &one_filled), keys(other, &other_filled));
        let patterns = [Pattern::new(one, &one_filled), Pattern::new(other, &other_filled)];
        for (keys, made_by) in [(&rendered, &patterns[0]), (&by_other, &patterns[1])] {
            for key in keys {
                let literal: Pieces = Vec::leak(vec![&*String::leak(key.clone())]);
                let read = common_key(made_by, &pattern(literal, &[]));
                prop_assert_eq!(read.as_ref(), Some(key));
            }
        }
        let found = common_key(&patterns[0], &patterns[1]);
        if let Some(shared) = rendered.intersection(&by_other).next() {
            prop_assert!(found.is_some(), "{:?} {:?} share {}", one, other, shared);
        }
        if let Some(found) = found {
            prop_assert!(makes(one, &one_filled, &found), "{:?} does not make {}", one, found);
            prop_assert!(makes(other, &other_filled, &found), "{:?} does not make {}", other, found);
        }
    }
}
