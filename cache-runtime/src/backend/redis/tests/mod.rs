//! The store against real servers, and against servers and networks that fail.

mod changes;
mod channel;
mod cluster;
mod cluster_large;
mod cluster_sending;
mod doubtful;
mod half_open;
mod hang_ups;
mod large;
mod log;
mod overload;
mod quiet;
mod reads;
mod returns;
mod said;
mod sending;
mod sentinels;
mod store;
mod support;
mod trouble;
