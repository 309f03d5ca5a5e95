//! Caches on one Redis, and their one origin.

use std::future::Future;
use std::time::Duration;

use cache_runtime::{Cache, Stats, read_through, with_cache};
use cache_tests::{Origin, RedisServer, Sick, eventually};
use futures_util::future::join_all;
use tokio::task::JoinHandle;

/// Much longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How long a holder that died keeps the others waiting.
pub(crate) const LEASE: Duration = Duration::from_secs(2);

#[read_through(key = "entry", ttl = 60, tags = ["group"], skip(origin))]
pub(crate) async fn entry(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

/// An error that cannot be handed to several callers.
#[derive(Debug, PartialEq)]
pub(crate) struct Own;

#[read_through(key = "entry", ttl = 60, skip(origin))]
pub(crate) async fn own(origin: Origin) -> Result<usize, Own> {
    origin.value().await.map_err(|Sick| Own)
}

pub(crate) struct Fleet {
    pub(crate) server: RedisServer,
    pub(crate) caches: Vec<Cache>,
    pub(crate) origin: Origin,
}

impl Fleet {
    pub(crate) fn of(processes: usize) -> Self {
        Self::on(RedisServer::start(), processes)
    }

    /// On a server that is no part of anything: nobody else gives it commands, such as sentinels, and it has all there is.
    pub(crate) fn alone_at_a_server(processes: usize) -> Self {
        Self::on(RedisServer::single(), processes)
    }

    fn on(server: RedisServer, processes: usize) -> Self {
        let caches = (0..processes).map(|_| cache(&server.url())).collect();
        Self { server, caches, origin: Origin::default() }
    }

    /// A call in the process with that number.
    pub(crate) fn call(&self, process: usize) -> JoinHandle<Result<usize, Sick>> {
        tokio::spawn(with_cache(self.caches[process].clone(), entry(self.origin.clone())))
    }

    /// The answers of so many calls in each process.
    pub(crate) async fn calls(&self, tasks: usize) -> Vec<Result<usize, Sick>> {
        let calls = (0..tasks * self.caches.len()).map(|call| self.call(call % self.caches.len()));
        join_all(calls).await.into_iter().map(Result::unwrap).collect()
    }

    /// Runs `future` in the process with that number.
    pub(crate) fn in_process<F: Future>(&self, process: usize, future: F) -> impl Future<Output = F::Output> + use<F> {
        with_cache(self.caches[process].clone(), future)
    }

    /// Waits until the origin was asked this often, and checks that it was not asked more often.
    pub(crate) async fn until_asked(&self, times: usize) {
        eventually(PATIENCE, "the origin is asked", async || self.origin.asked() >= times).await;
        assert_eq!(self.origin.asked(), times);
    }

    /// Waits until so many calls wait for another process.
    pub(crate) async fn until_waiting(&self, calls: u64) {
        eventually(PATIENCE, "they wait", async || self.total(|stats| stats.waits) >= calls).await;
    }

    pub(crate) fn total(&self, counter: impl Fn(Stats) -> u64) -> u64 {
        self.caches.iter().map(|cache| counter(cache.stats())).sum()
    }

    pub(crate) fn redis(&self, command: &[&str]) -> cache_tests::Reply {
        self.server.command(command)
    }
}

pub(crate) fn cache(url: &str) -> Cache {
    Cache::builder().url(url).operation_timeout(PATIENCE).build().unwrap()
}
