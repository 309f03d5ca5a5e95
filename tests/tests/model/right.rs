//! What holds of the protocol that is built.
use crate::bounds::{Bounds, Change, QUIET, Accidents, NO_ACCIDENTS};
use crate::explore::holds;
use crate::protocol::{RIGHT,Put,Protocol};
const L: Accidents = Accidents { losses: 1, ..NO_ACCIDENTS };
const N: Accidents = NO_ACCIDENTS;
const BC: Protocol = Protocol { put: Put::ClaimsBeforeTheCommit, ..RIGHT };
use Change::*;
#[test] fn a1quiet() { holds(RIGHT, QUIET); }
#[test] fn a2quiet() { holds(RIGHT, Bounds { callers: 4, tagged: true, ..QUIET}); }
#[test] fn inv_losscrash() { holds(RIGHT, Bounds { writers: &[Invalidate, Invalidate], accidents: Accidents { crashes: 1, ..L }, ..QUIET }); }
#[test] fn b_inv_crash() { holds(RIGHT, Bounds { writers: &[Invalidate, Invalidate], accidents: Accidents { crashes: 1, ..N }, ..QUIET }); }
#[test] fn b_inv_loss() { holds(RIGHT, Bounds { writers: &[Invalidate, Invalidate], accidents: L, ..QUIET }); }
#[test] fn tags_loss() { holds(RIGHT, Bounds { writers: &[Invalidate, InvalidateTag], tagged: true, accidents: L, ..QUIET }); }
#[test] fn b_tags() { holds(RIGHT, Bounds { writers: &[Invalidate, InvalidateTag], tagged: true, ..QUIET }); }
#[test] fn b_tags_str() { holds(RIGHT, Bounds { writers: &[InvalidateTag], tagged: true, accidents: Accidents{strangers:1, ..L}, ..QUIET }); }
#[test] fn b_put() { holds(RIGHT, Bounds { writers: &[Put, InvalidateTag], tagged: true,  ..QUIET }); }
#[test] fn b_put_inv() { holds(RIGHT, Bounds { writers: &[Put, Invalidate], ..QUIET }); }
#[test] fn b_put_put() { holds(RIGHT, Bounds { writers: &[Put, Put], ..QUIET }); }
#[test] fn b_put_put_loss() { holds(RIGHT, Bounds { writers: &[Put, Put], accidents:L,  callers: 2, ..QUIET }); }
#[test] fn b_bc_put() { holds(BC, Bounds { writers: &[Put, InvalidateTag], tagged: true, callers: 2,  ..QUIET }); }
#[test] fn b_bc_put_inv() { holds(BC, Bounds { writers: &[Put, Invalidate], callers: 2, accidents: L, ..QUIET }); }
#[test] fn b_bc_put_put() { holds(BC, Bounds { writers: &[Put, Put], callers: 2, accidents: L, ..QUIET }); }
#[test] fn b_refresh2() { holds(RIGHT, Bounds { writers: &[Refresh, Invalidate], callers: 2, ..QUIET }); }
#[test] fn b_refresh2_loss() { holds(RIGHT, Bounds { writers: &[Refresh, Refresh], callers: 2, accidents: L, ..QUIET }); }
#[test] fn b_refresh3() { holds(RIGHT, Bounds { writers: &[Refresh], callers: 3, accidents: L, ..QUIET }); }
#[test] fn b_refresh3_tag() { holds(RIGHT, Bounds { writers: &[Refresh, InvalidateTag], tagged: true, callers: 2, ..QUIET }); }
#[test] fn b_refresh_put() { holds(RIGHT, Bounds { writers: &[Refresh, Put], callers: 2, ..QUIET }); }
#[test] fn b_reload() { holds(RIGHT, Bounds { writers: &[Invalidate], accidents: Accidents { ageings: 1, ..L }, ..QUIET }); }
#[test] fn b_reload_tag() { holds(RIGHT, Bounds { writers: &[InvalidateTag], tagged: true, accidents: Accidents { ageings: 1, ..N }, ..QUIET }); }
#[test] fn b_failures() { holds(RIGHT, Bounds { writers: &[Invalidate], accidents: Accidents { failures: 1, refusals: 1,  ..N }, ..QUIET }); }
#[test] fn b_nothing() { holds(RIGHT, Bounds { writers: &[InvalidateTag], tagged: true, stores_nothing: true, ..QUIET }); }
