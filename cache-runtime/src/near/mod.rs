//! Decoded values in this process, in front of the store and coherent with it.
//!
//! A value is taken in from an answer of the store that came with a [`Pledge`](crate::store::Pledge), and is served for as long
//! as that holds and no change was told. What is told while an answer is under way is not missed: changes are counted, and
//! whoever reads notes the counts before it asks.

mod changes;
mod entry;
mod name;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use entry::{Entry, Life, Look, Reader, Terms};
pub(crate) use table::{Near, Watch};
