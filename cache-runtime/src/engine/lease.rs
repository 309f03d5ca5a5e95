//! The right to load: one holder per key, over all processes.
//!
//! A lease is a [`Placeholder`] in the store. At the key of an entry itself it guards: what is loaded takes its place by
//! comparing, so whoever removes the key, in whatever way, forbids the fill. Beside an entry it only elects which process
//! reloads; what guards there is the entry that the new one is to replace.
//!
//! (The lease at the key is that of Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1, with a token
//! for every acquisition.)

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::leftovers::Leftovers;
use super::placeholder::Placeholder;
use super::state::Engine;
use crate::clock::{self, Instant};
use crate::error::{Error, ErrorKind};
use crate::flight::{Landing, Leader, Moment};
use crate::key::Key;
use crate::store::Store;

/// How long a holder that died keeps the others waiting.
pub(super) const LEASE: Duration = Duration::from_secs(2);
/// How long a lease is kept up at most. A load that takes longer hangs, and must not stop every process for ever.
const LONGEST_LOAD: Duration = Duration::from_secs(60 * 60);

/// The right to load a key. Dropped, it is given back, in the background where that takes time.
pub(super) struct Lease {
    store: Arc<dyn Store>,
    leftovers: Arc<Leftovers>,
    within: Duration,
    key: Key,
    placeholder: Placeholder,
    taken: Instant,
    /// Nothing is left to give back.
    is_over: bool,
}

/// Where a lease is to stand.
#[derive(Clone, Copy)]
pub(super) enum Ground<'a> {
    /// Where nothing is.
    Free,
    /// In the place of what begins with these bytes.
    Over(&'a [u8]),
    /// Whatever is there: it is forgotten.
    Any,
}

/// What became of an attempt to get a lease.
pub(super) enum Claim {
    Won(Lease),
    /// Something else is there.
    Lost,
    /// The store refused, or did not answer.
    Failed(Error),
}

impl Engine {
    /// Tries to get the lease at `key`. Dropped at any point, it leaves no lease behind.
    pub(super) async fn claim(&self, key: &Key, ground: Ground<'_>, within: Duration) -> Claim {
        let placeholder = match Placeholder::fresh() {
            Ok(placeholder) => placeholder,
            Err(error) => return Claim::Failed(error),
        };
        let mut lease = Lease {
            store: Arc::clone(&self.store),
            leftovers: Arc::clone(&self.leftovers),
            within: self.settings.operation_timeout,
            key: key.clone(),
            placeholder,
            taken: clock::now(),
            is_over: false,
        };
        let bytes = placeholder.to_bytes();
        let placed = match ground {
            Ground::Free => self.store.add(key, bytes, LEASE, within).await,
            Ground::Over(seen) => self.store.replace(key, seen, bytes, LEASE, within).await,
            Ground::Any => self.store.set(key, bytes, LEASE, within).await.map(|()| true),
        };
        match placed {
            Ok(true) => Claim::Won(lease),
            Ok(false) => {
                // What compares may have been sent twice, and have won the first time.
                lease.is_over = matches!(ground, Ground::Free);
                Claim::Lost
            }
            Err(error) => {
                // One that was not refused may stand all the same, or will.
                lease.is_over = !matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Unavailable);
                Claim::Failed(error)
            }
        }
    }
}

impl Lease {
    /// What stands in the store as long as the lease is ours.
    pub(super) fn placeholder(&self) -> Placeholder {
        self.placeholder
    }

    /// Whether it stands at `key` itself, and not beside an entry.
    pub(super) fn stands_at(&self, key: &Key) -> bool {
        self.key == *key
    }

    /// Runs the load of `leader` and keeps the lease meanwhile.
    pub(super) async fn during<F: Future>(&self, load: F, leader: &Leader) -> F::Output {
        let mut load = pin!(load);
        if let Some(output) = clock::before(&mut load, self.kept_up(leader, None)).await {
            return output;
        }
        load.await
    }

