//! The tag of all entries, in parts.
//!
//! Every entry is read with the tag that all entries have. If that were one key, each read would go to the node that has it,
//! and that node would be needed for all of them. So it is kept in parts, one for each range of slots: nearly always the part
//! of an entry is at the entry's own node.

use std::sync::Arc;

use super::slot::{self, SLOTS};
use crate::key::Key;
use crate::store::Listener;

/// Few enough to be removed in one go, and enough for the ranges of many nodes.
const PARTS: u16 = 64;
const SLOTS_OF_A_PART: u16 = SLOTS / PARTS;

pub(super) struct Parts {
    /// What the parts are parts of.
    whole: Key,
    keys: Vec<String>,
}

impl Parts {
    pub(super) fn of_everything(namespace: &str) -> Arc<Self> {
        let whole = Key::of_everything(namespace);
        let keys = (0..PARTS).map(|part| {
            // Every slot has a text.
            key_in(&whole, |slot| slot / SLOTS_OF_A_PART == part).unwrap_or_default()
        });
        Arc::new(Self { keys: keys.collect(), whole })
    }

    /// Whether `key` is what they are parts of.
    pub(super) fn are_of(&self, key: &Key) -> bool {
        self.whole == *key
    }

    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// A key of the cache's own in one of the slots that `is_one` says. Nothing is ever there, so that whoever asks for it is
    /// told of nothing: of a part that was put in use, and everything would be forgotten.
    pub(super) fn empty_key_in(&self, is_one: impl Fn(u16) -> bool) -> Option<String> {
        slot::text_in(is_one).map(|text| format!("{}~{{{text}}}", self.whole))
    }

    /// Where `key` is kept for the sake of what has slot `slot`: as it is, but for the tag of all entries.
    pub(super) fn key_for<'a>(&'a self, key: &'a Key, slot: u16) -> &'a str {
        let part = self.are_of(key).then(|| self.keys.get(usize::from(slot / SLOTS_OF_A_PART))).flatten();
        part.map_or_else(|| key.as_str(), String::as_str)
    }
}

fn key_in(whole: &Key, is_one: impl Fn(u16) -> bool) -> Option<String> {
    slot::text_in(is_one).map(|text| format!("{whole}{{{text}}}"))
}

/// A listener that is told of the whole when a part has changed.
pub(super) struct Whole {
    pub(super) parts: Arc<Parts>,
    pub(super) listener: Arc<dyn Listener>,
}

impl Listener for Whole {
    fn changed(&self, key: &[u8]) {
        let whole = self.parts.whole.as_str().as_bytes();
        let is_a_part = key.strip_prefix(whole).is_some_and(|rest| rest.starts_with(b"{"));
        self.listener.changed(if is_a_part { whole } else { key });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn the_part_of_an_entry_is_in_the_range_of_its_slot() {
        let parts = Parts::of_everything("shop");
        let (whole, other) = (Key::of_everything("shop"), Key::of_tag("shop", "x"));
        assert!(parts.are_of(&whole) && !parts.are_of(&Key::of_everything("other")));
        for slot in 0..SLOTS {
            let part = parts.key_for(&whole, slot);
            assert!(part.starts_with("shop:%~all{") && parts.keys().iter().any(|key| key == part));
            assert_eq!(slot::of(part) / SLOTS_OF_A_PART, slot / SLOTS_OF_A_PART);
            assert_eq!(parts.key_for(&other, slot), other.as_str());
        }
    }

    #[test]
    fn a_change_of_a_part_is_one_of_the_whole() {
        #[derive(Default)]
        struct Heard(Mutex<Vec<Vec<u8>>>);
        impl Listener for Heard {
            fn changed(&self, key: &[u8]) {
                self.0.lock().unwrap().push(key.to_vec());
            }
        }
        let (parts, heard) = (Parts::of_everything("shop"), Arc::<Heard>::default());
        let listener = Whole { parts: Arc::clone(&parts), listener: Arc::clone(&heard) as Arc<dyn Listener> };
        listener.changed(parts.keys()[7].as_bytes());
        listener.changed(b"shop:user:7");
        assert_eq!(*heard.0.lock().unwrap(), [b"shop:%~all".to_vec(), b"shop:user:7".to_vec()]);
    }

    #[test]
    fn where_nothing_is_ever_there_is_no_part() {
        let parts = Parts::of_everything("shop");
        for slot in (0..SLOTS).step_by(100) {
            let empty = parts.empty_key_in(|one| one == slot).unwrap();
            assert!(empty.starts_with("shop:%~") && slot::of(&empty) == slot, "{empty}");
            assert!(!parts.keys().contains(&empty) && empty != "shop:%~all", "{empty}");
        }
    }
}
