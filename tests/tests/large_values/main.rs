//! Values of more than 256 KiB, on a real Redis: they come back whole, hold nobody up, and are forgotten like any other.

mod compressed;
mod invalidation;
mod near;
mod round_trips;
mod stand;
mod too_large;
