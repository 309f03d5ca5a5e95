//! Invalidations that fail, whose answers come late, or that a store forgets while it is away.

use cache_tests::eventually;
use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::engine::budget::Budget;

impl GatedStore {
    fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    fn comes_back(&self) {
        self.returns.add();
        self.returns.tell();
    }

    /// As far as its readers can know, before whoever waits for that has heard of it.
    fn is_another(&self) {
        self.returns.add();
    }
}

impl Bench {
    fn asked_to_remove(&self) -> u32 {
        self.store.asked_to_remove.load(Ordering::SeqCst)
    }

    /// What the store has at `key`.
    async fn at(&self, key: &Key) -> Bytes {
        let query = Query { key, life: false, keep: false, tags: Tags::NONE };
        self.store.inner.get(query, LONG).await.unwrap().bytes.unwrap()
    }
}

/// More than the pauses between attempts.
const A_WHILE: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn the_answer_to_an_older_invalidation_does_not_make_good_for_a_newer_one_that_failed() {
    let bench = bench();
    bench.store.removals.close();
    let (key, engine) = (key(), Arc::clone(&bench.engine));
    let mut older = Box::pin(engine.invalidate(&key, &BY_HAND));
    as_far_as_it_goes!(&mut older);
    bench.another_process_stores(100).await;
    bench.store.refuse(true);
    bench.engine.invalidate(&key, &BY_HAND).await.unwrap_err();

    bench.store.removals.let_pass(1);
    older.await.unwrap();
    assert_eq!(bench.call().await, 1, "what the newer one was about is not believed");
    bench.store.refuse(false);
    bench.store.removals.let_pass(1000);
    tokio::time::sleep(A_WHILE).await;
    assert_ne!(bench.call().await, 100, "it is removed");
}

#[tokio::test(start_paused = true)]
async fn nor_does_the_end_of_an_older_put() {
    let bench = bench();
    bench.store.sets.close();
    let (content, request) = (Content::Value(Arc::new(7_u32)), request(Policy::new(TTL)));
    let engine = Arc::clone(&bench.engine);
    let mut put = Box::pin(engine.put(&request, &content, Some(TTL)));
    as_far_as_it_goes!(&mut put);
    bench.store.sets.let_pass(1);
    as_far_as_it_goes!(&mut put);
    bench.another_process_stores(100).await;
    bench.store.refuse(true);
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap_err();

    bench.store.sets.let_pass(1000);
    put.await.unwrap();
    assert_eq!(bench.call().await, 1, "what the invalidation was about is not believed");
}

#[tokio::test(start_paused = true)]
async fn an_invalidation_makes_good_for_all_that_failed_before_it() {
    let bench = bench();
    bench.another_process_stores(100).await;
    bench.store.refuse(true);
    for _ in 0..3 {
        bench.engine.invalidate(&key(), &BY_HAND).await.unwrap_err();
    }
    bench.store.refuse(false);
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
    bench.another_process_stores(200).await;
    assert_eq!(bench.call().await, 200);
}

#[tokio::test(start_paused = true)]
async fn what_a_store_refuses_to_remove_when_it_is_back_is_not_believed_and_removed_later() {
    let bench = bench();
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
    // As if the replica that is to be the primary had never heard of it.
    bench.another_process_stores(100).await;
    bench.store.refuse(true);
    bench.store.comes_back();
    bench.settle().await;
    assert_eq!(bench.call().await, 1, "it is not believed");
    bench.store.refuse(false);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(bench.call().await, 2, "it is removed");
    assert_eq!(bench.call().await, 2, "what is stored after that is believed");
}

#[tokio::test(start_paused = true)]
async fn an_invalidation_is_sent_again_once_for_each_return_of_the_store_after_it() {
    let bench = bench();
    let asked = || bench.store.asked_to_remove.load(Ordering::SeqCst);
    bench.store.comes_back();
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(asked(), 1, "the store came back before");
    for returns in 1..=3 {
        bench.store.comes_back();
        tokio::time::sleep(A_WHILE).await;
        assert_eq!(asked(), 1 + returns);
    }
}

