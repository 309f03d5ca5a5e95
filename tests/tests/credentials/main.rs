//! Passwords that change while the program runs.

mod provider;
mod renewed;
mod trouble;
