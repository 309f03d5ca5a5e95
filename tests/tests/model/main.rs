//! The protocol between processes, callers and the store, explored in every order in which its steps can happen.
//!
//! A step is one command that the store executes, one read of the row by the origin, or one thing that a process does
//! in its memory. There is one key with one tag. Left out are the values in the memory of a process, failover, stores
//! that cannot be reached, commands that are executed after their caller has given up, and reading a key and its tags
//! one by one.
//!
//! [`broken`] shows what is noticed, [`right`] what holds, and [`right_in_full`] the same with more of everything.
#![expect(clippy::indexing_slicing, reason = "numbers of actors are made by the model itself")]

mod bounds;
mod broken;
mod canonical;
mod checker;
mod explore;
mod properties;
mod protocol;
mod right;
mod right_in_full;
mod state;
mod steps;
mod store;
