//! One reload per key in the fleet: the processes that find an entry due elect the one that loads.
//!
//! The election saves work and guards nothing. What keeps an invalidated value from coming back is that a reload compares
//! before it sets.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::state::Engine;
use crate::background::Background;
use crate::clock;
use crate::key::Key;
use crate::random;
use crate::store::Store;
use crate::value::Version;

/// How long an elected process that died keeps the others waiting.
const LEASE: Duration = Duration::from_secs(2);

/// The right to reload a key. Dropped with its caller, it is given back in the background.
pub(super) struct Lease {
    store: Arc<dyn Store>,
    duties: Arc<Background>,
    /// Nothing is left to give back.
    is_over: bool,
    within: Duration,
    key: Key,
    /// Tells this election from every other one.
    token: Version,
}

/// How an election went.
pub(super) enum Election {
    Won(Lease),
    /// Another process is loading, or has just failed to.
    Lost,
    /// The store did not answer.
    Unknown,
}

impl Engine {
    pub(super) async fn elect(&self, key: &Key) -> Election {
        let Ok(token) = random::bytes() else { return Election::Unknown };
        let (store, within) = (Arc::clone(&self.store), self.settings.operation_timeout);
        let duties = Arc::clone(&self.duties);
        let mut lease = Lease { store, duties, is_over: true, within, key: key.beside("r"), token };
        match lease.store.add(&lease.key, lease.bytes(), LEASE, within).await {
            Ok(true) => {
                lease.is_over = false;
                Election::Won(lease)
            }
            Ok(false) => Election::Lost,
            Err(_) => Election::Unknown,
        }
    }
}

impl Lease {
    /// Runs `load` and keeps the lease meanwhile.
    pub(super) async fn during<F: Future>(&self, load: F) -> F::Output {
        let mut load = pin!(load);
        loop {
            if let Some(output) = clock::at_most(LEASE / 3, &mut load).await {
                return output;
            }
            // One that is lost costs a second load, no more.
            self.keep_for(LEASE).await;
        }
    }

    /// Ends it, so that any process may reload again.
    pub(super) async fn release(mut self) {
        // Otherwise it ends by itself.
        let _ = self.store.remove_if(&self.key, &self.token, self.within).await;
        self.is_over = true;
    }

    /// Ends it after `rest`, so that no process reloads before.
    pub(super) fn rest(mut self, rest: Duration) {
        self.is_over = true;
        let duties = Arc::clone(&self.duties);
        duties.spawn(async move { self.keep_for(rest).await });
    }

    async fn keep_for(&self, life: Duration) {
        let _ = self.store.replace(&self.key, &self.token, self.bytes(), life, self.within).await;
    }

    fn bytes(&self) -> Bytes {
        Bytes::copy_from_slice(&self.token)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let (store, key, token, within) = (Arc::clone(&self.store), self.key.clone(), self.token, self.within);
        self.duties.spawn(async move {
            let _ = store.remove_if(&key, &token, within).await;
        });
    }
}
