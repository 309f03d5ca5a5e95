//! Keys that are loaded together, each of which is led, and lands, by itself.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use futures_util::future::AbortHandle;
use futures_util::{StreamExt, stream};

use super::leases::Leases;
use super::share::Share;
use crate::clock;
use crate::engine::budget::Budget;
use crate::engine::caller::Company;
use crate::engine::outcome::{Failure, Loaded};
use crate::engine::prepare::Lead;
use crate::engine::request::Request;
use crate::engine::state::Engine;
use crate::flight::{Flying, Leader, Pulse};
use crate::observe::Event;
use crate::value::Content;

/// Those that one load is for.
pub(super) struct Party<K> {
    members: Vec<Member<K>>,
    leases: Leases,
}

struct Member<K> {
    id: K,
    /// Its place among the requests of the call.
    request: usize,
    /// `None`: it is loaded for its caller only, and not stored.
    lead: Option<Box<Lead>>,
    /// Stops keeping its lease.
    kept: Option<AbortHandle>,
}

impl<K> Default for Party<K> {
    fn default() -> Self {
        Self { members: Vec::new(), leases: Leases::default() }
    }
}

impl<K: Clone + Send> Party<K> {
    /// One more. `pulse` is the sign of life of whoever will load.
    pub(super) fn add(&mut self, id: K, request: usize, lead: Option<Box<Lead>>, pulse: &Arc<Pulse>) {
        if let Some(lead) = &lead {
            lead.leader.beat_with(pulse);
        }
        let kept = lead.as_ref().and_then(|lead| self.leases.keep(lead));
        self.members.push(Member { id, request, lead, kept });
    }

    /// Keeps the leases of those who wait for their load to begin. To be polled until then.
    pub(super) fn poll_leases(&mut self, context: &mut Context<'_>) {
        self.leases.poll(context);
    }

