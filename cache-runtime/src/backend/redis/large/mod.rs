//! Large values: which keys have them, the connection on which they travel, and reading them in pieces.

mod keys;
mod line;
mod pieces;

pub(super) use keys::{LARGE, LargeKeys};
pub(super) use line::{Bulk, BulkLine};
pub(super) use pieces::{InPieces, Stop};
