//! One node, as one runtime is connected to it.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use redis::{Cmd, RedisError, RedisResult, Value};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::addr::Addr;
use super::mandate::Mandate;
use super::site::Setting;
use super::slot;
use super::view::View;
use crate::backend::redis::errors::strange;
use crate::backend::redis::lines::Lines;
use crate::backend::redis::link::Link;
use crate::backend::redis::question::Question;
use crate::backend::redis::server::{Endpoint, Place};
use crate::error::Error;
use crate::store::Pledge;

pub(super) struct Node {
    pub(super) addr: Addr,
    pub(super) mandate: Arc<Mandate>,
    place: Place,
    setting: Arc<Setting>,
    runtime: Handle,
    /// Opened when it is first used.
    lines: OnceLock<Lines>,
    /// A redirection has led here lately.
    was_named: AtomicBool,
}

/// What is asked about one key, on its way.
pub(super) struct Errand<'a> {
    pub(super) slot: u16,
    /// Borrowed where they may be large.
    pub(super) commands: Vec<Cow<'a, Cmd>>,
    pub(super) may_be_repeated: bool,
    /// There is room for it where there is none for others.
    pub(super) is_urgent: bool,
    /// Whether the answers are to be kept.
    pub(super) keep: bool,
}

impl<'a> Errand<'a> {
    /// A question about `key`, of which nothing is kept.
    pub(super) fn of(key: &str, commands: Vec<Cow<'a, Cmd>>) -> Self {
        Self { slot: slot::of(key), commands, may_be_repeated: true, is_urgent: false, keep: false }
    }
}

/// What was answered, to each of the commands.
pub(super) struct Answers {
    pub(super) each: Vec<RedisResult<Value>>,
    pub(super) pledge: Option<Pledge>,
}

impl Node {
    pub(super) fn new(
        addr: Addr,
        endpoint: Endpoint,
        setting: &Arc<Setting>,
        runtime: &Handle,
        surveys: &Arc<Notify>,
    ) -> Arc<Self> {
        let (mandate, lines, was_named) = (Mandate::none(surveys), OnceLock::new(), AtomicBool::new(false));
        let (setting, runtime, place) = (Arc::clone(setting), runtime.clone(), Place::Fixed(endpoint));
        Arc::new(Self { addr, mandate, place, setting, runtime, lines, was_named })
    }

    pub(super) fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| {
            let Setting { news, losses, patience, .. } = &*self.setting;
            let mandate = Some(Arc::clone(&self.mandate));
            Lines::open(&self.place, losses, news, self.runtime.clone(), *patience, mandate)
        })
    }

    /// The lines, if they were used yet.
    pub(super) fn opened(&self) -> Option<&Lines> {
        self.lines.get()
    }

    /// Whether it was found to be out of reach.
    pub(super) fn is_down(&self) -> bool {
        self.opened().is_some_and(|lines| !lines.plain().is_up())
    }

    pub(super) fn is_named(&self) {
        self.was_named.store(true, Ordering::Relaxed);
    }

    /// Whether a redirection has led here since this was asked last.
    pub(super) fn was_named(&self) -> bool {
        self.was_named.swap(false, Ordering::Relaxed)
    }

    /// Asks everything in one round trip. Where the slot is still on its way to this node, only those are answered who say so.
    pub(super) async fn carry(
        &self,
        errands: &[&Errand<'_>],
        is_on_its_way: bool,
        within: Duration,
    ) -> Result<Vec<Answers>, Error> {
        // What is kept while its slot is on its way would have to be told of by two nodes.
        let keep = !is_on_its_way && errands.iter().any(|errand| errand.keep);
        let lines = self.lines();
        let (link, pledge) = if keep { lines.kept() } else { (lines.plain(), None) };
        let answers = match errands {
            [errand] if errand.commands.len() == 1 && !is_on_its_way => vec![alone(errand, link, within).await?],
            errands => together(errands, is_on_its_way, link, within).await?,
        };
        let mut answers = answers.into_iter();
        let carried = errands.iter().map(|errand| {
            let each = answers.by_ref().take(errand.commands.len()).collect();
            Answers { each, pledge: pledge.clone() }
        });
        Ok(carried.collect())
    }

    /// How this node sees the cluster.
    pub(super) async fn view(&self, within: Duration) -> Result<Result<View, RedisError>, Error> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("CLUSTER").arg("INFO").cmd("CLUSTER").arg("SLOTS");
        let answer = self.lines().plain().run(Question::bundle(&pipeline, true).urgent(), within).await?;
        let Ok(Value::Array(answers)) = answer else { return Err(strange("a pipeline")) };
        let [info, slots] = <[Value; 2]>::try_from(answers).map_err(|_| strange("a pipeline"))?;
        Ok(View::of(info.extract_error(), slots.extract_error(), &self.addr))
    }

    /// What was read here until now may have changed unheard.
    pub(super) fn distrust(&self) {
        if let Some(lines) = self.opened() {
            lines.distrust();
        }
    }

    /// It is of no use any more. What is being asked has its answer yet.
    pub(super) fn close(&self) {
        self.mandate.renew(None);
        if let Some(lines) = self.opened() {
            lines.distrust();
            lines.close();
        }
    }
}

/// One command, which is not copied.
async fn alone(errand: &Errand<'_>, link: &Link, within: Duration) -> Result<RedisResult<Value>, Error> {
    let Some(command) = errand.commands.first() else { return Err(strange("nothing")) };
    let question = if errand.may_be_repeated { Question::repeatable(command) } else { Question::once(command) };
    link.run(question.urgent_if(errand.is_urgent), within).await
}

async fn together(
    errands: &[&Errand<'_>],
    is_on_its_way: bool,
    link: &Link,
    within: Duration,
) -> Result<Vec<RedisResult<Value>>, Error> {
    let mut pipeline = redis::pipe();
    for command in errands.iter().flat_map(|errand| &errand.commands) {
        if is_on_its_way {
            // It holds for one command.
            pipeline.cmd("ASKING");
        }
        pipeline.add_command(command.clone().into_owned());
    }
    let may_be_repeated = errands.iter().all(|errand| errand.may_be_repeated);
    let question = Question::bundle(&pipeline, may_be_repeated);
    let answer = link.run(question.urgent_if(errands.iter().any(|errand| errand.is_urgent)), within).await?;
    let Ok(Value::Array(answers)) = answer else { return Err(strange("a pipeline")) };
    let mut answers = answers.into_iter().map(Value::extract_error);
    if !is_on_its_way {
        return Ok(answers.collect());
    }
    let mut commands = Vec::new();
    while let (Some(leave), Some(answer)) = (answers.next(), answers.next()) {
        // Without leave, the command was sent away.
        commands.push(leave.and(answer));
    }
    Ok(commands)
}
