//! What can happen next: one file for each kind of actor, one function for each thing that happens in one instant.

pub(crate) mod accidents;
pub(crate) mod callers;
pub(crate) mod flights;
pub(crate) mod landing;
pub(crate) mod tags;
pub(crate) mod writers;
