//! What holds of the protocol that is built: in small, whenever the tests run.

use crate::bounds::Change::{Invalidate, InvalidateTag, Put, Refresh};
use crate::bounds::{Accidents, Bounds, NO_ACCIDENTS, OldValues, QUIET};
use crate::explore::holds;
use crate::protocol::{Protocol, Put as How, RIGHT};

const A_LOSS: Accidents = Accidents { losses: 1, ..NO_ACCIDENTS };
const TAGGED: Bounds = Bounds { tagged: true, ..QUIET };
const TWO_CALLERS: Bounds = Bounds { callers: 2, ..QUIET };

#[test]
fn a_key_that_nobody_changes_is_loaded_once() {
    holds(RIGHT, Bounds { callers: 4, ..TAGGED });
}

#[test]
fn an_invalidation_wins_although_leases_expire() {
    holds(RIGHT, Bounds { writers: &[Invalidate], accidents: A_LOSS, ..QUIET });
}

#[test]
fn an_invalidation_wins_although_a_process_crashes() {
    let accidents = Accidents { crashes: 1, ..NO_ACCIDENTS };
    holds(RIGHT, Bounds { writers: &[Invalidate], accidents, ..QUIET });
}

#[test]
fn an_invalidation_wins_although_loads_fail_and_leases_are_refused() {
    let accidents = Accidents { failures: 1, refusals: 1, ..NO_ACCIDENTS };
    holds(RIGHT, Bounds { writers: &[Invalidate], accidents, ..QUIET });
}

#[test]
fn two_invalidations_win_over_every_fill() {
    holds(RIGHT, Bounds { writers: &[Invalidate, Invalidate], ..QUIET });
}

#[test]
fn an_invalidation_of_a_tag_wins_although_tags_are_evicted() {
    let accidents = Accidents { strangers: 1, ..A_LOSS };
    holds(RIGHT, Bounds { writers: &[InvalidateTag], accidents, ..TAGGED });
}

#[test]
fn invalidations_of_key_and_tag_win_together() {
    holds(RIGHT, Bounds { writers: &[InvalidateTag, Invalidate], callers: 2, ..TAGGED });
}

#[test]
fn an_invalidation_wins_over_a_reload() {
    let accidents = Accidents { ageings: 1, ..A_LOSS };
    holds(RIGHT, Bounds { writers: &[Invalidate], accidents, ..QUIET });
}

#[test]
fn an_invalidation_wins_over_an_old_value_that_is_kept_for_errors() {
    let accidents = Accidents { ageings: 1, failures: 1, ..NO_ACCIDENTS };
    let bounds = Bounds { old_values: OldValues::KeepForErrors, accidents, ..QUIET };
    holds(RIGHT, Bounds { writers: &[Invalidate], ..bounds });
    holds(RIGHT, Bounds { writers: &[InvalidateTag], tagged: true, callers: 2, ..bounds });
}

#[test]
fn an_invalidation_of_a_tag_wins_over_a_reload() {
    let accidents = Accidents { ageings: 1, ..NO_ACCIDENTS };
    holds(RIGHT, Bounds { writers: &[InvalidateTag], accidents, ..TAGGED });
}

#[test]
fn an_invalidation_wins_where_nothing_is_stored() {
    holds(RIGHT, Bounds { writers: &[InvalidateTag], stores_nothing: true, ..TAGGED });
}

#[test]
fn a_refresh_is_an_invalidation() {
    holds(RIGHT, Bounds { writers: &[Refresh], accidents: A_LOSS, ..QUIET });
    holds(RIGHT, Bounds { writers: &[Refresh, InvalidateTag], callers: 2, ..TAGGED });
}

#[test]
fn an_invalidation_after_the_claim_wins_over_a_put() {
    holds(RIGHT, Bounds { writers: &[Put, Invalidate], accidents: A_LOSS, ..TWO_CALLERS });
    holds(RIGHT, Bounds { writers: &[Put, InvalidateTag], callers: 2, ..TAGGED });
}

#[test]
fn a_put_that_claims_before_its_commit_is_safe_between_any_writers() {
    let protocol = Protocol { put: How::ClaimsBeforeTheCommit, ..RIGHT };
    holds(protocol, Bounds { writers: &[Put, Put], accidents: A_LOSS, ..TWO_CALLERS });
    holds(protocol, Bounds { writers: &[Put, Invalidate], accidents: A_LOSS, ..TWO_CALLERS });
    holds(protocol, Bounds { writers: &[Put, InvalidateTag], callers: 2, ..TAGGED });
}
