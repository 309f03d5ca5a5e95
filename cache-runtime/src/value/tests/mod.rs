//! What this room promises, in the order of its life: written, read, not believed, refused.

// Most tests speak of the default codec.
#![cfg(feature = "bincode")]

mod support;
mod told;

mod round_trips;

mod compression;
mod custom_codec;
mod doubt;
mod drift;
mod envelope;
mod hostile;
mod limits;
mod panics;
mod shape;
mod unstorable;