#[tokio::test(start_paused = true)]
async fn one_during_which_the_store_comes_back_is_sent_again_whether_others_are_remembered_or_not() {
    for others in [0, 1] {
        let bench = bench();
        for _ in 0..others {
            bench.engine.invalidate(&Key::new("", "other"), &BY_HAND).await.unwrap();
        }
        bench.store.removals.close();
        let key = key();
        let mut invalidation = Box::pin(bench.engine.invalidate(&key, &BY_HAND));
        as_far_as_it_goes!(&mut invalidation);
        // The others are sent again before the answer to this one arrives, and refused at once.
        bench.store.refuse(true);
        bench.store.comes_back();
        bench.settle().await;
        bench.store.refuse(false);
        bench.another_process_stores(100).await;
        bench.store.removals.let_pass(1000);
        invalidation.await.unwrap();
        bench.settle().await;
        assert_eq!(bench.call().await, 1, "what was stored on the old primary is removed, with {others} others");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_about_to_be_sent_again_when_its_runtime_ended_is_sent_by_another() {
    let bench = bench();
    bench.engine.invalidate(&Key::new("", "other"), &BY_HAND).await.unwrap();
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
    bench.another_process_stores(100).await;
    bench.store.removals.close();
    bench.store.comes_back();
    bench.settle().await;
    // The runtime of the task goes.
    bench.engine.recent.finish().await;
    bench.store.removals.let_pass(1000);
    bench.engine.invalidate(&Key::new("", "third"), &BY_HAND).await.unwrap();
    tokio::time::sleep(A_WHILE).await;
    assert_ne!(bench.call().await, 100, "it was sent again");
}

#[tokio::test(start_paused = true)]
async fn what_a_store_that_is_back_has_forgotten_to_remove_is_not_served_before_it_is_removed_again() {
    for removed in [key(), Key::of_tag("", "group"), Key::of_everything("")] {
        let bench = bench();
        assert_eq!(bench.call().await, 1);
        let before = bench.at(&removed).await;
        bench.engine.remove(&removed, &BY_HAND, &mut Budget::new(LONG)).await.unwrap();
        // As if the replica that is the primary now had never heard of it.
        bench.store.inner.set(&removed, before, TTL, LONG).await.unwrap();
        bench.store.is_another();
        assert_eq!(bench.call().await, 2, "{removed}");
        assert_eq!(bench.call().await, 2, "what is stored after that is believed");
        assert_eq!(bench.asked_to_remove(), 2, "its first reader has removed it");
        bench.store.comes_back();
        bench.settle().await;
        assert_eq!(bench.asked_to_remove(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn nor_is_the_answer_of_one_that_became_another_while_it_was_asked() {
    let bench = bench();
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
    bench.another_process_stores(100).await;
    bench.store.answers.close();
    let mut call = Box::pin(bench.call());
    as_far_as_it_goes!(&mut call);
    bench.store.comes_back();
    // It is removed again by now, and the answer is of before that.
    bench.settle().await;
    bench.store.answers.let_pass(100);
    assert_eq!(call.await, 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_refuses_to_remove_it_again_is_not_believed() {
    let bench = bench();
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
    bench.another_process_stores(100).await;
    bench.store.refuse(true);
    bench.store.is_another();
    assert_eq!(bench.call().await, 1);
    assert!(bench.engine.recall.holds(&key()));
    bench.store.refuse(false);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(bench.call().await, 2, "it is removed");
}

#[tokio::test(start_paused = true)]
async fn a_return_costs_readers_of_other_entries_nothing() {
    let bench = bench();
    assert_eq!(bench.call().await, 1);
    for (returns, others) in [(1, 0), (2, 1)] {
        for _ in 0..others {
            bench.engine.invalidate(&Key::new("", "other"), &BY_HAND).await.unwrap();
        }
        bench.store.comes_back();
        bench.settle().await;
        let asked = bench.asked_to_remove();
        assert_eq!(bench.call().await, 1);
        assert_eq!(bench.asked_to_remove(), asked);
        assert!(!bench.engine.recent.may_owe(returns), "with {others} others");
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_runtime_that_is_left_lying_keeps_no_retries() {
    let (bench, left, driven) = (bench(), runtime(), runtime());
    bench.store.refuse(true);
    left.block_on(bench.engine.invalidate(&Key::new("", "other"), &BY_HAND)).unwrap_err();
    driven.block_on(async {
        bench.engine.invalidate(&key(), &BY_HAND).await.unwrap_err();
        bench.store.refuse(false);
        let other = Key::new("", "other");
        let removed = async || !bench.engine.recall.holds(&other) && !bench.engine.recall.holds(&key());
        eventually(A_WHILE, "both are removed", removed).await;
    });
}

#[test]
fn nor_what_is_to_be_sent_again() {
    let (bench, left, driven) = (bench(), runtime(), runtime());
    left.block_on(bench.engine.invalidate(&Key::new("", "other"), &BY_HAND)).unwrap();
    driven.block_on(async {
        bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
        bench.store.comes_back();
        let asked = async || bench.store.asked_to_remove.load(Ordering::SeqCst) == 4;
        eventually(A_WHILE, "both are sent again", asked).await;
    });
}
