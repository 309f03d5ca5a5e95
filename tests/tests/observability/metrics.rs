//! What the recorder of the `metrics` facade is told.

use std::time::Duration;

use cache_runtime::{bypass, with_cache};
use cache_tests::{RedisServer, eventually};

use crate::functions::{SECRET, Source, builder, kept, many, maybe, memory, name, near, plain, slow, windows};
use crate::recorded::Recorder;

const SOON: Duration = Duration::from_secs(20);

fn series(metric: &str, function: &str, label: &str) -> String {
    let label = if label.is_empty() { String::new() } else { format!(",{label}") };
    format!("{metric}{{function={}{label}}}", name(function))
}

#[tokio::test]
async fn calls_loads_and_fills_are_counted_by_function() {
    let (cache, recorder, source) = (memory(), Recorder::new(), Source::default());
    with_cache(cache.clone(), async {
        for _ in 0..3 {
            plain(&source, SECRET).await.unwrap();
        }
        bypass(plain(&source, SECRET)).await.unwrap();
        plain::invalidate(SECRET).await.unwrap();
        source.fail(true);
        plain(&source, SECRET).await.unwrap_err();
        for _ in 0..2 {
            maybe(2).await;
        }
        many(&[1, 2]).await;
        many(&[1, 2, 3]).await;
    })
    .await;
    let told = recorder.after_report(&cache);
    let count = |metric, function, label| told.counter(&series(metric, function, label));
    assert_eq!(count("cache_lookups_total", "plain", "outcome=hit"), 2);
    assert_eq!(count("cache_lookups_total", "plain", "outcome=miss"), 2);
    assert_eq!(count("cache_lookups_total", "plain", "outcome=bypassed"), 1);
    assert_eq!(count("cache_loads_total", "plain", "result=ok"), 1);
    assert_eq!(count("cache_loads_total", "plain", "result=error"), 1);
    assert_eq!(count("cache_fills_total", "plain", "result=stored"), 1);
    assert_eq!(count("cache_invalidations_total", "plain", "result=ok"), 1);
    assert_eq!(count("cache_lookups_total", "maybe", "outcome=absent_hit"), 1);
    assert_eq!(count("cache_lookups_total", "many", "outcome=hit"), 2, "each key is a lookup");
    assert_eq!(count("cache_lookups_total", "many", "outcome=miss"), 3);
    assert_eq!(count("cache_lookups_total", "plain", "outcome=stale_hit"), 0, "what has not happened is there as well");
    assert_eq!(told.histogram(&series("cache_load_seconds", "plain", "")).len(), 2);
    assert_eq!(told.histogram(&series("cache_hit_seconds", "plain", "")).len(), 2);
    assert!(told.histogram("cache_store_seconds{operation=get}").len() >= 5);
    assert!(!told.text().contains("example"), "there is a key in {}", told.text());
}

#[tokio::test(start_paused = true)]
async fn times_are_those_that_have_passed() {
    let (cache, recorder) = (memory(), Recorder::new());
    let (leader, follower) = (with_cache(cache.clone(), slow(1)), with_cache(cache.clone(), slow(1)));
    let (leader, follower) = tokio::join!(leader, follower);
    assert_eq!((leader, follower), (1, 1));
    let told = recorder.after_report(&cache);
    for metric in ["cache_load_seconds", "cache_wait_seconds"] {
        let took = told.histogram(&series(metric, "slow", ""));
        assert!(matches!(took[..], [took] if (0.09..0.11).contains(&took)), "{metric}: {took:?}");
    }
    assert_eq!(told.counter(&series("cache_coalesced_total", "slow", "")), 1);
}

