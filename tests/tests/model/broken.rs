//! What is easily got wrong, and how it goes wrong: the model must notice, or it would prove nothing.

use crate::bounds::{Accidents, Bounds, Change, NO_ACCIDENTS, QUIET};
use crate::explore::breaks;
use crate::properties::{NO_STALE_ANSWER, NO_STALE_REST, NOBODY_IS_STUCK, ONE_LOAD};
use crate::protocol::{Lease, Protocol, Put, RIGHT, Replacing, Sharing, Tags};

const INVALIDATED: Bounds = Bounds { writers: &[Change::Invalidate], ..QUIET };
const BY_TAG: Bounds = Bounds { writers: &[Change::InvalidateTag], tagged: true, ..QUIET };
const PUT: Bounds = Bounds { writers: &[Change::Put, Change::Invalidate], ..QUIET };

#[test]
fn without_leases_every_process_loads_and_the_slowest_wins() {
    let protocol = Protocol { lease: Lease::Nobody, ..RIGHT };
    breaks(protocol, QUIET, ONE_LOAD);
    breaks(protocol, INVALIDATED, NO_STALE_REST);
    breaks(protocol, INVALIDATED, NO_STALE_ANSWER);
}

#[test]
fn a_lease_that_is_kept_after_a_failure_holds_everybody_up() {
    let protocol = Protocol { lease: Lease::KeptAfterFailure, ..RIGHT };
    let bounds = Bounds { accidents: Accidents { failures: 1, ..NO_ACCIDENTS }, ..QUIET };
    breaks(protocol, bounds, NOBODY_IS_STUCK);
}

#[test]
fn a_token_per_client_is_taken_for_an_older_one() {
    let protocol = Protocol { lease: Lease::TokenPerClient, ..RIGHT };
    breaks(protocol, INVALIDATED, NO_STALE_REST);
    breaks(protocol, INVALIDATED, NO_STALE_ANSWER);
}

#[test]
fn a_claim_that_is_sent_again_with_its_token_outlives_an_invalidation() {
    let bounds = Bounds { accidents: Accidents { repetitions: 1, ..NO_ACCIDENTS }, ..INVALIDATED };
    breaks(RIGHT, bounds, NO_STALE_REST);
    breaks(RIGHT, bounds, NO_STALE_ANSWER);
}

#[test]
fn a_lock_beside_the_value_outlives_an_invalidation() {
    let protocol = Protocol { lease: Lease::BesideTheKey, ..RIGHT };
    breaks(protocol, INVALIDATED, NO_STALE_REST);
    breaks(protocol, INVALIDATED, NO_STALE_ANSWER);
}

#[test]
fn a_reload_that_overwrites_brings_an_old_value_back() {
    let protocol = Protocol { replacing: Replacing::Overwrites, ..RIGHT };
    let bounds = Bounds { accidents: Accidents { ageings: 1, ..NO_ACCIDENTS }, ..INVALIDATED };
    breaks(protocol, bounds, NO_STALE_REST);
    breaks(protocol, bounds, NO_STALE_ANSWER);
}

#[test]
fn a_refresh_that_overwrites_brings_an_old_value_back() {
    let protocol = Protocol { replacing: Replacing::Overwrites, ..RIGHT };
    let bounds = Bounds { writers: &[Change::Refresh, Change::Invalidate], ..QUIET };
    breaks(protocol, bounds, NO_STALE_REST);
    breaks(protocol, bounds, NO_STALE_ANSWER);
}

#[test]
fn a_tag_that_counts_starts_again_when_it_is_evicted() {
    let protocol = Protocol { tags: Tags::Counters, ..RIGHT };
    let bounds = Bounds { accidents: Accidents { losses: 1, strangers: 1, ..NO_ACCIDENTS }, ..BY_TAG };
    breaks(protocol, bounds, NO_STALE_REST);
    breaks(protocol, bounds, NO_STALE_ANSWER);
}

#[test]
fn a_tag_that_is_read_at_the_fill_is_newer_than_the_value() {
    let protocol = Protocol { tags: Tags::ReadAtTheFill, ..RIGHT };
    breaks(protocol, BY_TAG, NO_STALE_REST);
    breaks(protocol, BY_TAG, NO_STALE_ANSWER);
}

#[test]
fn plain_single_flight_answers_late_callers_with_what_was_loaded_before() {
    breaks(Protocol { sharing: Sharing::WithEverybody, ..RIGHT }, INVALIDATED, NO_STALE_ANSWER);
}

#[test]
fn a_reply_of_the_store_says_nothing_to_callers_who_arrived_after_it() {
    breaks(Protocol { sharing: Sharing::RepliesWithEverybody, ..RIGHT }, INVALIDATED, NO_STALE_ANSWER);
}

#[test]
fn a_fill_can_be_accepted_although_the_tag_was_invalidated() {
    breaks(Protocol { sharing: Sharing::WithoutTheTags, ..RIGHT }, BY_TAG, NO_STALE_ANSWER);
}

#[test]
fn a_moment_after_the_fill_lets_callers_in_for_whom_it_says_nothing() {
    breaks(Protocol { sharing: Sharing::MomentAfterTheFill, ..RIGHT }, INVALIDATED, NO_STALE_ANSWER);
}

#[test]
fn a_put_that_overwrites_brings_an_old_value_back() {
    let protocol = Protocol { put: Put::Overwrites, ..RIGHT };
    breaks(protocol, PUT, NO_STALE_REST);
    breaks(protocol, PUT, NO_STALE_ANSWER);
}

#[test]
fn a_put_that_claims_after_its_commit_misses_an_invalidation_between_them() {
    let protocol = Protocol { put: Put::ClaimsAfterTheCommit, ..RIGHT };
    breaks(protocol, PUT, NO_STALE_REST);
    breaks(protocol, PUT, NO_STALE_ANSWER);
}

#[test]
fn a_put_that_reads_tags_after_its_claim_misses_an_invalidation_between_them() {
    let protocol = Protocol { put: Put::ReadsTagsAfterTheClaim, ..RIGHT };
    let bounds = Bounds { writers: &[Change::Put, Change::InvalidateTag], tagged: true, ..QUIET };
    breaks(protocol, bounds, NO_STALE_REST);
    breaks(protocol, bounds, NO_STALE_ANSWER);
}