    /// Keeps it up until there is nothing more to keep. Where the entry is invalidated in this process, it is given back at
    /// once, for those who have come since; where it is lost, nobody joins the load any more. To be dropped when the load has
    /// ended, before anything takes its place. `turns`: those of leases that are kept together.
    pub(super) fn kept_up(
        &self,
        leader: &Leader,
        turns: Option<Arc<Semaphore>>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (lease, fate, guards) = (self.twin(), leader.fate(), self.stands_at(leader.key()));
        async move {
            let start = clock::now();
            // From when it was taken: a load of many keys begins when the last of their leases is there.
            let mut pause = (LEASE / 3).saturating_sub(clock::since(lease.taken));
            loop {
                if clock::at_most(pause, fate.doomed()).await.is_some() {
                    lease.give_back();
                    return;
                }
                let turn = match &turns {
                    Some(turns) => turns.acquire().await.ok(),
                    None => None,
                };
                let is_ours = lease.keep(lease.placeholder, LEASE).await;
                drop(turn);
                // An election that is lost costs a second load, no more.
                if !is_ours && guards {
                    fate.doom();
                }
                if !is_ours || clock::since(start) > LONGEST_LOAD {
                    return;
                }
                pause = LEASE / 3;
            }
        }
    }

    /// The same lease, for those who give nothing back when they are dropped.
    fn twin(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            leftovers: Arc::clone(&self.leftovers),
            key: self.key.clone(),
            is_over: true,
            ..*self
        }
    }

    /// Does `work`, which is to replace the lease, and keeps it meanwhile: a large value takes longer than a lease.
    pub(super) async fn keep_up<F: Future>(&self, work: F) -> F::Output {
        let mut work = pin!(work);
        loop {
            if let Some(output) = clock::at_most(LEASE / 3, &mut work).await {
                return output;
            }
            let mut is_ours = true;
            let renewed = async { is_ours = self.keep(self.placeholder, LEASE).await };
            if let Some(output) = clock::before(&mut work, renewed).await {
                return output;
            }
            if !is_ours {
                return work.await;
            }
        }
    }

    /// Something else stands in its place.
    pub(super) fn replaced(mut self) {
        self.is_over = true;
    }

    /// Ends it after `rest`, so that no process reloads before.
    pub(super) fn rest(mut self, rest: Duration) {
        self.is_over = true;
        let leftovers = Arc::clone(&self.leftovers);
        leftovers.add(async move {
            self.keep(self.placeholder.at_rest(), rest).await;
        });
    }

    /// Gives it back and ends the flight: `landing` is for those who came before `started`, and for the others as well if the
    /// lease turns out to have been ours until now, and the tags are `unchanged` then.
    pub(super) fn end_with(
        mut self,
        leader: Leader,
        landing: Landing,
        started: Moment,
        unchanged: impl Future<Output = bool> + Send + 'static,
    ) {
        self.is_over = true;
        // Who gets nothing from it loads next, and is to find the place free.
        if !matches!(landing, Landing::Failed(None)) {
            leader.bring(landing.clone(), started);
        }
        // Its task may be left lying with its runtime: it counts as woken now, and is passed over if it does not land.
        leader.beat_alone().wake();
        let (leftovers, sent) = (Arc::clone(&self.leftovers), leader.moment());
        leftovers.add(async move {
            let holds = self.remove().await && (!leader.close() || unchanged.await);
            let known_at = if holds { sent } else { started };
            leader.land(landing, known_at);
        });
    }

    fn give_back(&self) {
        let lease = self.twin();
        self.leftovers.add(async move {
            lease.remove().await;
        });
    }

    /// `true`: it was ours until now.
    async fn remove(&self) -> bool {
        let removed = self.store.remove_if(&self.key, self.placeholder.as_bytes(), self.within).await;
        if removed.as_ref().is_err_and(|error| error.kind() == ErrorKind::Refused) {
            // It may not run scripts. A plain removal costs another holder its fill, at worst.
            let _ = self.store.remove(&self.key, self.within).await;
        }
        matches!(removed, Ok(true))
    }

    /// Lets `bytes` stand in the place of the lease for `life`. `false`: it is lost.
    async fn keep(&self, bytes: Placeholder, life: Duration) -> bool {
        let expected = self.placeholder.as_bytes();
        let kept = self.store.replace(&self.key, expected, bytes.to_bytes(), life, self.within).await;
        // What the store does not tell is not lost yet.
        !matches!(kept, Ok(false))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.is_over {
            self.give_back();
        }
    }
}
