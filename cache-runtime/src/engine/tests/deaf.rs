//! A store that does not answer.

use super::*;

/// A store that never answers a read, and must not be asked for anything else.
#[derive(Debug)]
struct Deaf;

impl Store for Deaf {
    fn get<'a>(&'a self, _: Query<'a>, within: Duration) -> Answer<'a, Found> {
        Box::pin(async move {
            tokio::time::sleep(within).await;
            Err(Error::new(ErrorKind::Timeout, "deaf"))
        })
    }

    fn set<'a>(&'a self, _: &'a Key, _: Bytes, _: Duration, _: Duration) -> Answer<'a, ()> {
        panic!("it must not be tried")
    }

    fn add<'a>(&'a self, _: &'a Key, _: Bytes, _: Duration, _: Duration) -> Answer<'a, bool> {
        panic!("it must not be tried")
    }

    fn replace<'a>(&'a self, _: &'a Key, _: &'a [u8], _: Bytes, _: Duration, _: Duration) -> Answer<'a, bool> {
        panic!("it must not be tried")
    }

    fn remove<'a>(&'a self, _: &'a Key, _: Duration) -> Answer<'a, ()> {
        panic!("it must not be tried")
    }

    fn remove_if<'a>(&'a self, _: &'a Key, _: &'a [u8], _: Duration) -> Answer<'a, bool> {
        panic!("it must not be tried")
    }

    fn changed<'a>(&'a self, _: &'a Key, _: &'a [u8], _: Duration) -> Answer<'a, ()> {
        panic!("it must not be tried")
    }

    fn use_tags<'a>(&'a self, _: &'a Key, _: Tags<'a>, _: Duration, _: Duration) -> Answer<'a, Vec<Version>> {
        panic!("it must not be tried")
    }

    fn ping(&self, _: Duration) -> Answer<'_, ()> {
        panic!("it must not be tried")
    }

    fn close(&self) -> Answer<'_, ()> {
        panic!("it must not be tried")
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_a_read_is_not_written_to_and_the_call_costs_one_timeout() {
    let bench = Bench { engine: engine(Arc::new(Deaf), Duration::from_millis(100)), ..bench() };
    let start = crate::clock::now();
    assert_eq!(bench.call().await, 1);
    assert_eq!(crate::clock::since(start), Duration::from_millis(100));
    assert_eq!(bench.engine.observer.stats().failed_open, 1);
}
