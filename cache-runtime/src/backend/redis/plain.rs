//! The connection on which everything is asked.

use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, Cmd, RedisResult, Value};
use tokio::sync::Notify;

use super::bond::Bond;
use super::line::{Line, Trouble};
use super::losses::{Losses, Lost};
use super::server::{Endpoint, Place, role};

/// Below two seconds together with the time that an attempt may take: that is how soon after its return a server is in
/// use again.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Plain {
    place: Place,
    losses: Lost,
    bond: Arc<Bond>,
    /// Where the server was found when it was last looked for.
    found: Mutex<Option<Endpoint>>,
    /// There is no connection to there, or it is not the right one any more.
    is_in_vain: AtomicBool,
}

impl Plain {
    pub(super) fn new(place: &Place, losses: &Arc<Losses>, bond: &Arc<Bond>) -> Self {
        Self {
            place: place.clone(),
            losses: Lost::none(losses),
            bond: Arc::clone(bond),
            found: Mutex::new(None),
            is_in_vain: AtomicBool::new(false),
        }
    }

    fn found(&self) -> MutexGuard<'_, Option<Endpoint>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line for Plain {
    async fn find(&self) -> Result<Endpoint, Trouble> {
        let tried = if self.is_in_vain.swap(true, Ordering::Relaxed) { self.found().clone() } else { None };
        let found = self.place.find(tried.as_ref()).await?;
        *self.found() = Some(found.clone());
        Ok(found)
    }

    fn client(&self, endpoint: &Endpoint) -> RedisResult<Client> {
        endpoint.client()
    }

    fn config(&self, config: AsyncConnectionConfig, _suspicion: &Arc<Notify>) -> AsyncConnectionConfig {
        config
    }

    fn greeting(&self) -> Cmd {
        // A frozen server accepts connections too, and without a password nothing has been said to it yet.
        self.heartbeat()
    }

    fn welcomes(&self, answer: Value) -> Result<(), Trouble> {
        if self.place.has_role() { role::of_master(answer) } else { Ok(()) }
    }

    fn heartbeat(&self) -> Cmd {
        if self.place.has_role() { role::question() } else { redis::cmd("PING") }
    }

    fn keeps(&self, answer: &Value) -> bool {
        !self.place.has_role() || !role::is_other(answer)
    }

    async fn outlived(&self) {
        let Some(found) = self.found().clone() else { return pending().await };
        self.place.moves(&found).await;
        self.is_in_vain.store(true, Ordering::Relaxed);
    }

    fn made(&self) {
        self.losses.made();
    }

    fn connected(&self, endpoint: &Endpoint) {
        self.is_in_vain.store(false, Ordering::Relaxed);
        self.bond.connected(endpoint);
        self.losses.connected();
    }

    fn lost(&self) {
        self.bond.lost();
        self.losses.lost();
    }

    fn say_up(&self) {
        tracing::info!(target: "cache_runtime", endpoint = %self.place, "redis is back");
    }

    fn say_down(&self, trouble: &Trouble) {
        let what = if trouble.is_refusal {
            "redis refuses the connection; calls run without the cache until it takes it"
        } else {
            "redis is out of reach; calls run without the cache until it is back"
        };
        tracing::warn!(target: "cache_runtime", endpoint = %self.place, reason = trouble.reason, "{what}");
    }

    fn longest_pause(&self, _trouble: &Trouble) -> Duration {
        LONGEST_PAUSE
    }
}
