//! The default key of functions without companions: no two functions share it.

use ::std::future::Future;
use ::std::marker::PhantomData;

use cache_runtime::read_through;

use crate::on_a_cache;
pub use crate::{core, std};

/// Has one method in many forms.
#[derive(Clone, Copy, Debug)]
pub struct Depot;

/// A trait.
pub trait Near {
    /// Finds.
    fn find(&self) -> impl Future<Output = u64> + Send;
}

/// A trait with a method of the same name.
pub trait Far<T> {
    /// Finds.
    fn find(&self) -> impl Future<Output = u64> + Send;
}

impl Depot {
    #[read_through(ttl = 60, skip(self), companions = false)]
    async fn find(&self) -> u64 {
        1
    }
}

impl Near for Depot {
    #[read_through(ttl = 60, skip(self), companions = false)]
    async fn find(&self) -> u64 {
        2
    }
}

impl Far<u8> for Depot {
    #[read_through(ttl = 60, skip(self), companions = false)]
    async fn find(&self) -> u64 {
        3
    }
}

impl Far<u16> for Depot {
    #[read_through(ttl = 60, skip(self), companions = false)]
    async fn find(&self) -> u64 {
        4
    }
}

/// A trait whose method has companions.
trait Higher: Sync {
    /// Finds.
    #[read_through(ttl = 60, skip(self))]
    async fn find_up(&self) -> u64 {
        5
    }
}

/// A trait with a method of the same name.
trait Lower: Sync {
    /// Finds.
    #[read_through(ttl = 60, skip(self))]
    async fn find_up(&self) -> u64 {
        6
    }
}

impl Higher for Depot {}
impl Lower for Depot {}

/// Generic around its function.
#[derive(Debug)]
pub struct Table<T>(PhantomData<T>);

impl<T: Sized> Table<T> {
    #[read_through(ttl = 60, companions = false)]
    async fn width() -> usize {
        size_of::<T>()
    }
}

#[tokio::test]
async fn functions_of_one_name_have_keys_of_their_own() {
    let (sums, stats) = on_a_cache(async {
        let mut sums = Vec::new();
        for _ in 0..2 {
            let depot = Depot;
            let found = [
                depot.find().await,
                Near::find(&depot).await,
                Far::<u8>::find(&depot).await,
                Far::<u16>::find(&depot).await,
                Higher::find_up(&depot).await,
                Lower::find_up(&depot).await,
            ];
            sums.push((found, Table::<u8>::width().await, Table::<u64>::width().await));
        }
        sums
    })
    .await;
    assert_eq!(sums, [([1, 2, 3, 4, 5, 6], 1, 8); 2]);
    assert_eq!((stats.loads, stats.hits), (8, 8), "{stats:?}");
}
