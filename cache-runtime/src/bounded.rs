//! What tables with a bound have in common, beside [`quick_cache`] itself.

use quick_cache::{Lifecycle, Options, OptionsBuilder};

/// What an entry is taken to weigh when a table is laid out.
const TYPICAL: u64 = 1024;
/// More shards are no faster: few threads meet in one of so many.
pub(crate) const MOST_SHARDS: u64 = 64;
/// The part of a shard that entries in demand may take, which is also the limit of one entry; see [`heaviest`].
const HOT: f64 = 31.0 / 32.0;

/// A table that holds `capacity` bytes at most, least valuable first to leave ([S3-FIFO](https://s3fifo.com) as `quick_cache`
/// does it). A shard is a cache of its own: no entry is larger than a shard.
pub(crate) fn by_bytes(capacity: u64, shards: u64) -> Options {
    let items = usize::try_from(capacity / TYPICAL).unwrap_or(usize::MAX).clamp(16, 1 << 20);
    #[expect(clippy::expect_used, reason = "it fails only where a capacity is missing")]
    OptionsBuilder::new()
        .shards(usize::try_from(shards).unwrap_or(1))
        .hot_allocation(HOT)
        .estimated_items_capacity(items)
        .weight_capacity(capacity)
        .build()
        .expect("both capacities are given")
}

/// What one entry may weigh in a shard: `quick_cache` drops without a word what weighs more than [`HOT`] of it.
pub(crate) fn heaviest(shard_capacity: u64) -> u64 {
    shard_capacity - shard_capacity.div_ceil(32)
}

/// Lays aside what falls out, however much that is, until the lock is released: dropping it may be code of the user. (The
/// default keeps two at most.)
#[derive(Clone)]
pub(crate) struct DropUnlocked;

impl<K, V> Lifecycle<K, V> for DropUnlocked {
    type RequestState = Vec<(K, V)>;

    fn on_evict(&self, fallen: &mut Vec<(K, V)>, key: K, value: V) {
        fallen.push((key, value));
    }
}
