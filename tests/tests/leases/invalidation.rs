//! An invalidation, from wherever, wins over every load that began before it.

use cache_tests::Origin;
use tokio::time::timeout;

use crate::fleet::{Fleet, PATIENCE, entry};

/// The ways in which an entry is forgotten.
#[derive(Clone, Copy, Debug)]
enum Way {
    Companion,
    ByHand,
    Tag,
    Clear,
    FromOutside,
}

const WAYS: [Way; 5] = [Way::Companion, Way::ByHand, Way::Tag, Way::Clear, Way::FromOutside];

impl Way {
    /// Whether a caller in process `then` need not wait for the load in process 0 that was under way. Nobody tells a process
    /// that its load was made void by another one, and a lease does not tell the others that its tags are outdated.
    fn frees_the_key(self, by: usize, then: usize) -> bool {
        match self {
            Self::Companion | Self::ByHand => then != 0 || by == 0,
            Self::FromOutside => then != 0,
            Self::Tag | Self::Clear => by == 0,
        }
    }

    /// Forgets the entry, in the process with that number.
    async fn forget(self, fleet: &Fleet, process: usize) {
        let cache = &fleet.caches[process];
        match self {
            Self::Companion => fleet.in_process(process, entry::invalidate()).await.unwrap(),
            Self::ByHand => cache.invalidate("entry").await.unwrap(),
            Self::Tag => cache.invalidate_tag("group").await.unwrap(),
            Self::Clear => cache.clear().await.unwrap(),
            Self::FromOutside => drop(fleet.redis(&["DEL", "entry"])),
        }
    }
}

/// A load in process 0 that began before `way` was gone in process `by`; then a caller in process `then`.
async fn load_against(way: Way, by: usize, then: usize) {
    let fleet = Fleet::of(3);
    fleet.origin.hold();
    let before = fleet.call(0);
    fleet.until_asked(1).await;
    way.forget(&fleet, by).await;
    let after = fleet.call(then);
    if way.frees_the_key(by, then) {
        fleet.until_asked(2).await;
    }
    fleet.origin.release();
    assert_eq!(timeout(PATIENCE, before).await.unwrap().unwrap(), Ok(1), "it was asked before");
    assert_eq!(timeout(PATIENCE, after).await.unwrap().unwrap(), Ok(2), "{way:?} by {by}, then {then}");
    for process in 0..3 {
        assert_eq!(fleet.call(process).await.unwrap(), Ok(2), "{way:?} by {by}, then {process}");
    }
}

#[tokio::test]
async fn over_a_load_in_the_same_process() {
    for way in WAYS {
        load_against(way, 0, 0).await;
    }
}

#[tokio::test]
async fn over_a_load_in_another_process_for_callers_there() {
    for way in WAYS {
        load_against(way, 1, 0).await;
    }
}

#[tokio::test]
async fn over_a_load_in_another_process_for_callers_here() {
    for way in WAYS {
        load_against(way, 1, 1).await;
    }
}

#[tokio::test]
async fn over_a_load_in_another_process_for_callers_in_a_third_one() {
    for way in WAYS {
        load_against(way, 1, 2).await;
    }
}

#[tokio::test]
async fn over_a_value_that_is_stored() {
    for way in WAYS {
        let fleet = Fleet::of(2);
        assert!(fleet.calls(2).await.iter().all(|answer| *answer == Ok(1)));
        way.forget(&fleet, 1).await;
        assert!(fleet.calls(2).await.iter().all(|answer| *answer == Ok(2)), "{way:?}");
    }
}

#[tokio::test]
async fn over_a_refresh() {
    for way in WAYS {
        let fleet = Fleet::of(2);
        assert_eq!(fleet.call(0).await.unwrap(), Ok(1));
        fleet.origin.hold();
        let refresh = tokio::spawn(fleet.in_process(0, entry::refresh(fleet.origin.clone())));
        fleet.until_asked(2).await;
        way.forget(&fleet, 1).await;
        fleet.origin.release();
        assert_eq!(refresh.await.unwrap(), Ok(2));
        assert_eq!(fleet.call(1).await.unwrap(), Ok(3), "{way:?}");
    }
}

#[tokio::test]
async fn a_tag_that_was_evicted_means_a_load_and_never_an_old_value() {
    let fleet = Fleet::alone_at_a_server(2);
    assert_eq!(fleet.call(0).await.unwrap(), Ok(1));
    fleet.redis(&["DEL", "%~tag:group"]);
    assert_eq!(fleet.call(1).await.unwrap(), Ok(2));
    fleet.redis(&["DEL", "%~all"]);
    assert_eq!(fleet.call(0).await.unwrap(), Ok(3));
    assert_eq!(fleet.call(1).await.unwrap(), Ok(3));
}

#[tokio::test]
async fn a_follower_from_after_a_tag_was_invalidated_elsewhere_gets_no_value_from_before() {
    let fleet = Fleet::of(2);
    assert_eq!(fleet.call(0).await.unwrap(), Ok(1));
    fleet.in_process(0, entry::invalidate()).await.unwrap();
    fleet.origin.hold();
    let before = fleet.call(0);
    fleet.until_asked(2).await;
    fleet.caches[1].invalidate_tag("group").await.unwrap();
    let follower = tokio::spawn(fleet.in_process(0, follow(fleet.origin.clone())));
    cache_tests::eventually(PATIENCE, "it missed", async || fleet.caches[0].stats().misses == 3).await;
    fleet.origin.release();
    assert_eq!(before.await.unwrap(), Ok(2));
    assert_eq!(follower.await.unwrap(), Ok(3));
}

async fn follow(origin: Origin) -> Result<usize, cache_tests::Sick> {
    entry(origin).await
}
