//! Who uses the cache in a round: readers with an origin, and writers that make known what they have changed.

use std::pin::Pin;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use super::flaws::Flaw;
use super::nearby::resolved;
use super::scheduler::{Kind, Verdict};
use super::world::{Process, World};
use crate::engine::{InResult, Origin, read_through, read_through_owned};
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::mode::Mode;
use crate::policy::Policy;
use crate::spec::BY_HAND;
use crate::store::Store;
use crate::value::Content;

pub(super) const TTL: Duration = Duration::from_secs(60);
pub(super) const PLAIN: Policy = Policy::new(TTL);
const AT_ONCE: Policy = PLAIN.refresh_ahead(0.5).stale_while_revalidate(TTL);
const IF_ERROR: Policy = PLAIN.stale_if_error(Duration::from_secs(120));
pub(super) const BOTH: Policy = AT_ONCE.stale_if_error(Duration::from_secs(120));
const PATIENT: Policy = IF_ERROR.soft_timeout(Duration::from_millis(10));

/// What readers may ask for where the plan has windows.
pub(super) const POLICIES: [Policy; 5] = [PLAIN, AT_ONCE, IF_ERROR, BOTH, PATIENT];

/// How a reader calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    /// With an origin that is borrowed.
    Borrowed,
    /// With one that can go on in the background.
    Owned(Policy),
}

impl Call {
    pub(super) fn policy(self) -> Policy {
        if let Self::Owned(policy) = self { policy } else { PLAIN }
    }
}

/// How a writer makes known what it has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Invalidate,
    InvalidateTag,
    Clear,
    Put,
    Refresh,
    /// By another program, with a client of its own.
    Remove,
    RemoveTag,
}

type Load = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send>>;

/// Somebody in a process.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) name: String,
    pub(super) process: Process,
    pub(super) world: Arc<World>,
}

impl Caller {
    /// Reads one entry, once.
    pub(super) async fn read(self, call: Call, entry: usize) {
        let number = self.process.number;
        let expected = self.world.oracle.expect(number, self.world.server.wire(number).as_deref());
        let (got, is_kept) = self.answer(call, entry).await;
        self.note(&match &got {
            Ok(value) if is_kept => format!("gets {value}, which was kept"),
            Ok(value) => format!("gets {value}"),
            Err(error) => format!("gets an error, {error}"),
        });
        if let Ok(value) = got {
            self.world.oracle.judge(&self.name, expected, value, is_kept);
        }
    }

    /// What the call comes to, and whether that was kept in this process.
    async fn answer(&self, call: Call, entry: usize) -> (Result<u64, Error>, bool) {
        let policy = call.policy();
        if let Some(kept) = self.world.near_value(&self.process, entry, &policy) {
            return (Ok(kept), true);
        }
        let engine = &self.process.engine;
        match call {
            Call::Borrowed => resolved(engine, self.call(entry, Mode::Normal)).await,
            Call::Owned(_) => {
                let request = self.world.request(&self.process, entry, policy, Mode::Normal);
                resolved(engine, read_through_owned(engine, request, Box::new(self.origin()))).await
            }
        }
    }

    /// Makes known that the row is `value` now.
    pub(super) async fn write(self, value: u64, verb: Verb) {
        if self.step(Kind::Step, &format!("is to {verb:?}")).await != Verdict::GoOn {
            return;
        }
        let World { keys, tag, everything, plan, flaw, .. } = &*self.world;
        let Process { engine, number, .. } = &self.process;
        let is_early = *flaw == Some(Flaw::ForgetsTooEarly);
        let done = match verb {
            Verb::Invalidate if is_early => self.forget_too_early(keys).await,
            Verb::InvalidateTag if is_early => self.forget_too_early(slice::from_ref(tag)).await,
            Verb::Clear if is_early => self.forget_too_early(slice::from_ref(everything)).await,
            Verb::Invalidate if keys.len() > 1 => {
                engine.invalidate_many(keys, &BY_HAND).await.iter().all(Result::is_ok)
            }
            Verb::Invalidate => engine.invalidate(&keys[0], &BY_HAND).await.is_ok(),
            Verb::InvalidateTag => engine.invalidate_tag(tag, &BY_HAND).await.is_ok(),
            Verb::Clear => engine.clear(&BY_HAND).await.is_ok(),
            Verb::Put if keys.len() > 1 => self.put_many(value).await,
            Verb::Put => {
                let request = self.world.request(&self.process, 0, PLAIN, Mode::Normal);
                engine.put(&request, &Content::Value(Arc::new(value)), Some(TTL)).await.is_ok()
            }
            // It does not say what became of the fill, so that its word counts only where nothing goes wrong with that.
            Verb::Refresh => {
                let is_well = plan.timeouts + plan.refusals == 0;
                let refreshed =
                    if keys.len() > 1 { self.refresh_many().await } else { self.call(0, Mode::Refresh).await.is_ok() };
                refreshed && is_well
            }
            Verb::Remove => self.remove(keys).await,
            Verb::RemoveTag => self.remove(slice::from_ref(tag)).await,
        };
        self.note(if done { "is done" } else { "is not sure" });
        if done {
            let by = (!matches!(verb, Verb::Remove | Verb::RemoveTag)).then_some(*number);
            self.world.oracle.make_known(value, by, &self.world.server.wires());
        }
    }

    async fn forget_too_early(&self, keys: &[Key]) -> bool {
        for key in keys {
            self.world.server.wire(self.process.number).inspect(|wire| wire.forget(key));
        }
        self.remove(keys).await
    }

    async fn remove(&self, keys: &[Key]) -> bool {
        let store = self.world.way_to_the_store(self.process.number);
        for key in keys {
            if store.remove(key, TTL).await.is_err() {
                return false;
            }
        }
        true
    }

    async fn call(&self, entry: usize, mode: Mode) -> Result<u64, Error> {
        let request = self.world.request(&self.process, entry, PLAIN, mode);
        read_through(&self.process.engine, &request, &mut self.origin()).await
    }

    fn origin(&self) -> Origin<'static, Result<u64, Error>, u64, InResult, impl FnOnce() -> Load + Send + use<>> {
        let caller = self.clone();
        let is_choosy = self.world.plan.is_choosy;
        let load = move || -> Load { Box::pin(async move { caller.load().await }) };
        Origin::new(load, None).cache_if(move |value| !is_choosy || value % 2 == 0)
    }

    /// The origin: reads the row, and returns some time later.
    pub(super) async fn load(self) -> Result<u64, Error> {
        let failed = || Error::new(ErrorKind::Unavailable, "the database is down");
        if self.step(Kind::Step, "reads the row").await != Verdict::GoOn {
            return Err(failed());
        }
        let value = self.world.oracle.value();
        match self.step(Kind::Return, &format!("has read {value}")).await {
            Verdict::GoOn => Ok(value),
            Verdict::Fail | Verdict::Refuse | Verdict::Dead => Err(failed()),
        }
    }

    async fn step(&self, kind: Kind, what: &str) -> Verdict {
        let what = format!("{} {what}", self.name);
        self.world.scheduler.turn(self.process.number, kind, what, None).await
    }

    pub(super) fn note(&self, what: &str) {
        self.world.scheduler.trace.note(format!("process {}: {} {what}", self.process.number, self.name));
    }
}
