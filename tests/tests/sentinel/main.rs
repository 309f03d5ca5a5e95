//! A master, its replicas and three sentinels: real failovers, with caches on them.

mod load;
mod near;
mod outages;
mod stand;
mod takeover;
mod works;
