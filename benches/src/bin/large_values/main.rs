//! What do large values cost those who read small ones, and what is compressing worth?
//!
//! `cargo run --release --bin large_values`
//!
//! First, eight tasks read values of 36 bytes, through one cache on one Redis: alone, and while one more task reads a value of
//! 50 MB in a loop through the same cache. The two take turns, so that whatever else the machine does hits both. What is
//! shown are the times of small reads in microseconds, and by what factor the large ones lengthen them, with the least and
//! the most of all pairs of turns. Where there are few processors, part of that is that the work is shared: whoever decodes
//! 50 MB takes a processor from somebody.
//!
//! Then values like those of web services are stored and read in this process, compressed and not: how long each takes, and
//! how many bytes are stored.
#![expect(clippy::unwrap_used, reason = "a bench reports as a test does")]

mod compression;
mod turns;

#[tokio::main(worker_threads = 2)]
async fn main() {
    turns::show().await;
    compression::show().await;
}
