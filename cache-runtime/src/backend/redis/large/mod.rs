//! Large values: which keys have them, the connection on which they travel, and reading them in pieces.

mod keys;
mod line;
mod pieces;
mod probe;

pub(super) use keys::{LARGE, LargeKeys, Size};
pub(super) use line::{Bulk, BulkLine};
pub(super) use pieces::{InPieces, Stop};
pub(super) use probe::probe;
