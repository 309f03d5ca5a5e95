//! The cache as its users hold it: a handle, how to build one, and how the environment configures one.

mod builder;
mod by_hand;
mod by_hand_many;
mod env;
mod handle;

pub use builder::CacheBuilder;
pub use by_hand::Loads;
pub use handle::Cache;
