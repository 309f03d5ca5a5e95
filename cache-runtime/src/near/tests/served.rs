//! When an entry is served.

use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicU32, Ordering};

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
    let look = |text| bench.look::<u32>(Look { text, tags: "x,y", reader: reader::<u32>(), within: LONG });
    let keep = || bench.keep("a", bench.watch("a", &["x", "y"]), 1);
    keep();
    for other in [Key::of_tag("shop", "z"), key("x"), key("y")] {
        tell(&bench, &other);
        assert_eq!(look("a"), Some(1));
    }
    tell(&bench, &Key::of_tag("shop", "y"));
    assert_eq!(look("a"), None);
    keep();
    assert_eq!(look("a"), Some(1));
    let watch = bench.watch("b", &["x", "y"]);
    tell(&bench, &Key::of_tag("shop", "x"));
    bench.keep("b", watch, 1);
    assert_eq!(look("b"), None);
}

#[test]
fn whoever_wants_it_newer_than_it_is_finds_nothing() {
    let bench = bench(ROOM);
    bench.keep("a", bench.watch("a", &[]), 1);
    let look = |within| bench.look::<u32>(Look { text: "a", tags: "", reader: reader::<u32>(), within });
    assert_eq!((look(Duration::ZERO), look(LONG)), (None, Some(1)));
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
    assert_eq!(bench.look::<u32>(Look { text: "a", tags: "", reader: other, within: LONG }), None);
    let tagged = Look { text: "a", tags: "x", reader: reader::<u32>(), within: LONG };
    assert_eq!(bench.look::<u32>(tagged), None, "it would not be forgotten with its tag");
    bench.keep("a", bench.watch("a", &["x"]), 2);
    assert_eq!((bench.look::<u32>(tagged), bench.get::<u32>("a")), (Some(2), None));
    bench.keep("a", bench.watch("a", &[]), 1);
    assert_eq!(bench.get::<u32>("a"), Some(1));
}

#[test]
fn a_key_of_another_namespace_is_not_kept() {
    let bench = bench(ROOM);
    let foreign = Key::new("attic", "a");
    assert_eq!(bench.near.text(&foreign), None);
    bench.near.keep(
        &foreign,
        bench.near.watch(&foreign, &[], ""),
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

/// Keeps one of those, which is reckoned to take so much.
fn keep_one_that_panics(bench: &Bench, text: &str, memory: usize) {
    let panics = ManuallyDrop::new(opened(PanicsAtTheEnd, memory));
    let terms = bench.terms::<PanicsAtTheEnd>(Tick::now().within(LONG));
    bench.near.keep(&key(text), bench.watch(text, &[]), &panics, terms);
}

#[test]
fn a_value_that_panics_when_it_is_dropped_is_nothing_to_who_tells_of_changes() {
    let bench = bench(ROOM);
    bench.keep("a", bench.watch("a", &[]), 1);
    keep_one_that_panics(&bench, "b", 0);
    tell(&bench, &key("b"));
    assert_eq!((bench.near.size().0, bench.get::<u32>("a")), (1, Some(1)));
}

#[test]
fn nor_is_it_to_whoever_keeps_what_takes_its_room() {
    // What is left at the end is left lying.
    let bench = ManuallyDrop::new(bench(ROOM));
    for number in 0..100 {
        keep_one_that_panics(&bench, &format!("small:{number}"), 10_000);
    }
    for number in 0..10 {
        keep_one_that_panics(&bench, &format!("large:{number}"), 900_000);
    }
    assert!(bench.near.size().1 <= ROOM);
    bench.keep("a", bench.watch("a", &[]), 1);
    assert_eq!(bench.get::<u32>("a"), Some(1));
}

/// Looks at the table when it is dropped.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Looks {
    number: u32,
    #[serde(skip)]
    bench: Option<Arc<Bench>>,
}

impl Drop for Looks {
    fn drop(&mut self) {
        if let Some(bench) = &self.bench {
            assert!(bench.near.size().1 <= ROOM);
        }
    }
}

#[test]
fn a_value_that_looks_at_the_cache_when_it_is_dropped_does_not_wait_for_itself() {
    let bench = Arc::new(bench(ROOM));
    for number in 0..300 {
        let text = format!("{number}");
        let terms = bench.terms::<Looks>(Tick::now().within(LONG));
        let memory = if number % 100 == 99 { 900_000 } else { 10_000 };
        bench.near.keep(
            &key(&text),
            bench.watch(&text, &[]),
            &opened(Looks { number, bench: Some(Arc::clone(&bench)) }, memory),
            terms,
        );
    }
    assert!(bench.near.size().0 > 0);
}

#[test]
fn what_finds_no_room_is_not_even_cloned() {
    /// Counts its clones.
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Counted {
        number: u32,
        #[serde(skip)]
        clones: Arc<AtomicU32>,
    }
    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.clones.fetch_add(1, Ordering::SeqCst);
            Self { number: self.number, clones: Arc::clone(&self.clones) }
        }
    }
    let (bench, clones) = (bench(ROOM), Arc::<AtomicU32>::default());
    for (memory, cloned) in [(1 << 20, 0), (1 << 19, 1)] {
        let terms = bench.terms::<Counted>(Tick::now().within(LONG));
        bench.near.keep(
            &key("a"),
            bench.watch("a", &[]),
            &opened(Counted { number: cloned, clones: Arc::clone(&clones) }, memory),
            terms,
        );
        assert_eq!(clones.load(Ordering::SeqCst), cloned);
        assert_eq!(bench.near.size().0, cloned as usize);
    }
}
