//! Reading an entry, with its tags, wherever they are.

use std::borrow::Cow;

use redis::{Cmd, RedisResult, Value};

use super::node::{Answers, Errand};
use super::site::Site;
use crate::backend::redis::errors::{is_wrong_type, strange, translated};
use crate::backend::redis::large::Size;
use crate::backend::redis::lines::Lines;
use crate::backend::redis::reading::{bytes, left, version};
use crate::clock::Instant;
use crate::error::Error;
use crate::key::Key;
use crate::store::{Found, Pledge, Query, Tags};

impl Site {
    /// In one round trip, to all nodes at the same time. Nothing says that entry and tags are as of one moment, and nobody
    /// needs that: each of them is as of a moment after the question was put. So what is large may come before its tags.
    pub(super) async fn read(&self, query: Query<'_>, deadline: Instant) -> Result<Found, Error> {
        let entry = Errand { keep: query.keep, ..Errand::of(query.key.as_str(), of_entry(query)) };
        let slot = entry.slot;
        let owner = self.owner(slot, deadline).await?;
        let large = self.read_large(query, owner.lines(), deadline).await?;
        let tags = query.tags.iter().map(|tag| self.of_tag(tag, slot, query.keep));
        let errands: Vec<_> = large.is_none().then_some(entry).into_iter().chain(tags).collect();
        let answers = self.run_all(&errands, deadline).await;
        let mut answers = answers.inspect_err(|error| owner.lines().large().keys.doubt(query.key, error))?.into_iter();
        let mut found = if let Some(found) = large {
            found
        } else {
            let Answers { each, pledge } = answers.next().ok_or_else(|| strange("GET"))?;
            let found = Found { pledge, ..understood(each, query.life)? };
            owner.lines().learn(query.key, &found);
            found
        };
        for tag in answers {
            found.pledge = both(found.pledge, tag.pledge);
            let [answer] = <[_; 1]>::try_from(tag.each).map_err(|_| strange("GET"))?;
            found.tags.push(version(&string(answer)?));
        }
        Ok(found)
    }

    /// The entry alone, where it is large. What another node has by now is read like others, and so is found.
    async fn read_large(&self, query: Query<'_>, owner: &Lines, deadline: Instant) -> Result<Option<Found>, Error> {
        if owner.large().keys.size(query.key) == Size::Ordinary {
            return Ok(None);
        }
        let entry = Query { tags: Tags::NONE, ..query };
        let read = Box::pin(owner.read_large(entry, deadline)).await;
        Ok(read.inspect_err(|_down| self.survey())?.and_then(Result::ok))
    }

    fn of_tag(&self, tag: &Key, entry_slot: u16, keep: bool) -> Errand<'static> {
        let key = self.setting.parts.key_for(tag, entry_slot);
        Errand { keep, ..Errand::of(key, vec![Cow::Owned(get(key))]) }
    }
}

fn of_entry(query: Query<'_>) -> Vec<Cow<'static, Cmd>> {
    let key = query.key.as_str();
    let life = query.life.then(|| {
        let mut pttl = redis::cmd("PTTL");
        pttl.arg(key);
        pttl
    });
    life.into_iter().chain([get(key)]).map(Cow::Owned).collect()
}

fn get(key: &str) -> Cmd {
    let mut get = redis::cmd("GET");
    get.arg(key);
    get
}

fn understood(answers: Vec<RedisResult<Value>>, with_life: bool) -> Result<Found, Error> {
    let mut answers = answers.into_iter();
    let mut next = || answers.next().ok_or_else(|| strange("a pipeline"));
    let life = if with_life { left(&next()?.map_err(translated)?) } else { None };
    let bytes = bytes(string(next()?)?)?;
    Ok(Found { bytes, life, ..Found::default() })
}

/// What is no string is nothing.
fn string(answer: RedisResult<Value>) -> Result<Value, Error> {
    match answer {
        Err(error) if is_wrong_type(&error) => Ok(Value::Nil),
        answer => answer.map_err(translated),
    }
}

/// The word of both, if both give theirs.
fn both(one: Option<Pledge>, other: Option<Pledge>) -> Option<Pledge> {
    match (one?, other?) {
        (one, other) if one == other => Some(one),
        (one, other) => Some(one.and(other)),
    }
}