#[tokio::test]
async fn the_first_hit_of_a_process_is_timed_as_well() {
    let server = RedisServer::start();
    let process = || builder().url(server.url()).namespace("shop").build().unwrap();
    let (before, after, source) = (process(), process(), Source::default());
    with_cache(before, plain(&source, "a")).await.unwrap();
    with_cache(after.clone(), plain(&source, "a")).await.unwrap();
    let told = Recorder::new().after_report(&after);
    assert_eq!(told.counter(&series("cache_lookups_total", "plain", "outcome=hit")), 1);
    assert_eq!(told.histogram(&series("cache_hit_seconds", "plain", "")).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_old_value_of_the_store_is_a_hit_that_is_timed() {
    let (cache, recorder) = (memory(), Recorder::new());
    with_cache(cache.clone(), async {
        windows("a".to_owned()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(90)).await;
        windows("a".to_owned()).await.unwrap();
    })
    .await;
    let told = recorder.after_report(&cache);
    assert_eq!(told.counter(&series("cache_stale_served_total", "windows", "reason=revalidating")), 1);
    assert_eq!(told.histogram(&series("cache_hit_seconds", "windows", "")).len(), 1);
}

#[tokio::test]
async fn a_report_adds_what_has_come_since_the_last_one() {
    let (cache, late, source) = (memory(), Recorder::new(), Source::default());
    let lookups = series("cache_lookups_total", "plain", "outcome=hit");
    with_cache(cache.clone(), async {
        plain(&source, "a").await.unwrap();
        plain(&source, "a").await.unwrap();
        assert_eq!(
            late.after_report(&cache).counter(&lookups),
            1,
            "before the first report is not too late for a recorder"
        );
        let nothing_new = late.after_report(&cache);
        assert_eq!(nothing_new.counter(&lookups), 0);
        assert_eq!(nothing_new.histogram(&series("cache_hit_seconds", "plain", "")), [0.0; 0]);
        plain(&source, "a").await.unwrap();
        assert_eq!(late.after_report(&cache).counter(&lookups), 1);
    })
    .await;
    // Another cache of the same name, as in a test or behind a handle of its own.
    let other = memory();
    with_cache(other.clone(), async {
        plain(&source, "a").await.unwrap();
        plain(&source, "a").await.unwrap();
    })
    .await;
    assert_eq!(late.after_report(&other).counter(&lookups), 1);
}

#[tokio::test(start_paused = true)]
async fn reports_come_by_themselves_and_the_last_at_the_end() {
    let (cache, recorder, source) = (memory(), Recorder::new(), Source::default());
    let _installed = recorder.install();
    let (hits, misses) =
        (series("cache_lookups_total", "plain", "outcome=hit"), series("cache_lookups_total", "plain", "outcome=miss"));
    with_cache(cache.clone(), plain(&source, "a")).await.unwrap();
    assert!(recorder.recorded().names().is_empty());
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(recorder.recorded().counter(&misses), 1);
    with_cache(cache.clone(), plain(&source, "a")).await.unwrap();
    cache.shutdown().await;
    assert_eq!(recorder.recorded().counter(&hits), 1);
}

#[test]
fn reports_go_on_when_the_runtime_is_another_one() {
    let (cache, recorder, source) = (memory(), Recorder::new(), Source::default());
    let _installed = recorder.install();
    for round in 1..=2 {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).build().unwrap().block_on(async {
            with_cache(cache.clone(), plain(&source, &round.to_string())).await.unwrap();
            tokio::time::sleep(Duration::from_secs(6)).await;
        });
        assert_eq!(recorder.recorded().counter(&series("cache_lookups_total", "plain", "outcome=miss")), 1);
    }
}

#[tokio::test]
async fn gauges_show_an_outage_and_its_end() {
    let mut server = RedisServer::start();
    let cache = builder().url(server.url()).namespace("outage").build().unwrap();
    let (recorder, source) = (Recorder::new(), Source::default());
    with_cache(cache.clone(), async {
        near(&source, SECRET).await.unwrap();
        eventually(SOON, "it is kept near", async || {
            near(&source, SECRET).await.unwrap();
            recorder.after_report(&cache).gauge("cache_near_entries{}") > 0.0
        })
        .await;
        let healthy = recorder.after_report(&cache);
        assert!(healthy.gauge("cache_near_bytes{}") > 0.0);
        assert_eq!((healthy.gauge("cache_breaker_open{}"), healthy.gauge("cache_quarantined{}")), (0.0, 0.0));
        server.kill();
        plain::invalidate(SECRET).await.unwrap_err();
        let down = recorder.after_report(&cache);
        assert_eq!((down.gauge("cache_breaker_open{}"), down.gauge("cache_quarantined{}")), (1.0, 1.0));
        assert_eq!(down.counter(&series("cache_invalidations_total", "plain", "result=error")), 1);
        assert!(!down.text().contains("example"), "there is a key in {}", down.text());
        assert!(cache.stats().breaker_open && cache.stats().quarantined == 1);
        server.restart();
        eventually(SOON, "it is seen to be back", async || {
            plain(&source, SECRET).await.unwrap();
            let back = recorder.after_report(&cache);
            (back.gauge("cache_breaker_open{}"), back.gauge("cache_quarantined{}")) == (0.0, 0.0)
        })
        .await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn gauges_show_what_is_under_way() {
    let (cache, recorder) = (memory(), Recorder::new());
    let load = tokio::spawn(with_cache(cache.clone(), slow(1)));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(recorder.after_report(&cache).gauge("cache_in_flight{}"), 1.0);
    assert_eq!(cache.stats().in_flight, 1);
    load.await.unwrap();
    assert_eq!(recorder.after_report(&cache).gauge("cache_in_flight{}"), 0.0);
}

#[tokio::test(start_paused = true)]
async fn caches_of_one_name_add_to_the_same_gauge_and_one_that_is_gone_holds_nothing() {
    let twin = || builder().url("memory://").namespace("twins").build().unwrap();
    let (one, other, recorder) = (twin(), twin(), Recorder::new());
    let _installed = recorder.install();
    let loads = [&one, &other].map(|cache| tokio::spawn(with_cache(cache.clone(), slow(1))));
    tokio::time::sleep(Duration::from_millis(50)).await;
    one.report_metrics();
    assert_eq!(recorder.after_report(&other).gauge("cache_in_flight{}"), 2.0);
    for load in &loads {
        load.abort();
    }
    for load in loads {
        load.await.unwrap_err();
    }
    // Its reader is not there any more, nobody has reported since, and what it has counted is not lost.
    with_cache(one.clone(), slow(2)).await;
    drop(one);
    let told = recorder.after_report(&other);
    assert_eq!(told.gauge("cache_in_flight{}"), 0.0);
    assert_eq!(told.counter(&series("cache_loads_total", "slow", "result=ok")), 1);
    drop(other);
    assert_eq!(recorder.recorded().gauge("cache_in_flight{}"), 0.0);
}

#[tokio::test(start_paused = true)]
async fn old_values_are_counted_by_why_they_were_served() {
    let (cache, recorder, source) = (memory(), Recorder::new(), Source::default());
    with_cache(cache.clone(), async {
        kept(&source, "a").await.unwrap();
        tokio::time::sleep(Duration::from_secs(90)).await;
        source.fail(true);
        assert_eq!(kept(&source, "a").await, Ok(7));
    })
    .await;
    let told = recorder.after_report(&cache);
    assert_eq!(told.counter(&series("cache_stale_served_total", "kept", "reason=error")), 1);
    assert_eq!(told.counter(&series("cache_stale_served_total", "kept", "reason=slow")), 0);
}

/// What the guide and dashboards name is there, and what is there is documented.
#[tokio::test]
async fn the_names_are_those_that_are_documented() {
    let (cache, recorder, source) = (memory(), Recorder::new(), Source::default());
    with_cache(cache.clone(), plain(&source, "a")).await.unwrap();
    let told = recorder.after_report(&cache);
    let reference = include_str!("../../../cache-runtime/src/cache/handle.rs");
    let guide = include_str!("../../../cache-runtime/docs/operating.md");
    for documented in [reference, guide] {
        for name in told.names() {
            assert!(documented.contains(&format!("`{name}`")), "{name} is not documented");
        }
        let words = documented.split('`').filter(|word| {
            word.starts_with("cache_")
                && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                && !["cache_runtime", "cache_load", "cache_reload"].contains(word)
        });
        let mut documented = 0;
        for word in words {
            assert!(told.names().contains(word), "{word} is documented, and not there");
            documented += 1;
        }
        assert!(documented >= 19, "{documented}");
    }
}

#[tokio::test]
async fn stats_of_each_function_are_told_apart() {
    let (cache, source) = (memory(), Source::default());
    with_cache(cache.clone(), async {
        plain(&source, "a").await.unwrap();
        plain(&source, "a").await.unwrap();
        maybe(1).await;
    })
    .await;
    cache.put("by hand", &1_u8, &cache_runtime::Policy::new(SOON)).await.unwrap();
    cache.get::<u8>("by hand").await.unwrap();
    let stats = cache.stats_by_function();
    let names: Vec<_> = stats.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, ["by hand".to_owned(), name("maybe"), name("plain")]);
    assert_eq!(stats.iter().map(|(_, stats)| stats.hits).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(stats.iter().map(|(_, stats)| stats.loads).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!((cache.stats().hits, cache.stats().loads), (2, 2));
}
