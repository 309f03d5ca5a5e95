//! The cluster, as the port needs it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use redis::{RedisError, RedisResult, Value};

use super::node::{Errand, Node};
use super::parts::{Parts, Whole};
use super::redirection::Redirection;
use super::site::{Setting, Site, Surveyed};
use super::slot;
use crate::backend::redis::channel::Change;
use crate::backend::redis::errors::{strange, translated};
use crate::backend::redis::lines::Lines;
use crate::backend::redis::losses::Losses;
use crate::backend::redis::news::News;
use crate::backend::redis::per_runtime::PerRuntime;
use crate::backend::redis::question::Question;
use crate::backend::redis::runtimes::best;
use crate::backend::redis::scripts;
use crate::backend::redis::server::Endpoint;
use crate::clock;
use crate::error::Error;
use crate::key::Key;
use crate::store::{Coherence, Found, Listener, Query, Returns, Tags};
use crate::value::Version;

/// The connections of each tokio runtime to a cluster.
pub(in crate::backend::redis) struct Cluster {
    setting: Arc<Setting>,
    sites: PerRuntime<Surveyed>,
}

impl Cluster {
    pub(in crate::backend::redis) fn new(seeds: Vec<Endpoint>, news: News, patience: Duration) -> Self {
        let parts = Parts::of_everything(news.namespace());
        let setting =
            Setting { seeds, news: Arc::new(news.without_channel()), losses: Losses::none(), parts, patience };
        Self { setting: Arc::new(setting), sites: PerRuntime::default() }
    }

    fn site(&self) -> Result<Arc<Surveyed>, Error> {
        self.sites.current(|runtime| Surveyed::open(&self.setting, &runtime))
    }

    pub(in crate::backend::redis) async fn ask(
        &self,
        change: Change<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let errand = Errand {
            slot: slot::of(change.key.as_str()),
            commands: vec![Cow::Borrowed(change.command)],
            may_be_repeated: change.may_be_repeated,
            is_urgent: change.is_urgent,
            keep: false,
        };
        let surveyed = self.site()?;
        let answers = surveyed.site.run(&errand, clock::now() + within).await?;
        answers.each.into_iter().next().ok_or_else(|| strange("a command"))
    }

    /// Puts what is large by comparing.
    pub(in crate::backend::redis) async fn replace_large(
        &self,
        change: Change<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let (surveyed, deadline) = (self.site()?, clock::now() + within);
        let site: &Site = &surveyed.site;
        let owner = site.owner(slot::of(change.key.as_str()), deadline).await?;
        let answer = owner.lines().replace_large(change, false, clock::until(deadline)).await;
        match answer.inspect_err(|_down| site.survey())? {
            // Nothing was done then.
            Err(refusal) if Redirection::of(&refusal, &owner.addr).is_some() => {
                self.ask(change, clock::until(deadline)).await
            }
            answer => Ok(answer),
        }
    }

    /// Remembers whether what is at `key` is large.
    pub(in crate::backend::redis) fn learn(&self, key: &Key, bytes: &[u8]) {
        let Ok(surveyed) = self.site() else { return };
        let owner = surveyed.site.chart().owner(slot::of(key.as_str())).cloned();
        if let Some(lines) = owner.as_deref().and_then(Node::opened) {
            lines.large().keys.learn(key, bytes);
        }
    }

    pub(in crate::backend::redis) async fn read(&self, query: Query<'_>, within: Duration) -> Result<Found, Error> {
        self.site()?.site.read(query, clock::now() + within).await
    }

    pub(in crate::backend::redis) async fn remove(&self, key: &Key, within: Duration) -> Result<(), Error> {
        let parts = &self.setting.parts;
        let keys =
            if parts.are_of(key) { parts.keys().iter().map(String::as_str).collect() } else { vec![key.as_str()] };
        let errands: Vec<_> = keys
            .into_iter()
            .map(|key| {
                let mut del = redis::cmd("DEL");
                del.arg(key);
                Errand { is_urgent: true, ..Errand::of(key, vec![Cow::Owned(del)]) }
            })
            .collect();
        self.all(&errands, within).await.map(drop)
    }

