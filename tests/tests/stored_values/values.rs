//! One entry: how it comes about, how long it stays, and what else may be at its key.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, read_through};
use cache_tests::RedisServer;

use crate::{User, get_user, on_redis};

#[tokio::test]
async fn a_key_deleted_by_hand_is_loaded_again() {
    on_redis(|server, _| async move {
        let loads = AtomicUsize::new(0);
        for _ in 0..3 {
            assert_eq!(get_user(7, &loads).await.unwrap().name, "user 7");
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        assert_eq!(server.command(&["DEL", "shop:user:7"]).integer(), 1);
        get_user(7, &loads).await.unwrap();
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    })
    .await;
}

#[tokio::test]
async fn a_stored_value_has_the_ttl_it_was_given() {
    on_redis(|server, _| async move {
        get_user(7, &AtomicUsize::new(0)).await.unwrap();
        let left = server.command(&["PTTL", "shop:user:7"]).integer();
        assert!((1..=60_000).contains(&left), "{left}");
    })
    .await;
}

#[tokio::test]
async fn companions_agree_with_the_function_on_the_key() {
    on_redis(|server, cache| async move {
        let loads = AtomicUsize::new(0);
        assert_eq!(get_user::key(7).to_string(), "shop:user:7");
        assert_eq!(get_user::peek(7).await, None);
        let mine = User { id: 7, name: "mine".into() };
        get_user::put(7, &mine).await.unwrap();
        assert_eq!(get_user::peek(7).await, Some(mine.clone()));
        assert_eq!(get_user(7, &loads).await, Ok(mine.clone()));
        assert_eq!(cache.get::<User>(&get_user::key(7)).await.unwrap(), Some(mine));
        get_user::invalidate(7).await.unwrap();
        assert_eq!(server.command(&["EXISTS", "shop:user:7"]).integer(), 0);
        assert_eq!(get_user(7, &loads).await.unwrap().name, "user 7");
        assert_eq!(get_user::refresh(7, &loads).await.unwrap().name, "user 7");
        assert_eq!(get_user::origin(7, &loads).await.unwrap().name, "user 7");
        assert_eq!(loads.load(Ordering::SeqCst), 3);
    })
    .await;
}

#[tokio::test]
async fn whatever_was_done_to_the_bytes_is_a_miss_and_mends_itself() {
    on_redis(|server, cache| async move {
        let loads = AtomicUsize::new(0);
        get_user(7, &loads).await.unwrap();
        let good = server.command(&["GET", "shop:user:7"]).bytes().to_vec();
        let mut damaged: Vec<Vec<u8>> = (0..good.len())
            .map(|at| {
                let mut bytes = good.clone();
                bytes[at] ^= 0x10;
                bytes
            })
            .collect();
        damaged.extend((0..good.len()).map(|length| good[..length].to_vec()));
        damaged.push([&good[..], b"x"].concat());
        damaged.extend([b"".to_vec(), b"V".to_vec(), b"42".to_vec(), vec![0; 100], vec![0xFF; 100]]);
        for bytes in damaged {
            server.command(&[&b"SET"[..], b"shop:user:7", &bytes]);
            let before = loads.load(Ordering::SeqCst);
            assert_eq!(get_user(7, &loads).await.unwrap().name, "user 7");
            assert_eq!(loads.load(Ordering::SeqCst), before + 1, "{bytes:?} was believed");
            get_user(7, &loads).await.unwrap();
            assert_eq!(loads.load(Ordering::SeqCst), before + 1, "the good value was stored again");
        }
        assert!(cache.stats().mismatches > 100);
    })
    .await;
}

#[tokio::test]
async fn another_kind_of_value_at_the_key_is_a_miss_and_is_replaced() {
    on_redis(|server, _| async move {
        let loads = AtomicUsize::new(0);
        for (index, make) in [
            &["RPUSH", "shop:user:7", "x"][..],
            &["HSET", "shop:user:7", "a", "b"],
            &["SADD", "shop:user:7", "x"],
            &["XADD", "shop:user:7", "*", "a", "b"],
        ]
        .into_iter()
        .enumerate()
        {
            server.command(&["DEL", "shop:user:7"]);
            server.command(make);
            get_user(7, &loads).await.unwrap();
            get_user(7, &loads).await.unwrap();
            assert_eq!(loads.load(Ordering::SeqCst), index + 1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_value_moved_from_another_key_is_a_miss() {
    on_redis(|server, _| async move {
        let loads = AtomicUsize::new(0);
        get_user(1, &loads).await.unwrap();
        server.command(&["RENAME", "shop:user:1", "shop:user:2"]);
        assert_eq!(get_user(2, &loads).await.unwrap().id, 2, "never another user's data");
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    })
    .await;
}

#[tokio::test]
async fn nothing_there_is_remembered_only_when_asked_for() {
    #[read_through(key = "plain:{id}", ttl = 60, skip(loads))]
    async fn find(id: u64, loads: &AtomicUsize) -> Option<u64> {
        loads.fetch_add(1, Ordering::SeqCst);
        (id > 0).then_some(id)
    }
    #[read_through(key = "remembered:{id}", ttl = 60, negative_ttl = "5s", skip(loads))]
    async fn remember(id: u64, loads: &AtomicUsize) -> Result<Option<u64>, String> {
        loads.fetch_add(1, Ordering::SeqCst);
        Ok((id > 0).then_some(id))
    }
    on_redis(|server, cache| async move {
        let loads = AtomicUsize::new(0);
        assert_eq!((find(0, &loads).await, find(0, &loads).await), (None, None));
        assert_eq!(loads.swap(0, Ordering::SeqCst), 2);
        for _ in 0..3 {
            assert_eq!(remember(0, &loads).await, Ok(None));
            assert_eq!(remember(1, &loads).await, Ok(Some(1)));
        }
        assert_eq!(loads.load(Ordering::SeqCst), 2);
        assert_eq!(remember::peek(0).await, None);
        let left = server.command(&["PTTL", "shop:remembered:0"]).integer();
        assert!((1..=5_000).contains(&left), "{left}");
        assert_eq!(cache.stats().absent_hits, 3);
    })
    .await;
}

#[tokio::test]
async fn the_value_says_whether_and_how_long_it_is_kept() {
    #[read_through(
        key = "judged:{id}", ttl = |seconds: &u64| Duration::from_secs(*seconds), cache_if = |seconds: &u64| *seconds != 7
    )]
    async fn judged(id: u64) -> Result<u64, String> {
        Ok(id)
    }
    on_redis(|server, _| async move {
        for id in [7, 30, 90] {
            judged(id).await.unwrap();
        }
        assert_eq!(server.command(&["EXISTS", "shop:judged:7"]).integer(), 0);
        for id in [30, 90] {
            let left = server.command(&["TTL", &format!("shop:judged:{id}")]).integer();
            assert!((id - 20..=id).contains(&left), "{left}");
        }
        judged::put(7, &7).await.unwrap();
        assert_eq!(judged::peek(7).await, None, "the rules hold for what is put as well");
    })
    .await;
}

const TTL: Duration = Duration::from_secs(600);

#[tokio::test]
async fn jitter_shortens_a_ttl_by_its_fraction_at_most() {
    #[read_through(key = "jittered:{id}", ttl = TTL, jitter = 0.5)]
    async fn jittered(id: u64) -> u64 {
        id
    }
    on_redis(|server, _| async move {
        let mut lives = Vec::new();
        for id in 0..50 {
            jittered(id).await;
            lives.push(server.command(&["PTTL", &format!("shop:jittered:{id}")]).integer());
        }
        assert!(lives.iter().all(|life| (280_000..=600_000).contains(life)), "{lives:?}");
        let (least, most) = (lives.iter().min().unwrap(), lives.iter().max().unwrap());
        assert!(most - least > 100_000, "fifty draws from 300 s lie apart: {least} to {most}");
    })
    .await;
}

#[tokio::test]
async fn a_value_over_the_limit_is_not_stored_and_its_caller_gets_it() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).max_value_bytes(1000).compress_above(usize::MAX).build().unwrap();
    let policy = cache_runtime::Policy::new(TTL);
    for _ in 0..2 {
        let text: String = cache.read_through("large", &policy, || async { "x".repeat(2000) }).await;
        assert_eq!(text.len(), 2000);
    }
    assert_eq!((cache.stats().fill_failures, cache.stats().too_large), (2, 2));
    let error = cache.put("large", &"x".repeat(2000), &policy).await.unwrap_err();
    assert_eq!(error.kind(), cache_runtime::ErrorKind::TooLarge);
}

#[tokio::test]
async fn by_hand_as_well_nothing_there_is_remembered_only_when_asked_for() {
    let plain = cache_runtime::Policy::new(TTL);
    let remembering = plain.negative_ttl(Duration::from_secs(5));
    on_redis(|server, cache| async move {
        let loads = AtomicUsize::new(0);
        let load = async || {
            loads.fetch_add(1, Ordering::SeqCst);
            Ok::<Option<User>, String>(None)
        };
        for (policy, key, expected) in [(plain, "plain", 3), (remembering, "remembered", 1)] {
            loads.store(0, Ordering::SeqCst);
            for _ in 0..3 {
                assert_eq!(cache.read_through(key, &policy, load).await, Ok(None));
            }
            assert_eq!(loads.load(Ordering::SeqCst), expected, "{key}");
        }
        assert_eq!(server.command(&["EXISTS", "shop:plain"]).integer(), 0);
        assert_eq!(cache.get::<Option<User>>("remembered").await.unwrap(), None);
    })
    .await;
}