    /// In the order in which their caller has asked for them.
    pub(super) fn in_order(mut self) -> Self {
        self.members.sort_unstable_by_key(|member| member.request);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Their ids.
    pub(super) fn ids(&self) -> Vec<K> {
        self.members.iter().map(|member| member.id.clone()).collect()
    }

    /// Which of the requests of the call they are.
    pub(super) fn requests(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(|member| member.request)
    }

    /// Those of the requests of the call that are loaded for everybody.
    pub(super) fn led<'r>(&self, requests: &'r [Request]) -> Vec<&'r Request> {
        let led = self.members.iter().filter(|member| member.lead.is_some());
        led.filter_map(|member| requests.get(member.request)).collect()
    }

    /// How long their caller waits before it takes the old values that all of them have.
    pub(super) fn patience(&self, requests: &[Request]) -> Option<Duration> {
        let have_old = self.members.iter().all(|member| member.lead.as_ref().is_some_and(|lead| lead.aged.is_some()));
        requests.first().filter(|_| have_old)?.policy.windows().soft_timeout()
    }

    /// Finds out for which of them, all with old values, this process is the one to load. Leaves out the others, and returns
    /// what they have.
    pub(super) async fn elect(&mut self, engine: &Engine, requests: &[Request]) -> Vec<(usize, Content)> {
        let mut share = Share::none_of(&engine.crowd);
        let at_a_time = share.take(self.members.len());
        let elections = mem::take(&mut self.members).into_iter().map(|mut member| async move {
            let request = requests.get(member.request)?;
            let lead = member.lead.as_deref_mut()?;
            if engine.is_to_load(&request.key, lead).await {
                return Some(Ok(member));
            }
            Some(Err((member.request, lead.aged.take()?.content)))
        });
        let elected: Vec<_> = stream::iter(elections).buffered(at_a_time).collect().await;
        let (mut led, mut left) = (Vec::new(), Vec::new());
        for elected in elected.into_iter().flatten() {
            match elected {
                Ok(member) => led.push(member),
                Err(old) => left.push(old),
            }
        }
        for member in &mut led {
            member.kept = member.lead.as_ref().and_then(|lead| self.leases.keep(lead));
        }
        self.members = led;
        left
    }

    /// The old values, or what has taken their place, if there still is one of each.
    pub(super) fn still_there(
        &self,
        engine: &Engine,
        requests: &[Request],
    ) -> impl Future<Output = Option<Vec<(usize, Content)>>> + Send {
        let aged = |member: &Member<K>| Some((member.request, member.lead.as_ref()?.aged.clone()?));
        let aged: Vec<_> = self.members.iter().map(aged).collect();
        async move {
            let mut share = Share::none_of(&engine.crowd);
            let at_a_time = share.take(aged.len());
            let looks = aged.into_iter().map(|aged| async move {
                let (index, aged) = aged?;
                let mut budget = Budget::new(engine.settings.operation_timeout);
                let content = engine.still_there(requests.get(index)?, &aged, &mut budget).await?;
                Some((index, content))
            });
            let looks: Vec<_> = stream::iter(looks).buffered(at_a_time).collect().await;
            looks.into_iter().collect()
        }
    }

    /// The same party with requests of its own, to go on elsewhere. `pulse` is the sign of life of whoever will end it.
    pub(super) fn detached(mut self, requests: &[Request], pulse: &Arc<Pulse>) -> (Self, Vec<Request>) {
        let mut own = Vec::with_capacity(self.members.len());
        for member in &mut self.members {
            if let Some(lead) = &member.lead {
                lead.leader.beat_with(pulse);
            }
            own.extend(requests.get(member.request).cloned());
            member.request = own.len().saturating_sub(1);
        }
        (self, own)
    }

    /// Begins the load.
    pub(super) fn fly<F: Future>(&mut self, load: impl FnOnce() -> F) -> Flying<F> {
        let leads = self.members.iter_mut().filter_map(|member| member.lead.as_deref_mut());
        Leader::fly_together(leads.map(Lead::with_what_it_holds), load)
    }

    /// Runs the load, and keeps all leases meanwhile. One that is lost forbids the fill of its own key.
    pub(super) async fn keep_up<F: Future>(&mut self, load: F) -> F::Output {
        self.leases.during(load).await
    }

    /// Ends a load that brought an answer for each of them, in their order.
    pub(super) async fn land(self, engine: &Engine, requests: &[Request], loaded: Vec<Loaded>) {
        let Self { members, mut leases } = self;
        // Not that of the call: one key that was not answered in time would keep all others from being stored.
        let company = &Company::default();
        let mut share = Share::none_of(&engine.crowd);
        let at_a_time = share.take(members.len());
        let landings = members
            .into_iter()
            .zip(loaded)
            .filter_map(|(member, loaded)| Some((member.request, *member.lead?, member.kept, loaded)));
        let land = |(index, mut lead, kept, loaded): (_, Lead, Option<AbortHandle>, _)| async move {
            let Some(request) = requests.get(index) else { return };
            if let Some(kept) = kept {
                kept.abort();
            }
            if company.is_cut_off() {
                lead.spot = None;
            }
            let start = clock::now();
            engine.land(request, lead, loaded).await;
            if clock::since(start) >= engine.settings.operation_timeout {
                company.cut_off();
            }
        };
        // With its type forgotten: the compiler would not find out otherwise that it is `Send`.
        let landing: Pin<Box<dyn Future<Output = ()> + Send + '_>> =
            Box::pin(stream::iter(landings).for_each_concurrent(at_a_time, land));
        // The last ones wait for their turn.
        leases.during(landing).await;
    }

    /// Ends a load that failed while a caller waits for it. Returns the old values if all of them have one: those are to be the
    /// answer instead.
    pub(super) fn fail(
        self,
        engine: &Engine,
        requests: &[Request],
        failure: &Failure,
        took: Duration,
    ) -> Option<Vec<(usize, Content)>> {
        let function = self.function(requests);
        let old: Vec<_> = self.give_up(engine, requests, failure, took).collect();
        let old = old.into_iter().map(|(index, old)| Some((index, old?))).collect::<Option<Vec<_>>>()?;
        for request in old.iter().filter_map(|(index, _)| requests.get(*index)) {
            engine.tell(request, Event::StaleIfError);
        }
        tracing::warn!(
            target: "cache_runtime",
            function,
            keys = old.len(),
            error = failure.in_words(),
            "the origin failed; its caller gets the old values",
        );
        Some(old)
    }

    /// Ends a load that failed in the background, where nobody but the log is told.
    pub(super) fn fail_unseen(self, engine: &Engine, requests: &[Request], failure: &Failure, took: Duration) {
        let function = self.function(requests);
        let mut keys = 0;
        for (index, _) in self.give_up(engine, requests, failure, took) {
            keys += 1;
            if let Some(request) = requests.get(index) {
                engine.tell(request, Event::ReloadFailed);
            }
        }
        tracing::warn!(
            target: "cache_runtime",
            function,
            keys,
            error = failure.in_words(),
            "a load in the background failed; the old values stay in use, and the load is tried again later",
        );
    }

    /// Leaves the origin alone for a while, for each of them.
    fn give_up<'a>(
        self,
        engine: &'a Engine,
        requests: &'a [Request],
        failure: &'a Failure,
        took: Duration,
    ) -> impl Iterator<Item = (usize, Option<Content>)> + use<'a, K> {
        self.members.into_iter().map(move |Member { request: index, lead, .. }| {
            let old = requests
                .get(index)
                .zip(lead)
                .and_then(|(request, lead)| engine.give_up(request, *lead, failure.shared.clone(), took));
            (index, old)
        })
    }

    fn function(&self, requests: &[Request]) -> &'static str {
        let first = self.members.first().and_then(|member| requests.get(member.request));
        first.map_or("", |request| request.spec.name())
    }
}
