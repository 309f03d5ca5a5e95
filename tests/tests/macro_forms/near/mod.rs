//! Functions that keep decoded values in the process, on a real Redis: without one, there is nothing to keep.

pub mod forms;
pub mod keys;
mod stand;
