//! What a supervised connection is for, as far as its supervisor has to know it.

use std::future::{Future, pending, ready};
use std::sync::Arc;
use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, Cmd, RedisError, RedisResult, Value};
use tokio::sync::Notify;

use super::errors::{is_for_good, without_secrets};
use super::server::Endpoint;
use crate::clock::Tick;

/// One purpose of a connection.
pub(super) trait Line: Send + Sync + 'static {
    /// Where the server is just now. Asked before each attempt to connect.
    fn find(&self) -> impl Future<Output = Result<Endpoint, Trouble>> + Send;

    /// How this line speaks to it.
    fn client(&self, endpoint: &Endpoint) -> RedisResult<Client>;

    /// Adds what this line needs. `suspicion` has the supervisor look at the connection at once.
    fn config(&self, config: AsyncConnectionConfig, suspicion: &Arc<Notify>) -> AsyncConnectionConfig;

    /// What is said first on each new connection, before anybody else may use it.
    fn greeting(&self) -> Cmd;

    /// Whether the answer to the greeting makes the connection usable.
    fn welcomes(&self, answer: Value) -> Result<(), Trouble>;

    /// Waits until a connection is worth making.
    fn ready(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// Returns when the connection that stands is to be made anew.
    fn outlived(&self) -> impl Future<Output = ()> + Send {
        pending()
    }

    /// What an idle connection is asked.
    fn heartbeat(&self) -> Cmd {
        redis::cmd("PING")
    }

    /// Whether the answer to that lets the connection be kept.
    fn keeps(&self, _answer: &Value) -> bool {
        true
    }

    /// Whether an answer to that is more than a sign of life: [`answered`](Self::answered) is told only then.
    fn vouches(&self, _answer: RedisResult<Value>) -> bool {
        true
    }

    /// A new connection is made, and nobody uses it yet.
    fn made(&self) {}

    /// It is in use.
    fn connected(&self, _endpoint: &Endpoint) {}

    /// The server has answered a question that was asked at `asked`.
    fn answered(&self, _asked: Tick) {}

    /// A connection that was made is lost.
    fn lost(&self) {}

    /// Says that commands go through again.
    fn say_up(&self);

    /// Says that they do not any more.
    fn say_down(&self, trouble: &Trouble);

    /// How long to leave the server alone, at most, after an attempt that failed like this.
    fn longest_pause(&self, trouble: &Trouble) -> Duration;
}

/// Why a line is down.
pub(super) struct Trouble {
    /// For a log: without passwords.
    pub(super) reason: String,
    /// The server answers, and does not want to.
    pub(super) is_refusal: bool,
    /// And will not want to the next time.
    pub(super) is_for_good: bool,
    /// Somebody has taken the connection and closed it, as proxies do that do not know what they are told. Who is out of
    /// reach does not.
    pub(super) is_hang_up: bool,
}

impl Trouble {
    pub(super) fn silence() -> Self {
        Self::outage("no answer in time")
    }

    /// The server is out of reach.
    pub(super) fn outage(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_refusal: false, is_for_good: false, is_hang_up: false }
    }

    /// Somebody answers, and that does not lead to the server just now.
    pub(super) fn refusal(reason: impl Into<String>) -> Self {
        Self { is_refusal: true, ..Self::outage(reason) }
    }
}

impl From<&RedisError> for Trouble {
    fn from(error: &RedisError) -> Self {
        Self {
            reason: without_secrets(error),
            is_refusal: !error.is_io_error(),
            is_for_good: is_for_good(error),
            is_hang_up: error.is_connection_dropped(),
        }
    }
}
