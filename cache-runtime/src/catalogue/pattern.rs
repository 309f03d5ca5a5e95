//! A key template as an automaton that reads the keys it makes, one character after the other.
//!
//! A placeholder for text reads what the escaping of [`crate::key`] leaves of any text. What a list, a tuple or a `None` has
//! besides begins with a bracket or is marked by `%` and a lower-case letter, and is left out here: it makes a difference only
//! where a literal has such a mark in it, or where the placeholder ends at another character than `:`.

use super::fill::Fill;
use crate::key::{Template, must_escape};

/// The automaton of a template: it begins in the first state, and a key ends in the last one.
#[derive(Debug)]
pub(super) struct Pattern {
    states: Vec<State>,
    /// What stands between two `:`, where no placeholder does. A key has those of its template and no others.
    words: Vec<Option<String>>,
}

/// What may come next.
#[derive(Debug, Default)]
pub(super) struct State {
    /// A character of a set leads to another state.
    pub(super) reads: Vec<(Set, usize)>,
    /// The end of a placeholder.
    pub(super) leaves: Option<usize>,
    /// The same, of one that is filled with nothing at all.
    pub(super) leaves_blank: Option<usize>,
}

/// Some characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    One(char),
    /// `0` and `1`
    Bit,
    /// `0` to `9` and `A` to `F`
    Hex,
    /// All that need no escape in a placeholder that ends at this character.
    Plain(Option<char>),
}

impl Set {
    fn contains(self, c: char) -> bool {
        match self {
            Self::One(only) => c == only,
            Self::Bit => matches!(c, '0' | '1'),
            Self::Hex => matches!(c, '0'..='9' | 'A'..='F'),
            Self::Plain(stop) => !must_escape(c, stop),
        }
    }

    /// A character that is in both. What is read after it does not depend on which one it is.
    pub(super) fn common(self, other: Self) -> Option<char> {
        // Two placeholders end at two characters at most, so that one of three digits is plain in both.
        let samples = match (self, other) {
            (Self::One(only), _) | (_, Self::One(only)) => [only; 5],
            _ => ['7', '8', '9', '0', '1'],
        };
        samples.into_iter().find(|&sample| self.contains(sample) && other.contains(sample))
    }
}

impl Pattern {
    /// The automaton of a template whose placeholders are filled so.
    pub(super) fn new(template: Template, fills: &[Fill]) -> Self {
        let mut pattern = Self { states: vec![State::default()], words: words(template) };
        let placeholders = template.pieces().len().saturating_sub(1);
        for (index, piece) in template.pieces().iter().enumerate() {
            piece.chars().for_each(|c| pattern.then(Set::One(c)));
            if index < placeholders {
                let fill = fills.get(index).copied().unwrap_or(Fill::Text);
                pattern.then_placeholder(fill, template.stop_after(index, placeholders));
            }
        }
        pattern
    }

    /// Whether it takes a closer look to see that they have no key in common: for most pairs it does not.
    pub(super) fn may_meet(&self, other: &Self) -> bool {
        let differ =
            |(one, other): (&Option<String>, &Option<String>)| one.is_some() && other.is_some() && one != other;
        self.words.len() == other.words.len() && !self.words.iter().zip(&other.words).any(differ)
    }

    pub(super) fn state(&self, at: usize) -> Option<&State> {
        self.states.get(at)
    }

    pub(super) fn end(&self) -> usize {
        self.states.len().saturating_sub(1)
    }

    fn then_placeholder(&mut self, fill: Fill, stop: Option<char>) {
        match fill {
            Fill::Text => self.then_text(stop),
            Fill::Unsigned => self.then_integer(false, stop),
            Fill::Signed => self.then_integer(true, stop),
        }
    }

    fn then_text(&mut self, stop: Option<char>) {
        let begin = self.end();
        let inside = self.push();
        self.read(begin, Set::Plain(stop), inside);
        self.read(inside, Set::Plain(stop), inside);
        for escape in escapes(stop) {
            self.chain(begin, &escape, inside);
            self.chain(inside, &escape, inside);
        }
        let end = self.push();
        self.leave(inside, end);
        if let Some(state) = self.states.get_mut(begin) {
            state.leaves_blank = Some(end);
        }
    }

    /// In decimal, without zeros before it. What the text behind the placeholder begins with is escaped here, too.
    fn then_integer(&mut self, signed: bool, stop: Option<char>) {
        let written = |c: char| if stop == Some(c) { escaped(c) } else { vec![Set::One(c)] };
        let begin = self.end();
        let (inside, zero, below) = (self.push(), self.push(), self.push());
        // The first one that fits is in the example.
        for digit in "789123456".chars() {
            for from in [begin, inside, below] {
                self.chain(from, &written(digit), inside);
            }
        }
        self.chain(begin, &written('0'), zero);
        self.chain(inside, &written('0'), inside);
        if signed {
            self.chain(begin, &written('-'), below);
        }
        let end = self.push();
        self.leave(inside, end);
        self.leave(zero, end);
    }

    fn then(&mut self, set: Set) {
        let from = self.end();
        let to = self.push();
        self.read(from, set, to);
    }

    /// Several characters from one state to another.
    fn chain(&mut self, from: usize, sets: &[Set], to: usize) {
        let Some((last, before)) = sets.split_last() else { return };
        let mut at = from;
        for set in before {
            let next = self.push();
            self.read(at, *set, next);
            at = next;
        }
        self.read(at, *last, to);
    }

    fn push(&mut self) -> usize {
        self.states.push(State::default());
        self.end()
    }

    fn read(&mut self, from: usize, set: Set, to: usize) {
        if let Some(state) = self.states.get_mut(from) {
            state.reads.push((set, to));
        }
    }

    fn leave(&mut self, from: usize, to: usize) {
        if let Some(state) = self.states.get_mut(from) {
            state.leaves = Some(to);
        }
    }
}

/// What stands between two `:` of a template; `None` where a placeholder is.
fn words(template: Template) -> Vec<Option<String>> {
    let mut words = vec![Some(String::new())];
    for (index, piece) in template.pieces().iter().enumerate() {
        for (position, part) in piece.split(':').enumerate() {
            if position > 0 {
                words.push(Some(String::new()));
            }
            match words.last_mut() {
                Some(word) if index > 0 && position == 0 => *word = None,
                Some(Some(word)) => word.push_str(part),
                _ => {}
            }
        }
    }
    words
}

/// How the characters are written that must be escaped.
fn escapes(stop: Option<char>) -> Vec<Vec<Set>> {
    let mut all: Vec<_> = [' ', '%', ':', '{', '}', '\x7F'].map(escaped).into();
    // The other control characters.
    all.push(vec![Set::One('%'), Set::Bit, Set::Hex]);
    all.extend(stop.filter(|&stop| !must_escape(stop, None)).map(escaped));
    all
}

fn escaped(c: char) -> Vec<Set> {
    let bytes = c.to_string().into_bytes();
    bytes.iter().flat_map(|byte| format!("%{byte:02X}").chars().map(Set::One).collect::<Vec<_>>()).collect()
}
