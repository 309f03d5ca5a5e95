//! A connection of one tokio runtime to the server, and its circuit breaker.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{RedisError, Value};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::alarm::{Alarm, Watch};
use super::crowd::Crowd;
use super::errors::{is_about_the_connection, is_read_only, timed_out, translated, unavailable};
use super::line::Line;
use super::question::Question;
use super::supervisor::{self, Status};
use crate::clock::before;
use crate::error::Error;

/// The status of a link, and how much of it has been seen: `changed` is the end of the connection that was used last.
pub(super) type Seen = watch::Receiver<Status>;

/// A supervised connection. Dropping it closes the connection.
pub(super) struct Link {
    asker: Asker,
    supervisor: JoinHandle<()>,
    _alarm: Alarm,
}

/// Whoever asks on a link. Does not keep it open.
#[derive(Clone)]
pub(super) struct Asker {
    status: Seen,
    /// Tells the supervisor that something went wrong. A timeout is a suspicion; its PING is the verdict.
    suspicion: Arc<Notify>,
    watch: Arc<Watch>,
    crowd: Arc<Crowd>,
}

impl Link {
    /// Begins to connect. `patience` is how long a caller may have to wait before the breaker opens.
    pub(super) fn open(line: impl Line, runtime: &Handle, patience: Duration) -> Self {
        let (sender, status) = watch::channel(Status::Connecting);
        let suspicion = Arc::new(Notify::new());
        let supervisor = runtime.spawn(supervisor::run(line, patience, sender, Arc::clone(&suspicion)));
        let alarm = Alarm::new(runtime);
        let watch = Arc::clone(alarm.watch());
        Self { asker: Asker { status, suspicion, watch, crowd: Arc::default() }, supervisor, _alarm: alarm }
    }

    /// Whether the runtime that drives it is still there.
    pub(super) fn is_alive(&self) -> bool {
        !self.supervisor.is_finished()
    }

    /// What is known of the connection just now.
    pub(super) fn status(&self) -> Seen {
        self.asker.status.clone()
    }

    /// Whether commands go through just now.
    pub(super) fn is_up(&self) -> bool {
        matches!(*self.asker.status.borrow(), Status::Up(_))
    }

    /// Whether the breaker is open.
    pub(super) fn is_down(&self) -> bool {
        matches!(*self.asker.status.borrow(), Status::Down(_))
    }

    /// Why the server will not have it, where it will not.
    pub(super) fn refusal(&self) -> Option<String> {
        match &*self.asker.status.borrow() {
            Status::Down(trouble) if trouble.is_for_good => Some(trouble.reason.clone()),
            _ => None,
        }
    }

    pub(super) fn asker(&self) -> &Asker {
        &self.asker
    }

    /// [`Asker::run`].
    pub(super) async fn run(
        &self,
        question: Question<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        self.asker.run(question, within).await
    }

    /// Asks one question once. After an attempt that failed by the connection, the supervisor has drawn its conclusion.
    pub(super) async fn attempt(
        &self,
        status: &mut Seen,
        question: Question<'_>,
    ) -> Result<Result<Value, RedisError>, Error> {
        let _asking = self.asker.crowd.join(question.is_urgent())?;
        self.asker.attempt(status, question).await
    }

    /// Whether the server answers, and will not have it just now.
    pub(super) fn is_refused(&self) -> bool {
        matches!(&*self.asker.status.borrow(), Status::Down(trouble) if trouble.is_refusal)
    }

    /// Closes the connection, although there are others who hold this.
    pub(super) fn close(&self) {
        self.supervisor.abort();
    }

    /// Returns when the breaker is open, or the link closed.
    pub(super) async fn out_of_reach(&self) -> Error {
        let mut status = self.status();
        match status.wait_for(|status| matches!(status, Status::Down(_))).await.as_deref() {
            Ok(Status::Down(trouble)) => unavailable().because(trouble.reason.clone()),
            _ => unavailable(),
        }
    }

    /// Returns when commands go through. `false`: they never will, as the link is closed.
    pub(super) async fn comes_up(&self) -> bool {
        let mut status = self.status();
        status.wait_for(|status| matches!(status, Status::Up(_))).await.is_ok()
    }

    /// Returns when a connection that was lost is made again, or cannot be made at once, which is `false`.
    pub(super) async fn settles(&self) -> bool {
        usable(&mut self.status()).await.is_ok()
    }
}

impl Asker {
    /// Asks one question. Where that is safe, it is asked once more when the connection broke under it.
    pub(super) async fn run(
        &self,
        question: Question<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let _asking = self.crowd.join(question.is_urgent())?;
        // Remembers which connection was used, so that its end is noticed however early it comes.
        let mut status = self.status.clone();
        let mut may_be_repeated = question.may_be_repeated();
        // Pinned here and handed over by reference, as every layer that takes a future makes it as large again.
        let attempts = pin!(async {
            loop {
                match self.attempt(&mut status, question).await? {
                    Err(error) if may_be_repeated && is_about_the_connection(&error) => may_be_repeated = false,
                    answered => return Ok(answered),
                }
            }
        });
        match self.watch.at_most(within, attempts).await {
            Some(Ok(Err(error))) if is_about_the_connection(&error) => {
                self.suspicion.notify_one();
                Err(translated(error))
            }
            Some(answered) => answered,
            None => {
                self.suspicion.notify_one();
                Err(timed_out())
            }
        }
    }

    /// One attempt of somebody who has joined the crowd.
    async fn attempt(&self, status: &mut Seen, question: Question<'_>) -> Result<Result<Value, RedisError>, Error> {
        let mut connection = usable(status).await?;
        // A request handed over in the very moment in which its connection ends can be left without any answer (redis 1.8
        // on several threads: the driver has emptied its queue, and the queue lives on with us). So the end is waited for.
        let reply = before(pin!(question.ask(&mut connection)), pin!(status.changed())).await;
        match reply {
            Some(reply) => match reply.and_then(|answer| question.judged(answer)) {
                Err(error) if is_about_the_connection(&error) => {
                    self.suspicion.notify_one();
                    // Closed means that the runtime is gone, which the next attempt finds out as well.
                    let _ = status.changed().await;
                    Ok(Err(error))
                }
                Err(error) if is_read_only(&error) => {
                    // It may have been the master when the connection was made.
                    self.suspicion.notify_one();
                    Ok(Err(error))
                }
                answered => Ok(answered),
            },
            None => Ok(Err(io::Error::from(io::ErrorKind::ConnectionAborted).into())),
        }
    }
}

async fn usable(status: &mut Seen) -> Result<MultiplexedConnection, Error> {
    let settled = status.wait_for(|status| !matches!(status, Status::Connecting)).await;
    match settled.as_deref() {
        Ok(Status::Up(connection)) => Ok(connection.clone()),
        Ok(Status::Down(trouble)) => Err(unavailable().because(trouble.reason.clone())),
        // A sender that is gone went with its runtime.
        _ => Err(unavailable()),
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}
