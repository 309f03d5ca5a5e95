//! Keys that are loaded together, each of which is led, and lands, by itself.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered};

use super::gather::AT_A_TIME;
use crate::clock;
use crate::engine::caller::Company;
use crate::engine::outcome::{Failure, Loaded};
use crate::engine::prepare::Lead;
use crate::engine::request::Request;
use crate::engine::state::Engine;
use crate::flight::{Flying, Leader, Pulse};
use crate::observe::Event;
use crate::value::Content;

/// Those that one load is for.
#[derive(Default)]
pub(super) struct Party(Vec<Member>);

struct Member {
    /// Its place among the requests of the call.
    request: usize,
    /// `None`: it is loaded for its caller only, and not stored.
    lead: Option<Box<Lead>>,
}

impl Party {
    /// One more. `pulse` is the sign of life of whoever will load.
    pub(super) fn add(&mut self, request: usize, lead: Option<Box<Lead>>, pulse: &Arc<Pulse>) {
        if let Some(lead) = &lead {
            lead.leader.beat_with(pulse);
        }
        self.0.push(Member { request, lead });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn requests(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|member| member.request)
    }

    /// Begins the load.
    pub(super) fn fly<F: Future>(&mut self, load: impl FnOnce() -> F) -> Flying<F> {
        let leads = self.0.iter_mut().filter_map(|member| member.lead.as_deref_mut());
        Leader::fly_together(leads.map(Lead::with_what_it_holds), load)
    }

    /// Runs the load, and keeps all leases meanwhile. One that is lost forbids the fill of its own key.
    pub(super) async fn keep_up<F: Future>(&self, load: F) -> F::Output {
        let mut load = pin!(load);
        let kept = self.0.iter().filter_map(|member| {
            let lead = member.lead.as_deref()?;
            Some(lead.lease.as_ref()?.kept_up(&lead.leader))
        });
        let mut kept: FuturesUnordered<_> = kept.collect();
        if let Some(output) = clock::before(&mut load, async { while kept.next().await.is_some() {} }).await {
            return output;
        }
        load.await
    }

    /// Ends a load that brought an answer for each of them, in their order.
    pub(super) async fn land(self, engine: &Engine, requests: &[Request], loaded: Vec<Loaded>, company: &Company) {
        let landings = self.0.into_iter().zip(loaded).filter_map(|(member, loaded)| {
            let request = requests.get(member.request)?;
            Some((request, *member.lead?, loaded))
        });
        let land = |(request, mut lead, loaded): (_, Lead, _)| async move {
            if company.is_cut_off() {
                lead.spot = None;
            }
            let start = clock::now();
            engine.land(request, lead, loaded).await;
            if clock::since(start) >= engine.settings.operation_timeout {
                company.cut_off();
            }
        };
        stream::iter(landings).for_each_concurrent(AT_A_TIME, land).await;
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
        old.iter().for_each(|_| engine.tell(Event::StaleIfError));
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
        let keys = self.give_up(engine, requests, failure, took).inspect(|_| engine.tell(Event::ReloadFailed)).count();
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
    ) -> impl Iterator<Item = (usize, Option<Content>)> + use<'a> {
        self.0.into_iter().map(move |Member { request: index, lead }| {
            let old = requests
                .get(index)
                .zip(lead)
                .and_then(|(request, lead)| engine.give_up(request, *lead, failure.shared.clone(), took));
            (index, old)
        })
    }

    fn function(&self, requests: &[Request]) -> &'static str {
        let first = self.0.first().and_then(|member| requests.get(member.request));
        first.map_or("", |request| request.spec.name)
    }
}
