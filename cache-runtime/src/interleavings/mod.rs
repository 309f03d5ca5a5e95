//! The engine itself, in random interleavings of single steps, on a real store.
//!
//! A round is one row of a database, a few processes that cache it, under one key or under several, and callers that read and
//! change it, some of them all keys at a time. Whatever goes to
//! the store, each read of the row, and each return of an origin waits for its turn; a generator with a seed draws whose
//! turn it is, and what goes wrong meanwhile. Values only grow, so that whoever reads can tell an old one.
//!
//! Some processes keep what they read. What they are told of changes travels to them behind the answers, on a wire that the
//! round delivers bit by bit, and that breaks now and then.

mod act;
mod batches;
mod callers;
mod cast;
mod flaws;
mod item;
mod nearby;
mod oracle;
mod plan;
mod round;
mod scheduler;
mod server;
mod steps;
mod store;
mod tests;
mod trace;
mod wire;
mod world;
