//! A value that processes keep: whoever invalidates it, none of them serves it for longer than Redis takes to tell.

use std::time::Duration;

use crate::fleet::Fleet;
use crate::messages::{Keep, Kept};

/// What was changed longer ago than this is not served, whatever has become of the process.
const SILENCE: Duration = Duration::from_millis(1100);

impl Fleet {
    async fn read(&mut self, member: usize) -> u64 {
        self.read_near(member).await.0
    }

    /// The value, and how often one was served out of the process.
    async fn read_near(&mut self, member: usize) -> (u64, u64) {
        match self.keep(member, Keep::Read).await {
            Kept::Read { value, near_hits } => (value, near_hits),
            Kept::Done => panic!("a read brings a value"),
        }
    }

    /// All processes know, and one makes it known to Redis.
    async fn change(&mut self, by: usize, truth: u64) {
        for member in 0..self.size() {
            self.keep(member, Keep::Know(truth)).await;
        }
        self.keep(by, Keep::Invalidate).await;
    }

    /// Reads until the answer was kept.
    async fn warm(&mut self, member: usize) {
        let (_, before) = self.read_near(member).await;
        while self.read_near(member).await.1 == before {
            self.pass(Duration::from_millis(1)).await;
        }
    }
}

#[tokio::test]
async fn an_invalidation_in_one_process_is_seen_by_the_others() {
    const ROUNDS: u64 = 300;
    let mut fleet = Fleet::of(3).await;
    for member in 0..3 {
        fleet.warm(member).await;
    }
    // Two of them have an answer under way whatever the moment.
    fleet.keep(1, Keep::GoOnReading).await;
    fleet.keep(2, Keep::GoOnReading).await;
    for round in 1..=ROUNDS {
        let by = usize::try_from(round % 3).unwrap();
        fleet.change(by, round).await;
        assert_eq!(fleet.read(by).await, round, "it is seen at once where it was made");
        for member in 0..3 {
            let mut tries = 0;
            while fleet.read(member).await != round {
                tries += 1;
                assert!(tries < 10_000, "the process {member} goes on with an old value");
            }
        }
        if round % 10 == 0 {
            fleet.warm(0).await;
        }
    }
    for member in 0..3 {
        assert!(fleet.read_near(member).await.1 > 20, "the process {member} keeps nothing");
    }
}

#[tokio::test]
async fn a_process_that_was_frozen_serves_nothing_that_changed_meanwhile() {
    let mut fleet = Fleet::of(2).await;
    for round in 1..=3 {
        fleet.warm(1).await;
        fleet.keep(1, Keep::Know(round)).await;
        fleet.freeze(1);
        fleet.keep(0, Keep::Know(round)).await;
        fleet.keep(0, Keep::Invalidate).await;
        // Its clock goes on.
        fleet.pass(SILENCE).await;
        fleet.thaw(1);
        assert_eq!(fleet.read(1).await, round, "the first answer after the thaw is an old one");
    }
}

#[tokio::test]
async fn a_process_that_was_frozen_for_a_moment_is_told_what_it_missed() {
    let mut fleet = Fleet::of(2).await;
    for round in 1..=20 {
        fleet.warm(1).await;
        fleet.keep(1, Keep::Know(round)).await;
        fleet.freeze(1);
        fleet.keep(0, Keep::Know(round)).await;
        fleet.keep(0, Keep::Invalidate).await;
        fleet.thaw(1);
        let mut tries = 0;
        while fleet.read(1).await != round {
            tries += 1;
            assert!(tries < 10_000, "it goes on with an old value");
        }
    }
}
