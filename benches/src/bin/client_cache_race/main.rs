//! Reads raced with writes: how many old values stay in a client side cache for good? That of redis-rs, and ours.
//!
//! `cargo run --release --bin client_cache_race`
//!
//! Each key is read by one connection and written by another one, both at the same moment, once. When the write has been
//! acknowledged for 300 ms, the reader is asked again. An old answer then is one that nothing will correct before its time
//! is over. Columns: reads that came before the write; second answers that came from memory; second answers that were old.
//!
//! The first two rows are the same race: one `SET` by a connection that knows of no cache. What it sets for ours are bytes
//! that another cache has stored before. In the last row another cache invalidates, as if it was in another process.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench reports as a test does")]

mod ours;
mod peer;
mod race;

use cache_benches::print_table;
use cache_tests::RedisServer;

use crate::ours::{Near, Write};
use crate::peer::ClientCache;
use crate::race::{KEYS, Outcome, race};

#[tokio::main(worker_threads = 2)]
async fn main() {
    let rows = [
        row("redis-rs `cache-aio`, a plain SET", race(&ClientCache::new(&RedisServer::start()).await).await),
        row("cache-runtime, a plain SET", ours(Write::Plain).await),
        row("cache-runtime, another cache invalidates", ours(Write::Invalidate).await),
    ];
    print_table(&format!("{KEYS} keys"), ["", "read before", "from memory", "old"], &rows);
}

async fn ours(write: Write) -> Outcome {
    let server = RedisServer::start();
    race(&Near::new(&server, write).await).await
}

fn row(name: &str, outcome: Outcome) -> [String; 4] {
    let Outcome { read_before, from_memory, old } = outcome;
    [name.to_owned(), read_before.to_string(), from_memory.to_string(), old.to_string()]
}