    /// The versions of the tags of what is at `key`; `fresh` are those of tags that nobody uses yet.
    pub(in crate::backend::redis) async fn use_tags(
        &self,
        key: &Key,
        tags: Tags<'_>,
        fresh: &[Version],
        px: &str,
        within: Duration,
    ) -> Result<Vec<Value>, Error> {
        let entry_slot = slot::of(key.as_str());
        let errands: Vec<_> = tags
            .iter()
            .zip(fresh)
            .map(|(tag, fresh)| {
                let tag = self.setting.parts.key_for(tag, entry_slot);
                let command = scripts::USE_TAGS.by_text(&[tag], &[px.as_bytes(), fresh]);
                Errand { may_be_repeated: false, ..Errand::of(tag, vec![Cow::Owned(command)]) }
            })
            .collect();
        let answers = self.all(&errands, within).await?;
        let versions = answers.into_iter().map(|answer| match answer {
            Value::Array(versions) => versions.into_iter().next().ok_or_else(|| strange("EVAL")),
            _ => Err(strange("EVAL")),
        });
        versions.collect()
    }

    /// The answers to errands of one command each.
    async fn all(&self, errands: &[Errand<'_>], within: Duration) -> Result<Vec<Value>, Error> {
        let surveyed = self.site()?;
        let answers = surveyed.site.run_all(errands, clock::now() + within).await?;
        let answers = answers.into_iter().flat_map(|answers| answers.each);
        answers.collect::<RedisResult<_>>().map_err(translated)
    }

    pub(in crate::backend::redis) async fn wait(&self, key: &Key, seen: &[u8]) -> Result<(), Error> {
        self.site()?.site.wait(key, seen, self.setting.patience).await
    }

    /// Whether every primary answers.
    pub(in crate::backend::redis) async fn ping(&self, within: Duration) -> Result<(), Error> {
        let (surveyed, deadline) = (self.site()?, clock::now() + within);
        let site: &Site = &surveyed.site;
        site.charted(deadline).await?;
        let (ping, primaries) = (redis::cmd("PING"), site.chart().primaries());
        let answers = primaries
            .iter()
            .map(|node| node.lines().plain().run(Question::repeatable(&ping).urgent(), clock::until(deadline)));
        for answer in join_all(answers).await {
            answer.inspect_err(|_down| site.survey())?.map_err(translated)?;
        }
        Ok(())
    }

    pub(in crate::backend::redis) fn returns(&self) -> &Arc<Returns> {
        self.setting.losses.returns()
    }

    /// To be called before there are connections.
    pub(in crate::backend::redis) fn listen(&self, listener: Arc<dyn Listener>) {
        let parts = Arc::clone(&self.setting.parts);
        self.setting.news.listen(Arc::new(Whole { parts, listener }));
    }

    /// Whether the breaker of any primary is open, on any runtime.
    pub(in crate::backend::redis) fn is_out_of_reach(&self) -> bool {
        let sites = self.sites.all();
        let primaries = sites.iter().flat_map(|surveyed| surveyed.site.chart().primaries());
        primaries.into_iter().any(|node| node.opened().is_some_and(|lines| lines.plain().is_down()))
    }

    /// How changes are told, by the node that does it best.
    pub(in crate::backend::redis) fn coherence(&self) -> Coherence {
        let sites = self.sites.all();
        let nodes = sites.iter().flat_map(|surveyed| surveyed.site.chart().nodes().to_vec());
        best(nodes.filter_map(|node| node.opened().map(Lines::coherence)))
    }

    /// Closes all connections, of other runtimes too.
    pub(in crate::backend::redis) fn close(&self) {
        for surveyed in self.sites.take() {
            surveyed.close();
        }
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("seeds", &self.setting.seeds).finish_non_exhaustive()
    }
}
