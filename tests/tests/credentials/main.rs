//! Passwords that change while the program runs.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

mod provider;
mod renewed;
mod trouble;
