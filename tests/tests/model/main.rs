//! The protocol between processes, callers and the store, explored in every order in which its steps can happen.
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
