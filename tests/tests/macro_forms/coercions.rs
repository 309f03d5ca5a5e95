//! What a body may return where its type must be known beforehand, as in any function.

use ::std::error::Error;
use ::std::fmt;
use ::std::sync::Arc;

use cache_runtime::read_through;

use crate::on_a_cache;
pub use crate::{core, std};

/// An error of one kind.
#[derive(Debug)]
pub struct NotFound;

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not found")
    }
}

impl Error for NotFound {}

/// A boxed error at the end.
#[read_through(ttl = 60 * 60)]
pub async fn at_the_end(id: u64) -> Result<u64, Box<dyn Error>> {
    match id {
        0 => Err(Box::new(NotFound)),
        found => Ok(found),
    }
}

/// A boxed error in between.
#[read_through(ttl = |found: &u64| if *found > 9 { 60 } else { 5 })]
pub async fn in_between(id: u64) -> Result<u64, Box<dyn Error + Send + Sync>> {
    if id == 0 {
        return Err(Box::new(NotFound));
    }
    Ok(id)
}

/// A slice.
#[read_through(ttl = 60)]
pub async fn unsized_value(id: u64) -> Arc<[u64]> {
    Arc::new([id, 2])
}

/// An attribute in the body.
#[read_through(ttl = 60)]
pub async fn inner_attribute(id: u64) -> u64 {
    #![allow(unused_mut)]
    let mut next = id;
    next + 1
}

/// Never returns normally.
#[read_through(ttl = 60)]
pub async fn never(id: u64) -> u64 {
    panic!("{id}")
}

#[tokio::test]
async fn values_are_coerced_to_what_is_returned() {
    let ((), stats) = on_a_cache(async {
        for _ in 0..2 {
            assert!(at_the_end(0).await.is_err() && in_between(0).await.is_err());
            assert_eq!((at_the_end(7).await.unwrap(), in_between(7).await.unwrap()), (7, 7));
            assert_eq!(*unsized_value(7).await, [7, 2]);
            assert_eq!(inner_attribute(7).await, 8);
        }
    })
    .await;
    assert_eq!((stats.loads, stats.load_failures), (4, 4), "{stats:?}");
}
