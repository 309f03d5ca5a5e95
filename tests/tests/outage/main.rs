//! Promises 1 and 2: whatever happens to Redis, a call returns what the body returns, in time, and finds its way back.
//!
//! Run with `--nocapture` to see what each outage cost.

mod failover;
mod network;
mod permissions;
mod protocol;
mod recall;
mod refusing;
mod silent;
mod stand;
mod unreachable;
mod values;
