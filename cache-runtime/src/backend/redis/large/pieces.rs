//! A large value is read in pieces, on a connection of its own.
//!
//! In one piece it would keep the server from everybody else while it is copied there, and the connection from whoever asks
//! behind it. What the pieces are of is told by the bytes that every value begins with, which no other value has: they are
//! asked for once more when all pieces are there. That is done on the plain connection, so that what is believed is what
//! those see who invalidate.

use std::ptr;

use bytes::Bytes;
use futures_util::future::join;
use redis::{Pipeline, RedisError, Value};

use crate::backend::redis::errors::{strange, timed_out};
use crate::backend::redis::lines::Lines;
use crate::backend::redis::link::Link;
use crate::backend::redis::question::Question;
use crate::backend::redis::reading::{self, left};
use crate::clock::{self, Instant};
use crate::error::{Error, ErrorKind};
use crate::store::{Found, Pledge, Query};
use crate::value::{BEGINNING, LONGEST, Version, is_envelope};

/// Copied by the server in some ten microseconds.
const PIECE: usize = 64 << 10;
/// One that was replaced under its reader is read once more.
const ATTEMPTS: u32 = 2;

/// One large read.
pub(in crate::backend::redis) struct InPieces<'a> {
    lines: &'a Lines,
    query: Query<'a>,
    deadline: Instant,
}

/// Why a read ended early.
pub(in crate::backend::redis) enum Stop {
    /// The server answered, and refused.
    Refused(RedisError),
    /// Some of the value came in time, and not all of it.
    Late,
    Failed(Error),
}

