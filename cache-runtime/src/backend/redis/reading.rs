//! One read: what is asked of the server, and what its answer says.

use std::time::Duration;

use bytes::Bytes;
use redis::{Cmd, Pipeline, Value};

use super::errors::strange;
use super::question::Question;
use crate::error::Error;
use crate::store::{Found, Query};
use crate::value::Version;

/// A query in the words of the server: `GET` the entry, or `MGET` it with its tags.
pub(super) enum Reading {
    /// One command, as most hits are.
    Bytes(Cmd),
    /// The same after a `PTTL`.
    BytesAndLife(Pipeline),
}

impl Reading {
    pub(super) fn of(query: Query<'_>) -> Self {
        let get = get(query);
        if !query.life {
            return Self::Bytes(get);
        }
        let mut pipeline = redis::pipe();
        pipeline.cmd("PTTL").arg(query.key.as_str()).add_command(get);
        Self::BytesAndLife(pipeline)
    }

    pub(super) fn question(&self) -> Question<'_> {
        match self {
            Self::Bytes(get) => Question::repeatable(get),
            Self::BytesAndLife(pipeline) => Question::repeatable_pipeline(pipeline),
        }
    }

    pub(super) fn understood(&self, answer: Value, tags: usize) -> Result<Found, Error> {
        let (life, got) = match (self, answer) {
            (Self::Bytes(_), got) => (None, got),
            (Self::BytesAndLife(_), Value::Array(answers)) => {
                let [pttl, got] = <[Value; 2]>::try_from(answers).map_err(|_| strange("a pipeline"))?;
                (left(&pttl), got)
            }
            (Self::BytesAndLife(_), _) => return Err(strange("a pipeline")),
        };
        if tags == 0 {
            return Ok(Found { bytes: bytes(got)?, life, ..Found::default() });
        }
        match got {
            Value::Array(answers) if answers.len() == tags + 1 => {
                let mut answers = answers.into_iter();
                let bytes = bytes(answers.next().unwrap_or(Value::Nil))?;
                let tags = answers.as_slice().iter().map(version).collect();
                Ok(Found { bytes, life, tags, pledge: None })
            }
            _ => Err(strange("MGET")),
        }
    }
}

fn get(query: Query<'_>) -> Cmd {
    let keys = || [query.key].into_iter().chain(query.tags.iter());
    let verb = if query.tags.len() == 0 { "GET" } else { "MGET" };
    let size = keys().map(|key| key.as_str().len()).sum::<usize>();
    let mut command = Cmd::with_capacity(2 + query.tags.len(), verb.len() + size);
    command.arg(verb);
    for key in keys() {
        command.arg(key.as_str());
    }
    command
}

/// What is at a key. The bytes move; they are not copied.
pub(super) fn bytes(answer: Value) -> Result<Option<Bytes>, Error> {
    match answer {
        Value::BulkString(bytes) => Ok(Some(Bytes::from(bytes))),
        Value::Nil => Ok(None),
        _ => Err(strange("GET")),
    }
}

/// What PTTL says; a key without an end, and one that is not there, are below zero.
pub(super) fn left(pttl: &Value) -> Option<Duration> {
    let Value::Int(milliseconds) = *pttl else { return None };
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}

pub(super) fn version(answer: &Value) -> Option<Version> {
    match answer {
        Value::BulkString(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    }
}
