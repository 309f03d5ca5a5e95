//! What holds of the protocol that is built.
use crate::bounds::{Bounds, Change, QUIET, Accidents, NO_ACCIDENTS};
use crate::explore::holds;
use crate::protocol::RIGHT;

#[test]
fn quiet() { holds(RIGHT, QUIET); }
#[test]
fn invalidate() { holds(RIGHT, Bounds { writers: &[Change::Invalidate, Change::Invalidate], accidents: Accidents { losses: 1, crashes: 1, ..NO_ACCIDENTS }, ..QUIET }); }
#[test]
fn tags() { holds(RIGHT, Bounds { writers: &[Change::Invalidate, Change::InvalidateTag], tagged: true, accidents: Accidents { losses: 1,  ..NO_ACCIDENTS }, ..QUIET }); }
#[test]
fn put() { holds(RIGHT, Bounds { writers: &[Change::Invalidate, Change::Put], tagged: true, accidents: Accidents { losses: 1,  ..NO_ACCIDENTS }, ..QUIET }); }
#[test]
fn refresh() { holds(RIGHT, Bounds { writers: &[Change::Invalidate, Change::Refresh], tagged: true, accidents: Accidents { losses: 1,  ..NO_ACCIDENTS }, ..QUIET }); }
#[test]
fn reload() { holds(RIGHT, Bounds { writers: &[Change::Invalidate], tagged: true, accidents: Accidents { ageings: 1, losses: 1,  ..NO_ACCIDENTS }, ..QUIET }); }
#[test]
fn failures() { holds(RIGHT, Bounds { writers: &[Change::Invalidate], tagged: true, accidents: Accidents { failures: 1, refusals: 1,  ..NO_ACCIDENTS }, ..QUIET }); }
