//! A cache on one of the stores, and an origin for many keys under the test's control.

use std::collections::{BTreeSet, HashMap};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use cache_runtime::__private::{Arg, Batch, OriginMany, ReturnedMany, Spec};
use cache_runtime::{Cache, Policy, read_through, with_cache};
pub(crate) use cache_tests::Sick;
use cache_tests::{RedisServer, eventually};
use tokio::sync::watch;
use tokio::time::timeout;

pub(crate) const TTL: Duration = Duration::from_secs(60);
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const NEGATIVE: Policy = Policy::new(TTL).negative_ttl(TTL);

/// The annotated function of these tests, as the attribute writes it.
pub(crate) static USERS: Spec = Spec::new("get_users", "user:{id}", &["user:", ""], Policy::new(TTL));

pub(crate) type Users = Result<HashMap<u64, String>, Sick>;

/// A cache on a store.
pub(crate) struct Stand {
    pub(crate) cache: Cache,
    pub(crate) origin: Books,
    pub(crate) server: Option<RedisServer>,
}

/// What the origin does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Act {
    Answer,
    Fail,
    /// Panics where it is asked for this one.
    PanicAt(u64),
}

/// An origin that notes what it is asked for, and waits at a gate, which is open until a test closes it.
#[derive(Clone, Debug)]
pub(crate) struct Books(Arc<State>);

#[derive(Debug)]
struct State {
    asked: Mutex<Vec<Vec<u64>>>,
    missing: Mutex<BTreeSet<u64>>,
    act: Mutex<Act>,
    is_open: watch::Sender<bool>,
}

impl Books {
    fn new() -> Self {
        let (is_open, act) = (watch::Sender::new(true), Mutex::new(Act::Answer));
        Self(Arc::new(State { asked: Mutex::default(), missing: Mutex::default(), act, is_open }))
    }

    /// What it was asked for, call by call.
    pub(crate) fn asked(&self) -> Vec<Vec<u64>> {
        self.0.asked.lock().unwrap().clone()
    }

    /// The same, and forgets it.
    pub(crate) fn take_asked(&self) -> Vec<Vec<u64>> {
        std::mem::take(&mut *self.0.asked.lock().unwrap())
    }

    /// How often it was asked for each id.
    pub(crate) fn counts(&self) -> HashMap<u64, usize> {
        let mut counts = HashMap::new();
        for id in self.asked().into_iter().flatten() {
            *counts.entry(id).or_default() += 1;
        }
        counts
    }

    /// From now on it has nothing for these.
    pub(crate) fn lacks(&self, ids: &[u64]) {
        *self.0.missing.lock().unwrap() = ids.iter().copied().collect();
    }

    pub(crate) fn will(&self, act: Act) {
        *self.0.act.lock().unwrap() = act;
    }

    /// From now on nobody gets an answer.
    pub(crate) fn hold(&self) {
        self.0.is_open.send_replace(false);
    }

    pub(crate) fn release(&self) {
        self.0.is_open.send_replace(true);
    }

    /// What there is for `ids`: of each, which call it came from.
    pub(crate) async fn bring(&self, ids: Vec<u64>) -> Users {
        let call = {
            let mut asked = self.0.asked.lock().unwrap();
            asked.push(ids.clone());
            asked.len()
        };
        // Its sender is ours.
        let _ = self.0.is_open.subscribe().wait_for(|is_open| *is_open).await;
        let act = *self.0.act.lock().unwrap();
        match act {
            Act::Answer => {}
            Act::Fail => return Err(Sick),
            Act::PanicAt(id) => assert!(!ids.contains(&id), "the origin panics, as the test says"),
        }
        let missing = self.0.missing.lock().unwrap();
        let there = ids.into_iter().filter(|id| !missing.contains(id));
        Ok(there.map(|id| (id, format!("{id} of call {call}"))).collect())
    }

    /// Waits until it was asked this often.
    pub(crate) async fn until_asked(&self, times: usize) {
        eventually(PATIENCE, "the origin is asked", async || self.asked().len() >= times).await;
        assert_eq!(self.asked().len(), times);
    }
}

impl Stand {
    /// In memory, on a clock that stands still.
    pub(crate) fn in_memory() -> Self {
        Self { cache: cache("memory://"), origin: Books::new(), server: None }
    }

