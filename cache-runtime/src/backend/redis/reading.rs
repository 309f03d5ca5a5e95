//! One read: what is asked of the server, and what its answer says.

use std::time::Duration;

use bytes::Bytes;
use redis::{Cmd, Pipeline, Value};

use super::errors::strange;
use super::question::Question;
use crate::error::Error;
use crate::store::{Found, Query};
use crate::value::Version;

/// A query in the words of the server.
pub(super) enum Reading {
    /// Nothing but the bytes: one command, as most hits are.
    Bytes(Cmd),
    /// `PTTL` where the life is asked for, `GET`, and a `GET` for each tag.
    More { pipeline: Pipeline, life: bool },
}

impl Reading {
    pub(super) fn of(query: Query<'_>) -> Self {
        if !query.life && query.tags.len() == 0 {
            let mut get = redis::cmd("GET");
            get.arg(query.key.as_str());
            return Self::Bytes(get);
        }
        let mut pipeline = redis::pipe();
        if query.life {
            pipeline.cmd("PTTL").arg(query.key.as_str());
        }
        for key in [query.key].into_iter().chain(query.tags.iter()) {
            pipeline.cmd("GET").arg(key.as_str());
        }
        Self::More { pipeline, life: query.life }
    }

    pub(super) fn question(&self) -> Question<'_> {
        match self {
            Self::Bytes(get) => Question::Command(get),
            Self::More { pipeline, .. } => Question::Pipeline(pipeline),
        }
    }

    pub(super) fn understood(self, answer: Value) -> Result<Found, Error> {
        let (answers, life) = match (self, answer) {
            (Self::Bytes(_), answer) => (vec![answer], false),
            (Self::More { life, .. }, Value::Array(answers)) => (answers, life),
            (Self::More { .. }, _) => return Err(strange("a pipeline")),
        };
        let mut answers = answers.into_iter();
        let life = if life { answers.next().as_ref().and_then(left) } else { None };
        let bytes = match answers.next() {
            Some(Value::BulkString(bytes)) => Some(Bytes::from(bytes)),
            Some(Value::Nil) => None,
            _ => return Err(strange("GET")),
        };
        Ok(Found { bytes, life, tags: answers.as_slice().iter().map(version).collect() })
    }
}

/// What PTTL says; a key without an end, and one that is not there, are below zero.
fn left(pttl: &Value) -> Option<Duration> {
    let Value::Int(milliseconds) = *pttl else { return None };
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}

pub(super) fn version(answer: &Value) -> Option<Version> {
    match answer {
        Value::BulkString(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    }
}
