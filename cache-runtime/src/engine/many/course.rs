//! One call for many keys: what its keys come to, and the loads that it makes for them.

use std::future::Future;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::asked::Asked;
use super::gather::Gather;
use super::job::{Contents, Due, Job, Loader, Loading};
use super::judge::Ended;
use super::party::Party;
use super::returned::ReturnsMany;
use crate::engine::prepare::{Lead, Prepared};
use crate::engine::request::Request;
use crate::flight::Pulse;
use crate::value::{AnyValue, Content, Value};

/// A call on its way.
pub(super) struct Course<'a, K, R: ReturnsMany<K>> {
    requests: &'a [Request],
    asked: &'a mut Asked<K, R::Value>,
    loader: &'a (dyn Loader<K, R> + 'a),
    pulse: &'a Arc<Pulse>,
    /// Those that are to be loaded as soon as it is clear who else is.
    party: Party<K>,
    loads: FuturesUnordered<Loading<'a, R>>,
    due: Vec<Due<K>>,
    /// What a load of another caller failed with, for which one of the keys has waited.
    failure: Option<AnyValue>,
}

/// What happens next.
pub(super) enum Next<R> {
    /// A request knows what it is to do.
    Decided(usize, Prepared),
    /// All do that do not wait for somebody else.
    AllDecided,
    /// A load has ended.
    Loaded(Result<Contents, Ended<R>>),
    /// Nothing more.
    End,
}

impl<'a, K, R> Course<'a, K, R>
where
    K: Clone + Send + Sync,
    R: ReturnsMany<K>,
    R::Value: Value,
{
    pub(super) fn new(
        requests: &'a [Request],
        asked: &'a mut Asked<K, R::Value>,
        loader: &'a (dyn Loader<K, R> + 'a),
        pulse: &'a Arc<Pulse>,
    ) -> Self {
        let (party, loads, due) = (Party::default(), FuturesUnordered::new(), Vec::new());
        Self { requests, asked, loader, pulse, party, loads, due, failure: None }
    }

    pub(super) fn poll_next<P, F>(&mut self, gather: &mut Gather<'_, P, F>, context: &mut Context<'_>) -> Poll<Next<R>>
    where
        P: Fn(usize) -> F,
        F: Future<Output = (usize, Prepared)>,
    {
        if let Poll::Ready(Some(loaded)) = self.loads.poll_next_unpin(context) {
            return Poll::Ready(Next::Loaded(loaded));
        }
        self.party.poll_leases(context);
        let gathered = gather.poll_next(context);
        if let Poll::Ready(Some((index, prepared))) = gathered {
            return Poll::Ready(Next::Decided(index, prepared));
        }
        let has_to_load = !self.due.is_empty() || !self.party.is_empty() && self.failure.is_none();
        if gather.only_waits() && has_to_load {
            return Poll::Ready(Next::AllDecided);
        }
        // Whoever knows that it fails does not wait for others, but lets end what it has begun.
        let is_over = self.loads.is_empty() && (gathered.is_ready() || self.failure.is_some());
        if is_over { Poll::Ready(Next::End) } else { Poll::Pending }
    }

    /// Notes what a request is to do.
    pub(super) fn decided(&mut self, index: usize, prepared: Prepared) {
        match prepared {
            Prepared::Found(content, lead) => {
                self.answer(index, content);
                let due = lead.zip(self.asked.id(index).cloned()).zip(self.requests.get(index).cloned());
                self.due.extend(due.map(|((lead, id), request)| {
                    lead.leader.beat_with(self.pulse);
                    Due { id, request, lead }
                }));
            }
            Prepared::Failed(failure) if self.take(&failure).is_some() => self.failure = Some(failure),
            Prepared::Failed(_) | Prepared::Alone => self.join(index, None),
            Prepared::Lead(lead) => self.join(index, Some(lead)),
        }
    }

    /// Begins to load all that is to be loaded by now: in the background what is due, else what is missing.
    pub(super) fn begin(&mut self) {
        if !self.due.is_empty() {
            self.loader.reload(mem::take(&mut self.due));
        }
        if self.party.is_empty() || self.failure.is_some() {
            return;
        }
        let party = mem::take(&mut self.party).in_order();
        self.loads.push(self.loader.load(Job { requests: self.requests, party }));
    }

    /// Notes what a load has brought.
    pub(super) fn loaded(&mut self, contents: Contents) {
        for (index, content) in contents {
            self.answer(index, content);
        }
    }

    /// Whether all is known, or what the call returns instead.
    pub(super) fn end(&mut self) -> Result<(), Ended<R>> {
        let failed = self.failure.take().and_then(|failure| self.take(&failure));
        failed.map_or(Ok(()), |returned| Err(Ended::Returned(returned)))
    }

    fn take(&self, failure: &AnyValue) -> Option<R> {
        self.loader.sharing()?.take(failure)
    }

    fn join(&mut self, index: usize, lead: Option<Box<Lead>>) {
        if let Some(id) = self.asked.id(index) {
            self.party.add(id.clone(), index, lead, self.pulse);
        }
    }

    fn answer(&mut self, index: usize, content: Content) {
        match content {
            Content::Absent => self.asked.answer(index, None),
            Content::Value(value) => match value.downcast() {
                Ok(value) => self.asked.answer(index, Some(Arc::unwrap_or_clone(value))),
                // Of another type than all that have its key: nobody stores that.
                Err(_) => self.join(index, None),
            },
        }
    }
}