    pub(crate) fn on_redis() -> Self {
        let server = RedisServer::start();
        Self { cache: cache(&server.url()), origin: Books::new(), server: Some(server) }
    }

    /// Another process with the same origin, as far as the store can tell.
    pub(crate) fn other_process(&self) -> Self {
        let cache = cache(&self.server.as_ref().unwrap().url());
        Self { cache, origin: self.origin.clone(), server: None }
    }

    /// The function for many keys.
    pub(crate) fn users(&self, ids: &[u64]) -> impl Future<Output = Users> + Send + 'static {
        self.of(&USERS, ids)
    }

    /// A function for many keys.
    pub(crate) fn of(&self, spec: &'static Spec, ids: &[u64]) -> impl Future<Output = Users> + Send + 'static {
        let (ids, origin) = (ids.to_vec(), self.origin.clone());
        with_cache(self.cache.clone(), async move { batch(spec, &ids).read_through(&brought_by(&origin)).await })
    }

    /// The same with an origin that can go on in the background.
    pub(crate) fn owned(&self, spec: &'static Spec, ids: &[u64]) -> impl Future<Output = Users> + Send + 'static {
        let (ids, origin) = (ids.to_vec(), self.origin.clone());
        with_cache(self.cache.clone(), async move {
            let bring = move |ids| {
                let origin = origin.clone();
                async move { origin.bring(ids).await }
            };
            batch(spec, &ids).read_through_owned(ReturnedMany::<Users>::NEW.origin(bring)).await
        })
    }

    /// The function for one key.
    pub(crate) fn user(&self, id: u64) -> impl Future<Output = Result<String, Sick>> + Send + 'static {
        let origin = self.origin.clone();
        with_cache(self.cache.clone(), async move { user(id, &origin).await })
    }

    /// What is stored for an id.
    pub(crate) async fn stored(&self, id: u64) -> Option<String> {
        self.cache.get(&format!("user:{id}")).await.unwrap()
    }
}

/// The function for one key, with the same entries.
#[read_through(key = "user:{id}", ttl = 60, skip(origin))]
async fn user(id: u64, origin: &Books) -> Result<String, Sick> {
    let mut users = origin.bring(vec![id]).await?;
    Ok(users.remove(&id).unwrap_or_default())
}

pub(crate) fn batch(spec: &'static Spec, ids: &[u64]) -> Batch<u64> {
    Batch::new(ids.iter().copied(), |id| spec.at(&[Arg::new(id).part()]))
}

fn brought_by<'o>(origin: &'o Books) -> OriginMany<'o, u64, Users, impl Fn(Vec<u64>) -> Bringing<'o>> {
    ReturnedMany::<Users>::NEW.origin(|ids| Box::pin(origin.bring(ids)) as Bringing<'_>)
}

type Bringing<'o> = Pin<Box<dyn Future<Output = Users> + Send + 'o>>;

pub(crate) fn cache(url: &str) -> Cache {
    Cache::builder().url(url).operation_timeout(PATIENCE).build().unwrap()
}

/// What calls bring: of each id, which call of the origin it came from.
#[expect(clippy::unnecessary_wraps, reason = "it is compared with what calls return")]
pub(crate) fn users(of: &[(u64, usize)]) -> Users {
    Ok(of.iter().map(|(id, call)| (*id, format!("{id} of call {call}"))).collect())
}

/// Polls once; returns what that came to.
pub(crate) async fn polled<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    poll_fn(|context| match Pin::new(&mut *future).poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Polls what is not to end yet as far as it goes.
pub(crate) async fn begun<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    for _ in 0..100 {
        assert!(polled(&mut future).await.is_none(), "it waits for something");
        tokio::task::yield_now().await;
    }
    future
}

/// What comes to an end, and not only by a timeout of the cache.
pub(crate) async fn ends<F: Future>(future: F) -> F::Output {
    timeout(PATIENCE / 2, future).await.expect("nobody waits for ever")
}

/// Runs each scenario as a test in memory and as one on Redis.
macro_rules! on_both_stores {
    ($($scenario:ident)*) => {
        mod in_memory {
            $(#[tokio::test(start_paused = true)]
            async fn $scenario() {
                super::$scenario(crate::stand::Stand::in_memory()).await;
            })*
        }

        mod on_redis {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::stand::Stand::on_redis()).await;
            })*
        }
    };
}

pub(crate) use on_both_stores;
