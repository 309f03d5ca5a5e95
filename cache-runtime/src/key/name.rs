//! The finished key of an entry.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::hash::{Hash, Hasher};

use super::text::Text;

/// The longest key stored as it is, in bytes.
const LONGEST: usize = 512;
/// What a hashed key keeps of its readable beginning.
const READABLE: usize = 448;
/// Stands between the readable beginning and the hash. With both it makes a hashed key longer than [`LONGEST`], so that
/// no key stored as it is can ever equal one.
const MARK: &str = ":blake3:";
/// Marks the cache's own keys. An escape is `%` and two hexadecimal digits, so no placeholder can write it, templates must
/// not, and by hand it gets a `!`.
const OWN: &str = "%~";

/// The exact key of an entry, as it is stored: namespace and all.
///
/// Keys come from the `key` companion of an annotated function, or by hand from [`Cache::key`](crate::Cache::key).
/// `Display` shows what `redis-cli GET` wants. A key longer than 512 bytes is stored as its first 448 bytes and the
/// BLAKE3 hash of the whole.
#[derive(Clone)]
pub struct Key(Text);

impl Key {
    /// `namespace:text`, or just `text` where there is no namespace.
    pub(crate) fn new(namespace: &str, text: &str) -> Self {
        let mut whole = Text::new();
        if !namespace.is_empty() {
            whole.push_str(namespace);
            whole.push(':');
        }
        whole.push_str(text);
        Self(bounded(whole))
    }

    /// The key of an entry that is named by hand.
    fn by_hand(namespace: &str, text: &str) -> Self {
        Self::new(namespace, &disowned(text))
    }

    /// The key at which the versions of a tag are kept.
    pub(crate) fn of_tag(namespace: &str, tag: &str) -> Self {
        let mut text = Text::new();
        text.push_str(OWN);
        text.push_str("tag:");
        text.push_str(tag);
        Self::new(namespace, text.as_str())
    }

    /// The key at which the version of the tag is kept that every entry of a namespace has.
    pub(crate) fn of_everything(namespace: &str) -> Self {
        let mut text = Text::new();
        text.push_str(OWN);
        text.push_str("all");
        Self::new(namespace, text.as_str())
    }

    /// The name of the channel on which the processes that use a namespace tell each other of changes.
    pub(crate) fn of_channel(namespace: &str) -> Self {
        let mut text = Text::new();
        text.push_str(OWN);
        text.push_str("near");
        Self::new(namespace, text.as_str())
    }

    /// The key of what is kept beside this entry for the purpose that `mark` names.
    ///
    /// It is not shortened: no entry's key ends like this, as a hashed one ends with the digits of its hash.
    pub(crate) fn beside(&self, mark: &str) -> Self {
        let mut text = self.0.clone();
        text.push_str(OWN);
        text.push_str(mark);
        Self(text)
    }

    /// Whether the key of `text` ends with it: one that is too long ends with its hash.
    pub(crate) fn is_whole(namespace: &str, text: &str) -> bool {
        namespace.len() + 1 + text.len() <= LONGEST
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn bounded(whole: Text) -> Text {
    let text = whole.as_str();
    if text.len() <= LONGEST {
        return whole;
    }
    let cut = (0..=READABLE).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let mut short = Text::new();
    short.push_str(text.get(..cut).unwrap_or_default());
    // A cut inside a character would leave the result shorter by up to three bytes.
    (cut..READABLE).for_each(|_| short.push('.'));
    short.push_str(MARK);
    short.push_str(&blake3::hash(text.as_bytes()).to_hex());
    short
}

/// The text without the mark of the cache's own keys: each `~` behind `%`, or behind `%` and any number of `!`, gets a `!`
/// more, so that different texts stay different.
fn disowned(text: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices('~') {
        let (before, fresh) = (text.get(..at).unwrap_or_default(), text.get(copied..at).unwrap_or_default());
        if before.trim_end_matches('!').ends_with('%') {
            written.push_str(fresh);
            written.push('!');
            copied = at;
        }
    }
    if written.is_empty() {
        return Cow::Borrowed(text);
    }
    written.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(written)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Key {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// What names an entry when the cache is used by hand: a finished [`Key`], or text that gets the cache's namespace.
///
/// Text is taken as it is, with one exception: `%~` marks keys that the cache keeps for itself and becomes `%!~`, and where
/// there are `!` between the two, there is one more.
pub trait IntoKey {
    /// The key in a cache with this namespace.
    fn to_key(&self, namespace: &str) -> Key;
}

impl IntoKey for Key {
    fn to_key(&self, _namespace: &str) -> Key {
        self.clone()
    }
}

impl IntoKey for str {
    fn to_key(&self, namespace: &str) -> Key {
        Key::by_hand(namespace, self)
    }
}

impl IntoKey for String {
    fn to_key(&self, namespace: &str) -> Key {
        Key::by_hand(namespace, self)
    }
}

impl IntoKey for Cow<'_, str> {
    fn to_key(&self, namespace: &str) -> Key {
        Key::by_hand(namespace, self)
    }
}

impl<T: IntoKey + ?Sized> IntoKey for &T {
    fn to_key(&self, namespace: &str) -> Key {
        T::to_key(self, namespace)
    }
}
