//! Keeping many leases at the same time.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use futures_util::stream::FuturesUnordered;

use crate::clock;
use crate::engine::prepare::Lead;

type Keeping = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The leases of those who are loaded together. Each is kept by itself, and lost by itself.
#[derive(Default)]
pub(super) struct Leases(FuturesUnordered<Abortable<Keeping>>);

impl Leases {
    /// Keeps that of `lead`, if it has one, until that is stopped.
    pub(super) fn keep(&mut self, lead: &Lead) -> Option<AbortHandle> {
        let keeping: Keeping = Box::pin(lead.lease.as_ref()?.kept_up(&lead.leader));
        let (stop, stopped) = AbortHandle::new_pair();
        self.0.push(Abortable::new(keeping, stopped));
        Some(stop)
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) {
        while let Poll::Ready(Some(_)) = self.0.poll_next_unpin(context) {}
    }

    /// Runs `future`, and keeps them meanwhile.
    pub(super) async fn during<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        if let Some(output) = clock::before(&mut future, async { while self.0.next().await.is_some() {} }).await {
            return output;
        }
        future.await
    }
}
