//! Telling other processes of a change, in the round trip in which it is made.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Cmd, RedisError, Value};
use tokio::sync::Semaphore;

use super::audience::{Audience, HANG_UPS, Manner};
use crate::backend::redis::bond::Bond;
use crate::backend::redis::errors::{is_hang_up, strange, timed_out, unavailable, without_secrets};
use crate::backend::redis::link::Link;
use crate::backend::redis::news::News;
use crate::backend::redis::question::Question;
use crate::clock::{self, Instant, Tick};
use crate::error::{Error, ErrorKind};
use crate::key::Key;

/// What is done to what is at a key, and whether it may be done twice.
#[derive(Clone, Copy)]
pub(in crate::backend::redis) struct Change<'a> {
    pub(in crate::backend::redis) command: &'a Cmd,
    pub(in crate::backend::redis) key: &'a Key,
    pub(in crate::backend::redis) may_be_repeated: bool,
    /// There is room for it where there is none for others.
    pub(in crate::backend::redis) is_urgent: bool,
}

impl<'a> Change<'a> {
    pub(in crate::backend::redis) fn repeatable(command: &'a Cmd, key: &'a Key) -> Self {
        Self { command, key, may_be_repeated: true, is_urgent: false }
    }

    pub(in crate::backend::redis) fn once(command: &'a Cmd, key: &'a Key) -> Self {
        Self { command, key, may_be_repeated: false, is_urgent: false }
    }

    /// An invalidation: it is not to be kept out by reads.
    pub(in crate::backend::redis) fn removal(command: &'a Cmd, key: &'a Key) -> Self {
        Self { is_urgent: true, ..Self::repeatable(command, key) }
    }

    /// The change, and no word of it.
    pub(in crate::backend::redis) fn unheard(self) -> Question<'a> {
        let question =
            if self.may_be_repeated { Question::repeatable(self.command) } else { Question::once(self.command) };
        question.urgent_if(self.is_urgent)
    }
}

/// Who publishes on one connection.
pub(in crate::backend::redis) struct Publisher {
    news: Arc<News>,
    bond: Arc<Bond>,
    audience: Mutex<Audience>,
    /// One at a time finds out who listens.
    asking: Semaphore,
}

impl Publisher {
    pub(in crate::backend::redis) fn new(news: &Arc<News>, bond: &Arc<Bond>) -> Self {
        let (news, bond) = (Arc::clone(news), Arc::clone(bond));
        Self { news, bond, audience: Mutex::new(Audience::UNKNOWN), asking: Semaphore::const_new(1) }
    }

    /// Makes a change, and tells the others that it is made. Nothing that happens to the news is an error of the change.
    pub(in crate::backend::redis) async fn change(
        &self,
        link: &Link,
        change: Change<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let start = clock::now();
        let left = || within.saturating_sub(clock::since(start));
        let begun = self.bond.losses();
        let mut was_together = false;
        if self.manner(begun) == Manner::Together {
            match self.change_and_tell(link, change, begun, within).await {
                Err(error) if error.kind() == ErrorKind::Unavailable && change.may_be_repeated => {
                    self.audience().is_unknown();
                    was_together = true;
                }
                Err(error) if error.kind() == ErrorKind::Unavailable => {
                    self.audience().is_unknown();
                    return Err(error);
                }
                answered => return answered,
            }
        }
        let made = pin!(self.make(link, change, was_together, start + within));
        let answer = clock::at_most(left(), made).await.unwrap_or_else(|| Err(timed_out()))?;
        if answer.is_ok() {
            let told = pin!(self.tell(link, change.key, begun, start + within));
            clock::at_most(left(), told).await.unwrap_or_else(|| Err(timed_out()))?;
        }
        Ok(answer)
    }

    /// Makes a change on one connection, and tells of it on another one when it is made.
    pub(in crate::backend::redis) async fn change_apart(
        &self,
        (made, told): (&Link, &Link),
        change: Change<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let deadline = clock::now() + within;
        let begun = self.bond.losses();
        let answer = made.run(change.unheard(), within).await?;
        if answer.is_ok() {
            let told = pin!(self.tell(told, change.key, begun, deadline));
            clock::at_most(clock::until(deadline), told).await.unwrap_or_else(|| Err(timed_out()))?;
        }
        Ok(answer)
    }

