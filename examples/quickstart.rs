//! One annotated function: a miss, a hit, an invalidation, a reload, and what each of them costs.
//!
//! `cargo run --example quickstart` needs nothing else: values are kept in this process.
//! `REDIS_URL=redis://localhost:6379 cargo run --example quickstart` keeps them in Redis.

use std::env;
use std::error::Error;
use std::io;
use std::time::Duration;

use cache_runtime::read_through;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct User {
    id: u64,
    name: String,
}

/// The body is the origin: it runs when there is no value in the cache.
#[read_through(key = "quickstart:user:{id}", ttl = 60)]
async fn get_user(id: u64) -> io::Result<User> {
    sleep(Duration::from_millis(100)).await; // a slow database
    Ok(User { id, name: "Ada".to_owned() })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let on_redis = env::var_os("REDIS_URL").is_some_and(|url| !url.is_empty());
    println!(
        "store       {}",
        if on_redis { "Redis, where REDIS_URL says" } else { "this process, as REDIS_URL is not set" }
    );

    let cache = cache_runtime::global(); // made from the environment at its first use
    cache.ping().await?;
    get_user::invalidate(7).await?; // what an earlier run may have left in Redis
    let key = get_user::key(7);
    println!("key         {key}");

    let (ada, miss) = timed(get_user(7)).await?;
    println!("miss        {miss:>7.1?}  nothing was stored, so the body ran; what it returned is stored for 60 s");

    let (same, hit) = timed(get_user(7)).await?;
    println!("hit         {hit:>7.1?}  the value was stored, so the body did not run");

    get_user::invalidate(7).await?;
    println!("invalidate           the value was removed, as one does after changing the user");

    let (again, reload) = timed(get_user(7)).await?;
    println!("reload      {reload:>7.1?}  nothing was stored any more, so the body ran again");

    let stats = cache.stats();
    println!(
        "stats       {} hit, {} misses, {} loads: of three calls, two asked the database",
        stats.hits, stats.misses, stats.loads
    );
    if on_redis {
        println!("try         redis-cli -u \"$REDIS_URL\" TTL {key}  # or DEL, which invalidates just as well");
    }

    assert!(ada == same && ada == again);
    assert!(hit < miss && hit < reload);
    assert_eq!((stats.hits, stats.misses, stats.loads), (1, 2, 2));
    cache_runtime::shutdown().await;
    Ok(())
}

async fn timed(call: impl Future<Output = io::Result<User>>) -> io::Result<(User, Duration)> {
    let start = Instant::now();
    let user = call.await?;
    Ok((user, start.elapsed()))
}
