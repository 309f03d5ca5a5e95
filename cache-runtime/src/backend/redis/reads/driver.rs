//! Sends what waits.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, Stream};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, yield_now};

use super::batch::{Batch, Words};
use super::queue::{Alone, MOST_TOGETHER, Queue, Reply, Sending, Turn};
use crate::backend::redis::large::LargeKeys;
use crate::backend::redis::link::Asker;
use crate::clock::before;
use crate::store::Query;

/// The reads of one connection, and the task that sends those that go together, from the time on when there are some.
pub(in crate::backend::redis) struct Reads {
    queue: Arc<Queue>,
    driver: OnceLock<JoinHandle<()>>,
}

impl Reads {
    /// `patience` is how long an answer to several may take. What is `large` goes alone.
    pub(in crate::backend::redis) fn new(patience: Duration, large: &Arc<LargeKeys>) -> Self {
        Self { queue: Arc::new(Queue::new(patience, Arc::clone(large))), driver: OnceLock::new() }
    }

    pub(super) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// Whether some go together.
    pub(super) fn are_driven(&self) -> bool {
        self.driver.get().is_some()
    }

    /// Takes a turn for `query`. Who has less time than `patience` goes alone.
    pub(in crate::backend::redis) fn turn(
        &self,
        query: Query<'_>,
        within: Duration,
        asker: &Asker,
        runtime: &Handle,
    ) -> Turn {
        let turn = self.queue.turn(query, within);
        if !self.are_driven() && self.queue.wants_driver() {
            let driver = Driver { queue: Arc::clone(&self.queue), asker: asker.clone() };
            self.driver.get_or_init(|| runtime.spawn(driver.run()));
        }
        turn
    }

    /// A turn for what goes by itself in any case. It counts until this is dropped. `None`: too many wait.
    pub(in crate::backend::redis) fn alone(&self) -> Option<Alone> {
        self.queue.alone()
    }
}

impl Drop for Reads {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.get() {
            driver.abort();
        }
    }
}

struct Driver {
    queue: Arc<Queue>,
    asker: Asker,
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.queue.left();
    }
}

impl Driver {
    async fn run(self) {
        let (mut flying, mut asks) = (FuturesUnordered::new(), Vec::new());
        loop {
            work(&self.queue, &mut flying).await;
            // Whoever is ready to ask as well does so first: the scheduler comes back to who yields when nobody else is.
            before(pin!(yield_now()), pin!(self.queue.enough())).await;
            let every = self.queue.take(&mut asks);
            while !asks.is_empty() {
                let some = asks.drain(..asks.len().min(MOST_TOGETHER)).collect();
                let (batch, words) = Batch::new(some, every.as_ref());
                flying.push(self.send(self.queue.sending(batch.len()), batch, words));
            }
        }
    }

    async fn send(&self, _sending: Sending<'_>, batch: Batch, words: Words) {
        match self.asker.run(words.question(), self.queue.patience()).await {
            Ok(Ok(answer)) => batch.answer(answer, self.queue.large()),
            Ok(Err(_refusal)) => batch.dismiss(|| Reply::Apart),
            Err(error) => {
                batch.doubt(self.queue.large(), &error);
                batch.dismiss(|| Reply::Failed(error.for_another()));
            }
        }
    }
}

/// Returns when somebody waits. What is under way goes on meanwhile.
async fn work<F: Future<Output = ()>>(queue: &Queue, flying: &mut FuturesUnordered<F>) {
    let mut work = pin!(queue.work());
    poll_fn(|context| {
        while let Poll::Ready(Some(())) = Pin::new(&mut *flying).poll_next(context) {}
        work.as_mut().poll(context)
    })
    .await;
}