    /// Makes the change alone. While it is being found out that somebody hangs up on words, those of other changes end the
    /// connection under this one.
    async fn make(
        &self,
        link: &Link,
        change: Change<'_>,
        was_together: bool,
        deadline: Instant,
    ) -> Result<Result<Value, RedisError>, Error> {
        let mut attempts = if change.may_be_repeated { HANG_UPS } else { 0 };
        loop {
            match link.run(change.unheard(), clock::until(deadline)).await {
                Err(error) if attempts > 0 && is_hang_up(&error) && link.settles().await => {
                    if !was_together && !self.audience().is_hung_up_on(Tick::now()) {
                        return Err(error);
                    }
                    attempts -= 1;
                }
                answered => return answered,
            }
        }
    }

    async fn change_and_tell(
        &self,
        link: &Link,
        change: Change<'_>,
        begun: u64,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let mut pipeline = redis::pipe();
        pipeline.add_command(change.command.clone()).add_command(self.publish(change.key));
        let asked = Tick::now();
        let answers = match link.run(Question::with_news(&pipeline).urgent_if(change.is_urgent), within).await? {
            Ok(Value::Array(answers)) => answers,
            Ok(_) => return Err(strange("a pipeline")),
            Err(refused) => return Ok(Err(refused)),
        };
        let [answer, told] = <[Value; 2]>::try_from(answers).map_err(|_| strange("a pipeline"))?;
        self.heed(told.extract_error(), begun, asked);
        Ok(Ok(answer))
    }

    /// Tells of a change that is made, and was begun when so many connections were lost. An `Err` says that it may not have
    /// been told: then it is not done either, and is to be done again.
    async fn tell(&self, link: &Link, key: &Key, begun: u64, deadline: Instant) -> Result<(), Error> {
        if self.manner(begun) == Manner::Not {
            return Ok(());
        }
        let turn = self.asking.acquire().await;
        // Another one may have found out.
        match self.manner(begun) {
            Manner::Not => return Ok(()),
            Manner::Together => drop(turn),
            Manner::Apart => {}
        }
        let publish = self.publish(key);
        loop {
            let (losses, asked) = (self.bond.losses(), Tick::now());
            match link.run(Question::once(&publish).urgent(), clock::until(deadline)).await {
                Ok(told) => {
                    self.heed(told, losses, asked);
                    return Ok(());
                }
                Err(error) if is_hang_up(&error) && link.settles().await => {
                    let is_an_answer = self.audience().hangs_up(losses, Tick::now());
                    if is_an_answer {
                        self.news.said().untold("the connection is closed by whoever is told");
                    }
                    if self.manner(begun) == Manner::Not {
                        return Ok(());
                    }
                }
                // Not a refusal of the change, which is made.
                Err(error) if error.kind() == ErrorKind::Overloaded => return Err(unavailable().because(error)),
                Err(error) => return Err(error),
            }
        }
    }

    fn publish(&self, key: &Key) -> Cmd {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(self.news.channel()).arg(key.as_str());
        publish
    }

    fn heed(&self, told: Result<Value, RedisError>, losses: u64, asked: Tick) {
        match told {
            Ok(Value::Int(0)) => self.audience().heard_by(0, losses, asked),
            // Whatever says something else passes it on to somebody.
            Ok(_) => self.audience().heard_by(1, losses, asked),
            Err(refused) => {
                self.audience().refuses(Tick::now());
                self.news.said().untold(&without_secrets(&refused));
            }
        }
    }

    /// How a change is told that was begun when so many connections were lost.
    fn manner(&self, begun: u64) -> Manner {
        self.audience().manner(begun, self.bond.losses(), Tick::now())
    }

    fn audience(&self) -> MutexGuard<'_, Audience> {
        self.audience.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
