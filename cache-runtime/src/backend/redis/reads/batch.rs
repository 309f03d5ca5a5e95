//! Several reads in one round trip.

use std::collections::HashMap;
use std::mem;
use std::time::Duration;

use bytes::Bytes;
use foldhash::fast::RandomState;
use redis::{Cmd, Pipeline, Value};

use super::queue::{Ask, Reply};
use crate::backend::redis::errors::strange;
use crate::backend::redis::large::LargeKeys;
use crate::backend::redis::question::Question;
use crate::backend::redis::reading::left;
use crate::error::Error;
use crate::key::Key;
use crate::store::Found;
use crate::value::Version;

/// Reads that are sent together, each key once.
pub(super) struct Batch {
    asks: Vec<Ask>,
    /// Where the answers are, for the entry and the tags of one read after the other.
    places: Vec<usize>,
    /// How many need the answer at a place.
    needed: Vec<usize>,
    /// The tag of all entries is asked for, before everything else.
    has_every: bool,
}

/// A batch in the words of the server.
pub(super) enum Words {
    Keys(Cmd),
    /// The same after a `PTTL` for each read that asks for the life of its entry.
    LivesAndKeys(Pipeline),
}

impl Words {
    pub(super) fn question(&self) -> Question<'_> {
        match self {
            Self::Keys(mget) => Question::repeatable(mget),
            Self::LivesAndKeys(pipeline) => Question::repeatable_pipeline(pipeline),
        }
    }
}

impl Batch {
    pub(super) fn new(asks: Vec<Ask>, every: Option<&Key>) -> (Self, Words) {
        let every = every.filter(|_| asks.iter().any(|ask| ask.every));
        let mut distinct = Distinct::with_capacity(asks.len() + 1);
        if let Some(every) = every {
            distinct.place(every);
        }
        let places = asks.iter().flat_map(Ask::keys).map(|key| distinct.place(key)).collect();
        let words = words(&distinct.keys, &asks);
        let (needed, has_every) = (distinct.needed, every.is_some());
        (Self { asks, places, needed, has_every }, words)
    }

    pub(super) fn len(&self) -> usize {
        self.asks.len()
    }

    /// Gives each read its part of the answer. Notes what is `large`.
    pub(super) fn answer(self, answer: Value, large: &LargeKeys) {
        let Some((lives, values)) = parts(answer, &self.asks).filter(|(_, values)| values.len() == self.needed.len())
        else {
            return self.dismiss(|| Reply::Failed(strange("MGET")));
        };
        let mut values = Values::of(values, self.needed);
        let every = if self.has_every { Some(values.version(0)) } else { None };
        let (mut lives, mut places) = (lives.into_iter(), self.places.into_iter());
        for ask in self.asks {
            let bytes = places.next().and_then(|place| values.take(place));
            large.learn(&ask.key, bytes.as_deref().unwrap_or_default());
            let own = places.by_ref().take(ask.tags.len()).map(|place| values.version(place));
            let tags = every.filter(|_| ask.every).into_iter().chain(own).collect();
            let life = if ask.life { lives.next().flatten() } else { None };
            // Whoever is gone needs no answer.
            let _ = ask.reply.send(Reply::Found(Found { bytes, life, tags, pledge: None }));
        }
    }

    /// Nothing has come, for this reason, and any of them may be why.
    pub(super) fn doubt(&self, large: &LargeKeys, reason: &Error) {
        self.asks.iter().for_each(|ask| large.doubt(&ask.key, reason));
    }

    /// Sends everybody home with what `reply` makes.
    pub(super) fn dismiss(self, reply: impl Fn() -> Reply) {
        for ask in self.asks {
            let _ = ask.reply.send(reply());
        }
    }
}

impl Ask {
    fn keys(&self) -> impl Iterator<Item = &Key> {
        [&self.key].into_iter().chain(&self.tags)
    }
}

/// Keys, each once, in the order of the question.
struct Distinct<'a> {
    keys: Vec<&'a str>,
    needed: Vec<usize>,
    places: HashMap<&'a str, usize, RandomState>,
}

impl<'a> Distinct<'a> {
    fn with_capacity(keys: usize) -> Self {
        let places = HashMap::with_capacity_and_hasher(keys, RandomState::default());
        Self { keys: Vec::with_capacity(keys), needed: Vec::with_capacity(keys), places }
    }

    /// Where the answer for `key` will be.
    fn place(&mut self, key: &'a Key) -> usize {
        let place = *self.places.entry(key.as_str()).or_insert_with(|| {
            self.keys.push(key.as_str());
            self.needed.push(0);
            self.keys.len() - 1
        });
        if let Some(needed) = self.needed.get_mut(place) {
            *needed += 1;
        }
        place
    }
}

fn words(keys: &[&str], asks: &[Ask]) -> Words {
    let size = keys.iter().map(|key| key.len()).sum::<usize>();
    let mut mget = Cmd::with_capacity(1 + keys.len(), 4 + size);
    mget.arg("MGET").arg(keys);
    if !asks.iter().any(|ask| ask.life) {
        return Words::Keys(mget);
    }
    let mut pipeline = redis::pipe();
    for ask in asks.iter().filter(|ask| ask.life) {
        pipeline.cmd("PTTL").arg(ask.key.as_str());
    }
    pipeline.add_command(mget);
    Words::LivesAndKeys(pipeline)
}

/// The lives that were asked for, and the values.
fn parts(answer: Value, asks: &[Ask]) -> Option<(Vec<Option<Duration>>, Vec<Value>)> {
    let Value::Array(mut answers) = answer else { return None };
    let lives = asks.iter().filter(|ask| ask.life).count();
    if lives == 0 {
        return Some((Vec::new(), answers));
    }
    match answers.pop()? {
        Value::Array(values) if answers.len() == lives => Some((answers.iter().map(left).collect(), values)),
        _ => None,
    }
}

/// What is at the keys of a batch.
struct Values {
    values: Vec<Option<Bytes>>,
    needed: Vec<usize>,
}

impl Values {
    fn of(answers: Vec<Value>, needed: Vec<usize>) -> Self {
        let bytes = |answer| match answer {
            Value::BulkString(bytes) => Some(Bytes::from(bytes)),
            _ => None,
        };
        Self { values: answers.into_iter().map(bytes).collect(), needed }
    }

    /// Moves the bytes to the last who needs them.
    fn take(&mut self, place: usize) -> Option<Bytes> {
        let (value, needed) = (self.values.get_mut(place)?, self.needed.get_mut(place)?);
        *needed = needed.saturating_sub(1);
        if *needed == 0 { mem::take(value) } else { value.clone() }
    }

    fn version(&self, place: usize) -> Option<Version> {
        self.values.get(place)?.as_deref()?.try_into().ok()
    }
}
