//! What is kept, what is served of it, and what it costs.

mod bound;
mod served;

use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::{Life, Look, Near, Reader, Terms, Watch};
use crate::clock::{self, Tick};
use crate::key::Key;
use crate::store::{Coherence, Feed};
use crate::value::{Codec, Content, Encoding, Meta, Opened, Value, ValueType};

const LONG: Duration = Duration::from_secs(600);

/// A table, and a feed that is believed.
struct Bench {
    near: Near,
    feed: Arc<Feed>,
}

fn bench(capacity: u64) -> Bench {
    let feed = Feed::new(Coherence::Tracking);
    feed.heard(Tick::now());
    Bench { near: Near::new(capacity, "shop"), feed }
}

fn key(text: &str) -> Key {
    Key::new("shop", text)
}

fn reader<V: Value>() -> Reader {
    Reader::new::<V>(ValueType::of::<V>(), Encoding { codec: Codec::DEFAULT, version: 0 })
}

fn opened<V: Value>(value: V, memory: usize) -> Opened {
    let meta = Meta::new(LONG, Duration::ZERO, Duration::ZERO);
    Opened { content: Content::Value(Arc::new(value)), memory, meta, tags: SmallVec::new() }
}

impl Bench {
    fn terms<V: Value>(&self, end: Tick) -> Terms {
        let now = Tick::now();
        let pledge = self.feed.pledge(now).unwrap();
        let life = Life { meta: Meta::new(LONG, Duration::ZERO, Duration::ZERO), end: clock::now() + LONG };
        Terms { reader: reader::<V>(), pledge, asked: now, end, is_retained: false, life: Box::new(life) }
    }

    fn watch(&self, text: &str, tags: &[&str]) -> Watch {
        let keys: Vec<_> = tags.iter().map(|tag| Key::of_tag("shop", tag)).collect();
        self.near.watch(&key(text), &keys, &tags.join(","))
    }

    /// Keeps `value` under `watch`.
    fn keep(&self, text: &str, watch: Watch, value: u32) {
        self.near.keep(&key(text), watch, &opened(value, 0), self.terms::<u32>(Tick::now().within(LONG)));
    }

    fn get<V: Value>(&self, text: &str) -> Option<V> {
        self.look(Look { text, tags: "", reader: reader::<V>(), within: LONG })
    }

    fn look<V: Value>(&self, look: Look<'_>) -> Option<V> {
        self.near.get(look, |entry| entry.value::<V>().cloned())
    }
}
