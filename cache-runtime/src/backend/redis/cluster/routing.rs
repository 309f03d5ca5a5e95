//! From a key to the node that has it, and on from there where it is sent.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use redis::RedisError;

use super::node::{Answers, Errand, Node};
use super::redirection::Redirection;
use super::site::Site;
use crate::backend::redis::errors::{timed_out, translated, unavailable};
use crate::clock::{self, Instant};
use crate::error::Error;

/// More redirections than an errand meets in a cluster that is in order.
const MOST_HOPS: u32 = 16;
/// Before somebody is asked again who has said that it is too early.
const PAUSE: Duration = Duration::from_millis(10);

/// Where an errand goes.
struct Target {
    node: Arc<Node>,
    /// The slot is not there yet.
    is_on_its_way: bool,
}

impl Site {
    /// The node that has a slot, as far as is known.
    pub(super) async fn owner(&self, slot: u16, deadline: Instant) -> Result<Arc<Node>, Error> {
        self.charted(deadline).await?;
        let owner = self.chart().owner(slot).cloned();
        owner.ok_or_else(|| {
            self.survey();
            unavailable().because(format!("no node has slot {slot}"))
        })
    }

    /// Does one errand.
    pub(super) async fn run(&self, errand: &Errand<'_>, deadline: Instant) -> Result<Answers, Error> {
        let target = Target { node: self.owner(errand.slot, deadline).await?, is_on_its_way: false };
        let answers = self.carry(&target, &[errand], deadline).await?;
        self.pursue(errand, target, answers, deadline).await
    }

    /// Does several at the same time: those that go to one node together.
    pub(super) async fn run_all(&self, errands: &[Errand<'_>], deadline: Instant) -> Result<Vec<Answers>, Error> {
        let mut groups: Vec<(Arc<Node>, Vec<usize>)> = Vec::new();
        for (at, errand) in errands.iter().enumerate() {
            let owner = self.owner(errand.slot, deadline).await?;
            match groups.iter_mut().find(|(node, _)| Arc::ptr_eq(node, &owner)) {
                Some((_, group)) => group.push(at),
                None => groups.push((owner, vec![at])),
            }
        }
        let groups = join_all(groups.into_iter().map(|(node, group)| self.run_group(errands, node, group, deadline)));
        let mut done = Vec::with_capacity(errands.len());
        for group in groups.await {
            done.extend(group?);
        }
        done.sort_unstable_by_key(|(at, _)| *at);
        Ok(done.into_iter().map(|(_, answers)| answers).collect())
    }

    /// Does those errands that go to one node, and each that was sent away there by itself.
    async fn run_group(
        &self,
        errands: &[Errand<'_>],
        node: Arc<Node>,
        group: Vec<usize>,
        deadline: Instant,
    ) -> Result<Vec<(usize, Answers)>, Error> {
        let chosen: Vec<_> = group.iter().filter_map(|at| errands.get(*at)).collect();
        let target = Target { node: Arc::clone(&node), is_on_its_way: false };
        let answers = self.carry_all(&target, &chosen, deadline).await?;
        if answers.iter().all(|answers| redirected(answers, &target).is_none()) {
            return Ok(group.into_iter().zip(answers).collect());
        }
        let pursued = chosen.iter().zip(answers).map(|(errand, answers)| {
            let target = Target { node: Arc::clone(&node), is_on_its_way: false };
            self.pursue(errand, target, answers, deadline)
        });
        let pursued = join_all(pursued).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(group.into_iter().zip(pursued).collect())
    }

    /// Goes on with an errand until nobody sends it away any more.
    async fn pursue(
        &self,
        errand: &Errand<'_>,
        mut target: Target,
        mut answers: Answers,
        deadline: Instant,
    ) -> Result<Answers, Error> {
        let mut hops = 0;
        while hops < MOST_HOPS {
            let Some((refusal, redirection)) = redirected(&answers, &target) else { return Ok(answers) };
            hops += u32::from(redirection != Redirection::Later);
            target = self.next(errand.slot, refusal, redirection, deadline).await?;
            answers = self.carry(&target, &[errand], deadline).await?;
        }
        self.survey();
        Err(unavailable().because("the nodes of the cluster do not agree on who has the key"))
    }

    /// Where to go after a refusal.
    async fn next(
        &self,
        slot: u16,
        refusal: RedisError,
        redirection: Redirection,
        deadline: Instant,
    ) -> Result<Target, Error> {
        let (node, is_on_its_way) = match redirection {
            Redirection::Moved(addr) => {
                let node = self.named(&addr);
                self.moved(slot, &addr);
                (node, false)
            }
            Redirection::Ask(addr) => (self.named(&addr), true),
            Redirection::Later => {
                let left = clock::until(deadline);
                if left.is_zero() {
                    // An answer that comes together with the end of the time would be taken, again and again.
                    return Err(timed_out());
                }
                clock::pause(PAUSE.min(left)).await;
                (Some(self.owner(slot, deadline).await?), false)
            }
            // It may take seconds: whoever calls is better off without the cache.
            Redirection::Down => {
                self.survey();
                (None, false)
            }
        };
        node.map(|node| Target { node, is_on_its_way }).ok_or_else(|| translated(refusal))
    }

    async fn carry(&self, target: &Target, errands: &[&Errand<'_>], deadline: Instant) -> Result<Answers, Error> {
        let answers = self.carry_all(target, errands, deadline).await?;
        answers.into_iter().next().ok_or_else(unavailable)
    }

    async fn carry_all(
        &self,
        target: &Target,
        errands: &[&Errand<'_>],
        deadline: Instant,
    ) -> Result<Vec<Answers>, Error> {
        let answers = target.node.carry(errands, target.is_on_its_way, clock::until(deadline)).await;
        if answers.is_err() {
            self.survey();
        }
        answers
    }
}

/// Whether somebody else is to be asked, and what was said.
fn redirected(answers: &Answers, target: &Target) -> Option<(RedisError, Redirection)> {
    let refusals = answers.each.iter().filter_map(|answer| answer.as_ref().err());
    refusals.clone().find_map(|refusal| Some((refusal.clone(), Redirection::of(refusal, &target.node.addr)?)))
}