impl Stop {
    /// The same, where the first piece has come.
    fn amid(self) -> Self {
        match self {
            Self::Failed(error) if error.kind() == ErrorKind::Timeout => Self::Late,
            other => other,
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What was seen on the connection on which the server tells of changes, and its word to do that.
struct Promise {
    pledge: Pledge,
    seen: Option<(Bytes, Vec<Option<Version>>)>,
}

impl Promise {
    /// The word, if it is given for what was found.
    fn of(self, found: &Found) -> Option<Pledge> {
        let is_of_it = self.seen.is_none_or(|(seen, tags)| seen == beginning(found) && *tags == *found.tags);
        is_of_it.then_some(self.pledge)
    }
}

impl<'a> InPieces<'a> {
    pub(in crate::backend::redis) fn new(lines: &'a Lines, query: Query<'a>, deadline: Instant) -> Self {
        Self { lines, query, deadline }
    }

    /// What is known of the entry. `None`: it is not large any more, and may be asked for as others are.
    pub(in crate::backend::redis) async fn read(&self) -> Result<Option<Found>, Stop> {
        let turn = clock::at_most(clock::until(self.deadline), self.lines.large().turns.acquire()).await;
        let _turn = turn.ok_or_else(timed_out)?;
        let mut attempts = 0;
        loop {
            let promise = self.promise().await;
            let found = self.once().await?;
            let stands = self.beginning(self.lines.plain()).await?;
            if stands == beginning(&found) {
                let pledge = promise.and_then(|promise| promise.of(&found));
                return Ok(Some(Found { pledge, ..found }));
            }
            attempts += 1;
            if attempts == ATTEMPTS {
                // A miss, which knows what it is to replace.
                return Ok(is_envelope(&stands).then_some(Found { bytes: Some(stands), ..found }));
            }
        }
    }

    /// The entry, or pieces of several that took each other's place.
    async fn once(&self) -> Result<Found, Stop> {
        let mut found = self.first().await?;
        if let Some(first) = found.bytes.take_if(|first| first.len() == PIECE) {
            found.bytes = Some(self.all(first).await.map_err(Stop::amid)?);
        }
        Ok(found)
    }

    async fn first(&self) -> Result<Found, Stop> {
        let mut pipeline = redis::pipe();
        let key = self.query.key.as_str();
        if self.query.life {
            pipeline.cmd("PTTL").arg(key);
        }
        pipeline.cmd("GETRANGE").arg(key).arg(0).arg(PIECE - 1);
        self.add_tags(&mut pipeline);
        let mut answers = self.ask(self.link(), Question::repeatable_pipeline(&pipeline)).await?.into_iter();
        let life = if self.query.life { answers.next().as_ref().and_then(left) } else { None };
        let bytes = string(answers.next())?;
        let tags = self.tags(answers.next())?;
        Ok(Found { bytes: Some(bytes).filter(|bytes| !bytes.is_empty()), life, tags: tags.into(), pledge: None })
    }

    /// The first piece and all others, two on their way at a time.
    async fn all(&self, first: Bytes) -> Result<Bytes, Stop> {
        let mut bytes = Vec::from(first);
        // What is longer is nothing that a cache has stored.
        while bytes.len() <= LONGEST {
            let at = bytes.len();
            let (one, two) = join(self.piece(at), self.piece(at + PIECE)).await;
            let (one, two) = (one?, two?);
            bytes.extend_from_slice(&one);
            if one.len() < PIECE {
                break;
            }
            bytes.extend_from_slice(&two);
            if two.len() < PIECE {
                break;
            }
        }
        Ok(Bytes::from(bytes))
    }

    async fn piece(&self, at: usize) -> Result<Bytes, Stop> {
        self.range(self.link(), at, PIECE).await
    }

    async fn beginning(&self, link: &Link) -> Result<Bytes, Stop> {
        self.range(link, 0, BEGINNING).await
    }

    async fn range(&self, link: &Link, at: usize, length: usize) -> Result<Bytes, Stop> {
        let mut range = redis::cmd("GETRANGE");
        range.arg(self.query.key.as_str()).arg(at).arg(at + length - 1);
        let answer = link.run(Question::repeatable(&range), clock::until(self.deadline)).await?;
        Ok(string(Some(answer.map_err(Stop::Refused)?))?)
    }

    /// Has the server tell of changes from now on, where the answer is to be kept. Where it cannot, it is not kept.
    async fn promise(&self) -> Option<Promise> {
        if !self.query.keep {
            return None;
        }
        let (link, pledge) = self.lines.kept();
        let pledge = pledge?;
        if ptr::eq(link, self.lines.plain()) {
            return Some(Promise { pledge, seen: None });
        }
        let mut pipeline = redis::pipe();
        pipeline.cmd("GETRANGE").arg(self.query.key.as_str()).arg(0).arg(BEGINNING - 1);
        self.add_tags(&mut pipeline);
        let mut answers = self.ask(link, Question::repeatable_pipeline(&pipeline)).await.ok()?.into_iter();
        let seen = (string(answers.next()).ok()?, self.tags(answers.next()).ok()?);
        Some(Promise { pledge, seen: Some(seen) })
    }

    fn link(&self) -> &Link {
        self.lines.bulk()
    }

    async fn ask(&self, link: &Link, pipeline: Question<'_>) -> Result<Vec<Value>, Stop> {
        match link.run(pipeline, clock::until(self.deadline)).await?.map_err(Stop::Refused)? {
            Value::Array(answers) => Ok(answers),
            _ => Err(strange("a pipeline").into()),
        }
    }

    fn add_tags(&self, pipeline: &mut Pipeline) {
        if self.query.tags.len() > 0 {
            let mget = pipeline.cmd("MGET");
            self.query.tags.iter().for_each(|tag| {
                mget.arg(tag.as_str());
            });
        }
    }

    fn tags(&self, answer: Option<Value>) -> Result<Vec<Option<Version>>, Error> {
        match answer {
            None if self.query.tags.len() == 0 => Ok(Vec::new()),
            Some(Value::Array(tags)) if tags.len() == self.query.tags.len() => {
                Ok(tags.iter().map(reading::version).collect())
            }
            _ => Err(strange("MGET")),
        }
    }
}

fn string(answer: Option<Value>) -> Result<Bytes, Error> {
    match answer {
        Some(Value::BulkString(bytes)) => Ok(Bytes::from(bytes)),
        _ => Err(strange("GETRANGE")),
    }
}

fn beginning(found: &Found) -> &[u8] {
    let bytes = found.bytes.as_deref().unwrap_or_default();
    bytes.get(..BEGINNING).unwrap_or(bytes)
}
