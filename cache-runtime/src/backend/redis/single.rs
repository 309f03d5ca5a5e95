//! One server, as the port needs it.

use std::time::Duration;

use redis::{RedisError, Value};

use super::channel::Change;
use super::errors::{is_wrong_type, strange, translated};
use super::news::News;
use super::question::Question;
use super::reads::{Home, answered};
use super::runtimes::Runtimes;
use super::scripts;
use super::server::Place;
use super::waiting::Waiting;
use crate::error::Error;
use crate::key::Key;
use crate::store::{Answer, Found, Query, Tags};
use crate::value::Version;

pub(super) struct Single {
    runtimes: Runtimes,
    home: Home,
}

impl Single {
    pub(super) fn new(place: Place, news: News, patience: Duration) -> Self {
        Self { runtimes: Runtimes::new(place, news, patience), home: Home::new() }
    }

    pub(super) fn runtimes(&self) -> &Runtimes {
        &self.runtimes
    }

    pub(super) fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        // Where many read, most do so with others: a small future, and little is touched that is touched by all.
        match self.home.turn(query, within) {
            Some(answer) => Box::pin(async move {
                match answered(answer).await? {
                    Some(found) => Ok(found),
                    None => Box::pin(self.read(query, within)).await,
                }
            }),
            None => Box::pin(self.read(query, within)),
        }
    }

    async fn read(&self, query: Query<'_>, within: Duration) -> Result<Found, Error> {
        let lines = self.runtimes.current()?;
        let answer = lines.read(query, within).await?;
        self.home.remember(lines.reads());
        match answer {
            Ok(found) => Ok(found),
            Err(error) if is_wrong_type(&error) => Ok(Found::nothing(query.tags.len())),
            Err(error) => Err(translated(error)),
        }
    }

    pub(super) async fn ask(&self, change: Change<'_>, within: Duration) -> Result<Result<Value, RedisError>, Error> {
        self.runtimes.current()?.plain().run(change.unheard(), within).await
    }

    pub(super) async fn change(
        &self,
        change: Change<'_>,
        is_kept: bool,
        is_large: bool,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let lines = self.runtimes.current()?;
        match (is_large, is_kept) {
            (true, _) => lines.replace_large(change, is_kept, within).await,
            (false, true) => lines.change(change, within).await,
            (false, false) => lines.plain().run(change.unheard(), within).await,
        }
    }

    /// Remembers whether what is at `key` is large.
    pub(super) fn learn(&self, key: &Key, bytes: &[u8]) {
        if let Ok(lines) = self.runtimes.current() {
            lines.large().keys.learn(key, bytes);
        }
    }

    pub(super) async fn remove(&self, key: &Key, within: Duration) -> Result<(), Error> {
        let mut del = redis::cmd("DEL");
        del.arg(key.as_str());
        let lines = self.runtimes.current()?;
        lines.change(Change::removal(&del, key), within).await?.map(drop).map_err(translated)
    }

    /// The versions of `tags`; `fresh` are those of tags that nobody uses yet.
    pub(super) async fn use_tags(
        &self,
        tags: Tags<'_>,
        fresh: &[Version],
        px: &str,
        within: Duration,
    ) -> Result<Vec<Value>, Error> {
        let keys: Vec<_> = tags.iter().map(Key::as_str).collect();
        let arguments: Vec<_> = [px.as_bytes()].into_iter().chain(fresh.iter().map(|fresh| &fresh[..])).collect();
        // By its text at once: it is seldom sent, and a slow server leaves no time for a second round trip.
        let command = scripts::USE_TAGS.by_text(&keys, &arguments);
        // A version that was removed must not come back either.
        let answer = self.runtimes.current()?.plain().run(Question::once(&command), within).await?;
        let Value::Array(answers) = answer.map_err(translated)? else { return Err(strange("EVAL")) };
        Ok(answers)
    }

    pub(super) async fn wait(&self, key: &Key, seen: &[u8]) -> Result<(), Error> {
        let lines = self.runtimes.current()?;
        Waiting::new(&lines, key, seen).wait(self.runtimes.patience()).await
    }

    pub(super) async fn ping(&self, within: Duration) -> Result<(), Error> {
        let ping = redis::cmd("PING");
        let answer = self.runtimes.current()?.plain().run(Question::repeatable(&ping).urgent(), within).await?;
        answer.map(drop).map_err(translated)
    }
}
