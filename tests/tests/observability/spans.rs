//! Spans and log lines, and who may read a key.

use std::time::Duration;

use cache_runtime::with_cache;
use tracing::{Instrument, Level};
use tracing_subscriber::filter::LevelFilter;

use crate::functions::{SECRET, Source, many, memory, name, plain, windows};
use crate::log::Log;

/// The lines in which a body said something.
fn asked(log: &Log) -> Vec<String> {
    log.lines().into_iter().filter(|line| line.ends_with("asked")).collect()
}

#[tokio::test]
async fn what_a_body_says_stands_in_the_span_of_its_function() {
    let (log, _guard) = Log::of(Level::INFO);
    let request = tracing::info_span!("request");
    with_cache(memory(), plain(&Source::default(), SECRET).instrument(request)).await.unwrap();
    let asked = asked(&log);
    let expected = format!("request:cache_load{{function=\"{}\"}}", name("plain"));
    assert!(matches!(&asked[..], [line] if line.contains(&expected)), "{asked:?}");
}

#[tokio::test]
async fn a_load_of_many_keys_is_one_span() {
    let (log, _guard) = Log::of(Level::INFO);
    with_cache(memory(), many(&[1, 2, 3])).await;
    let asked = asked(&log);
    let expected = format!("cache_load{{function=\"{}\" keys=3}}", name("many"));
    assert!(matches!(&asked[..], [line] if line.contains(&expected)), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_load_in_the_background_is_no_part_of_the_request_that_began_it() {
    let (log, _guard) = Log::of(Level::INFO);
    with_cache(memory(), async {
        windows(SECRET.to_owned()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(90)).await;
        windows(SECRET.to_owned()).instrument(tracing::info_span!("request")).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    })
    .await;
    let asked = asked(&log);
    let expected = format!("cache_reload{{function=\"{}\"}}", name("windows"));
    assert!(matches!(&asked[..], [_, line] if line.contains(&expected) && !line.contains("request")), "{asked:?}");
}

#[tokio::test]
async fn who_is_told_less_is_told_no_key_by_the_spans_of_others() {
    let (brief, full) = (Log::default(), Log::default());
    let _guard = Log::at_two_levels((&brief, LevelFilter::INFO), (&full, LevelFilter::DEBUG));
    with_cache(memory(), plain(&Source::default(), SECRET)).await.unwrap();
    let asked = |log: &Log| asked(log).into_iter().next().unwrap();
    assert!(asked(&brief).contains("cache_load{function="), "{}", asked(&brief));
    assert!(asked(&full).contains("cache_load{function="), "{}", asked(&full));
    assert!(asked(&full).contains(&format!(":plain:{SECRET}\"}}")), "{}", asked(&full));
    assert!(!brief.lines().concat().contains(SECRET), "{:?}", brief.lines());
}

#[tokio::test]
async fn keys_are_for_those_who_look_for_a_fault() {
    for (level, are_told) in [(Level::INFO, false), (Level::DEBUG, true)] {
        let (log, _guard) = Log::of(level);
        let source = Source::default();
        with_cache(memory(), async {
            plain(&source, SECRET).await.unwrap();
            plain(&source, SECRET).await.unwrap();
            plain::invalidate(SECRET).await.unwrap();
        })
        .await;
        let with_key = log.lines().into_iter().filter(|line| line.contains(SECRET)).collect::<Vec<_>>();
        assert_eq!(!with_key.is_empty(), are_told, "{level}: {with_key:?}");
        for event in ["Miss", "Loaded", "Filled", "Hit", "Invalidated"] {
            let is_told = with_key.iter().any(|line| line.contains(&format!("event={event}")));
            assert_eq!(is_told, are_told, "{level}: {event}");
        }
    }
}
