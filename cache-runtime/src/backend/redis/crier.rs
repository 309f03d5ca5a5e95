//! Telling other processes of a change, in the round trip in which it is made.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Cmd, RedisError, Value};

use super::errors::{strange, without_secrets};
use super::link::Link;
use super::news::News;
use super::question::Question;
use crate::clock::{self, Instant};
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::NearFeed;

/// How long nothing is told after that was refused.
const REST: Duration = Duration::from_secs(60);

/// What is done to what is at a key, and whether it may be done twice.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    pub(super) command: &'a Cmd,
    pub(super) key: &'a Key,
    pub(super) may_be_repeated: bool,
}

impl<'a> Change<'a> {
    pub(super) fn repeatable(command: &'a Cmd, key: &'a Key) -> Self {
        Self { command, key, may_be_repeated: true }
    }

    pub(super) fn once(command: &'a Cmd, key: &'a Key) -> Self {
        Self { command, key, may_be_repeated: false }
    }

    /// The change, and no word of it.
    pub(super) fn unheard(self) -> Question<'a> {
        if self.may_be_repeated { Question::repeatable(self.command) } else { Question::once(self.command) }
    }
}

/// The crier of one connection.
pub(super) struct Crier {
    news: Arc<News>,
    manner: Mutex<Manner>,
}

/// How changes are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Behind the change, with it.
    Together,
    /// After the change: the connection broke when both were sent. A proxy that does not know `PUBLISH` may hang up on it.
    Apart,
    /// Not at all until then: it was refused.
    Silent(Instant),
}

impl Crier {
    pub(super) fn new(news: &Arc<News>) -> Self {
        Self { news: Arc::clone(news), manner: Mutex::new(Manner::Together) }
    }

    /// Makes a change, and tells the others that it is made. Nothing that happens to the news is an error of the change.
    pub(super) async fn change(
        &self,
        link: &Link,
        change: Change<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let start = clock::now();
        let left = || within.saturating_sub(clock::since(start));
        let mut alone = change.unheard();
        match self.manner() {
            Manner::Silent(_) => return link.run(alone, within).await,
            Manner::Together => match self.change_and_tell(link, change, within).await {
                Err(error) if error.kind() == ErrorKind::Unavailable => {
                    self.set(Manner::Apart);
                    if !change.may_be_repeated {
                        return Err(error);
                    }
                    alone = Question::once(change.command);
                }
                answered => return answered,
            },
            Manner::Apart => {}
        }
        let answer = link.run(alone, left()).await?;
        if answer.is_ok() {
            self.tell(link, change.key, left()).await?;
        }
        Ok(answer)
    }

    async fn change_and_tell(
        &self,
        link: &Link,
        change: Change<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let mut pipeline = redis::pipe();
        pipeline.add_command(change.command.clone()).add_command(self.publish(change.key));
        let answers = match link.run(Question::with_news(&pipeline), within).await? {
            Ok(Value::Array(answers)) => answers,
            Ok(_) => return Err(strange("a pipeline")),
            Err(refused) => return Ok(Err(refused)),
        };
        let [answer, told] = <[Value; 2]>::try_from(answers).map_err(|_| strange("a pipeline"))?;
        self.heed(told.extract_error().err());
        Ok(Ok(answer))
    }

    /// An `Err` says that it may not have been told: then it is not done either, and is to be done again.
    async fn tell(&self, link: &Link, key: &Key, within: Duration) -> Result<(), Error> {
        let start = clock::now();
        match link.run(Question::once(&self.publish(key)), within).await {
            Ok(told) => {
                self.set(Manner::Together);
                self.heed(told.err());
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                // Everything else goes through.
                let left = within.saturating_sub(clock::since(start));
                if clock::at_most(left, pin!(link.comes_up())).await != Some(true) {
                    return Err(error);
                }
                self.rest("the connection breaks");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn publish(&self, key: &Key) -> Cmd {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(self.news.channel()).arg(key.as_str());
        publish
    }

    fn heed(&self, refused: Option<RedisError>) {
        if let Some(refused) = refused {
            self.rest(&without_secrets(&refused));
        }
    }

    fn rest(&self, reason: &str) {
        self.set(Manner::Silent(clock::now() + REST));
        if self.news.feed() == NearFeed::Channel {
            tracing::warn!(target: "cache_runtime", reason, "other processes cannot be told of changes; they see them when the time of their own values is over");
        } else {
            tracing::debug!(target: "cache_runtime", reason, "other processes cannot be told of changes on the channel");
        }
    }

    fn manner(&self) -> Manner {
        let mut manner = self.lock();
        if matches!(*manner, Manner::Silent(until) if until <= clock::now()) {
            *manner = Manner::Together;
        }
        *manner
    }

    fn set(&self, next: Manner) {
        *self.lock() = next;
    }

    fn lock(&self) -> MutexGuard<'_, Manner> {
        self.manner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
