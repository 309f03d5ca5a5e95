//! Keeping many leases at the same time.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;

use crate::clock;
use crate::engine::prepare::Lead;

type Keeping = Pin<Box<dyn Future<Output = ()> + Send>>;

/// So many are renewed at a time: there must be room for what the leases are for.
const AT_A_TIME: usize = 64;

/// The leases of those who are loaded together. Each is kept by itself, and lost by itself.
pub(super) struct Leases {
    kept: FuturesUnordered<Abortable<Keeping>>,
    turns: Arc<Semaphore>,
}

impl Default for Leases {
    fn default() -> Self {
        Self { kept: FuturesUnordered::new(), turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }
}

impl Leases {
    /// Keeps that of `lead`, if it has one, until that is stopped.
    pub(super) fn keep(&mut self, lead: &Lead) -> Option<AbortHandle> {
        let keeping: Keeping = Box::pin(lead.lease.as_ref()?.kept_up(&lead.leader, Some(Arc::clone(&self.turns))));
        let (stop, stopped) = AbortHandle::new_pair();
        self.kept.push(Abortable::new(keeping, stopped));
        Some(stop)
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) {
        while let Poll::Ready(Some(_)) = self.kept.poll_next_unpin(context) {}
    }

    /// Runs `future`, and keeps them meanwhile.
    pub(super) async fn during<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        if let Some(output) = clock::before(&mut future, async { while self.kept.next().await.is_some() {} }).await {
            return output;
        }
        future.await
    }
}
