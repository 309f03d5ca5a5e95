//! When an entry is served.

use super::*;
use crate::store::Listener;

const ROOM: u64 = 1 << 20;

fn tell(bench: &Bench, key: &Key) {
    bench.near.changed(key.as_str().as_bytes());
}

#[test]
fn an_entry_is_served_until_it_changes() {
    let bench = bench(ROOM);
    assert_eq!(bench.get::<u32>("a"), None);
    for value in [1, 2] {
        bench.keep("a", bench.watch("a", &[]), value);
        assert_eq!(bench.get::<u32>("a"), Some(value));
        assert_eq!(bench.near.size().0, 1);
        tell(&bench, &key("b"));
        assert_eq!(bench.get::<u32>("a"), Some(value));
        tell(&bench, &key("a"));
        assert_eq!(bench.get::<u32>("a"), None);
        assert_eq!(bench.near.size().0, 0);
    }
}

#[test]
fn what_changed_while_it_was_under_way_is_not_kept() {
    let bench = bench(ROOM);
    let watch = bench.watch("a", &[]);
    tell(&bench, &key("a"));
    bench.keep("a", watch, 1);
    assert_eq!((bench.get::<u32>("a"), bench.near.size().0), (None, 0));
}

#[test]
fn an_answer_that_comes_late_does_not_hide_a_newer_one_for_long() {
    let bench = bench(ROOM);
    let (early, late) = (bench.watch("a", &[]), bench.watch("a", &[]));
    tell(&bench, &key("a"));
    bench.keep("a", bench.watch("a", &[]), 2);
    bench.keep("a", early, 1);
    assert_eq!(bench.get::<u32>("a"), None);
    bench.keep("a", bench.watch("a", &[]), 2);
    assert_eq!(bench.get::<u32>("a"), Some(2));
    bench.keep("b", late, 1);
}

#[test]
fn an_entry_is_not_served_after_one_of_its_tags_has_changed() {
    let bench = bench(ROOM);
    let keep = |tags: &[&str]| bench.keep("a", bench.watch("a", tags), 1);
    keep(&["x", "y"]);
    tell(&bench, &Key::of_tag("shop", "z"));
    assert_eq!(bench.get::<u32>("a"), Some(1));
    tell(&bench, &Key::of_tag("shop", "y"));
    assert_eq!(bench.get::<u32>("a"), None);
    keep(&["x", "y"]);
    assert_eq!(bench.get::<u32>("a"), Some(1));
    let watch = bench.watch("b", &["x"]);
    tell(&bench, &Key::of_tag("shop", "x"));
    bench.keep("b", watch, 1);
    assert_eq!(bench.get::<u32>("b"), None);
}

#[test]
fn nothing_is_served_after_everything_has_changed() {
    let bench = bench(ROOM);
    let watch = bench.watch("b", &[]);
    bench.keep("a", bench.watch("a", &[]), 1);
    tell(&bench, &Key::of_everything("shop"));
    bench.keep("b", watch, 1);
    assert_eq!((bench.get::<u32>("a"), bench.get::<u32>("b")), (None, None));
    bench.keep("a", bench.watch("a", &[]), 2);
    assert_eq!(bench.get::<u32>("a"), Some(2));
}

#[test]
fn nothing_is_served_after_its_time_or_without_the_word_of_the_store() {
    let bench = bench(ROOM);
    bench.near.keep(&key("a"), bench.watch("a", &[]), &opened(1_u32, 0), bench.terms::<u32>(Tick::now()));
    assert_eq!(bench.get::<u32>("a"), None);
    bench.keep("a", bench.watch("a", &[]), 1);
    bench.feed.interrupt();
    assert_eq!(bench.get::<u32>("a"), None);
    bench.keep("a", bench.watch("a", &[]), 2);
    assert_eq!(bench.get::<u32>("a"), Some(2));
    bench.feed.fall_silent();
    assert_eq!(bench.get::<u32>("a"), None);
}

#[test]
fn whoever_reads_in_another_way_finds_nothing() {
    let bench = bench(ROOM);
    bench.keep("a", bench.watch("a", &[]), 1);
    assert_eq!(bench.get::<i32>("a"), None);
    let other = Reader::new::<u32>(ValueType::of::<u32>(), Encoding { codec: Codec::DEFAULT, version: 1 });
    assert!(bench.near.get("a", other, Tick::now(), |_| Some(())).is_none());
    assert_eq!(bench.get::<u32>("a"), Some(1));
}

#[test]
fn a_key_of_another_namespace_is_not_kept() {
    let bench = bench(ROOM);
    let foreign = Key::new("attic", "a");
    assert_eq!(bench.near.text(&foreign), None);
    bench.near.keep(
        &foreign,
        bench.near.watch(&foreign, &[]),
        &opened(1_u32, 0),
        bench.terms::<u32>(Tick::now().within(LONG)),
    );
    assert_eq!(bench.near.size().0, 0);
    tell(&bench, &foreign);
}

#[test]
fn a_long_key_is_kept_like_any_other() {
    let bench = bench(ROOM);
    for text in ["k".repeat(44), "k".repeat(45), "k".repeat(300), format!("é{}", "k".repeat(43))] {
        bench.keep(&text, bench.watch(&text, &[]), 1);
        assert_eq!(bench.get::<u32>(&text), Some(1), "{text}");
        tell(&bench, &key(&text));
        assert_eq!(bench.get::<u32>(&text), None, "{text}");
    }
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct PanicsAtTheEnd;

impl Drop for PanicsAtTheEnd {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "a value that panics when it is dropped");
    }
}

#[test]
fn a_value_that_panics_when_it_is_dropped_is_nothing_to_who_tells_of_changes() {
    let bench = bench(ROOM);
    bench.keep("a", bench.watch("a", &[]), 1);
    let panics = std::mem::ManuallyDrop::new(opened(PanicsAtTheEnd, 0));
    bench.near.keep(&key("b"), bench.watch("b", &[]), &panics, bench.terms::<PanicsAtTheEnd>(Tick::now().within(LONG)));
    tell(&bench, &key("b"));
    assert_eq!(bench.near.size().0, 1);
}
