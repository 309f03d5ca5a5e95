//! What holds of the protocol that is built, with more of everything: minutes, and gigabytes of memory.
//!
//! `cargo test --release -p cache-tests --test model -- --ignored --nocapture --test-threads=1`

use crate::bounds::Change::{Invalidate, InvalidateTag, Put, Refresh};
use crate::bounds::{Accidents, Bounds, NO_ACCIDENTS, OldValues, QUIET};
use crate::explore::holds;
use crate::protocol::{Protocol, Put as How, RIGHT};

const A_LOSS: Accidents = Accidents { losses: 1, ..NO_ACCIDENTS };
const A_LOSS_AND_A_CRASH: Accidents = Accidents { crashes: 1, ..A_LOSS };
const AN_OLD_VALUE: Accidents = Accidents { ageings: 1, ..A_LOSS };
const TAGGED: Bounds = Bounds { tagged: true, ..QUIET };

#[test]
#[ignore = "takes minutes"]
fn leases() {
    let bounds = Bounds { callers: 4, writers: &[Invalidate, Invalidate], accidents: A_LOSS_AND_A_CRASH, ..QUIET };
    holds(RIGHT, bounds);
}

#[test]
#[ignore = "takes minutes"]
fn tags() {
    let accidents = Accidents { strangers: 1, ..A_LOSS };
    holds(RIGHT, Bounds { writers: &[InvalidateTag, Invalidate], accidents, ..TAGGED });
}

#[test]
#[ignore = "takes minutes"]
fn reloads() {
    holds(RIGHT, Bounds { writers: &[Invalidate, InvalidateTag], accidents: AN_OLD_VALUE, ..TAGGED });
}

#[test]
#[ignore = "takes minutes"]
fn old_values_for_errors() {
    let accidents = Accidents { crashes: 1, failures: 1, ..AN_OLD_VALUE };
    let old_values = OldValues::KeepForErrors;
    holds(RIGHT, Bounds { writers: &[Invalidate, InvalidateTag], old_values, accidents, ..TAGGED });
}

#[test]
#[ignore = "takes minutes"]
fn refreshes() {
    holds(RIGHT, Bounds { writers: &[Refresh, InvalidateTag], accidents: AN_OLD_VALUE, ..TAGGED });
}

#[test]
#[ignore = "takes minutes"]
fn puts() {
    holds(RIGHT, Bounds { writers: &[Put, InvalidateTag], accidents: AN_OLD_VALUE, ..TAGGED });
    holds(RIGHT, Bounds { writers: &[Put, Invalidate], accidents: AN_OLD_VALUE, ..TAGGED });
}

#[test]
#[ignore = "takes minutes"]
fn puts_that_claim_before_their_commits() {
    let protocol = Protocol { put: How::ClaimsBeforeTheCommit, ..RIGHT };
    holds(protocol, Bounds { writers: &[Put, Put], accidents: AN_OLD_VALUE, ..TAGGED });
    holds(protocol, Bounds { writers: &[Put, Invalidate, InvalidateTag], accidents: A_LOSS, callers: 2, ..TAGGED });
}

#[test]
#[ignore = "takes minutes"]
fn everything_at_once() {
    let accidents = Accidents { crashes: 1, failures: 1, refusals: 1, strangers: 1, ..AN_OLD_VALUE };
    holds(RIGHT, Bounds { writers: &[Invalidate], accidents, ..TAGGED });
    holds(RIGHT, Bounds { writers: &[InvalidateTag], accidents, ..TAGGED });
}
