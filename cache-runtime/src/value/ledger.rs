//! What has been learnt of each type, codec and version in this process: fingerprint and standing.

use std::{
    any::TypeId,
    cell::Cell,
    collections::HashMap,
    ptr,
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering::Relaxed},
    },
};

use foldhash::fast::RandomState;

use super::{
    ValueType,
    codec::Identity,
    guard::{self, Known, Length, Written},
    shape::{self, Arity, Outline},
    value_type::Coder,
};

/// Records live as long as the process: there are as many as it has types, codecs and versions.
static LEDGER: LazyLock<Mutex<HashMap<Key, &'static Record, RandomState>>> = LazyLock::new(Mutex::default);

/// So many a thread has at hand.
const AT_HAND: usize = 64;

thread_local! {
    static HAND: [Cell<Option<AtHand>>; AT_HAND] = const { [const { Cell::new(None) }; AT_HAND] };
}

/// A record with what it was found by.
#[derive(Clone, Copy)]
struct AtHand {
    ty: &'static ValueType,
    coder: &'static Coder,
    version: u32,
    record: &'static Record,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    type_id: TypeId,
    codec: Identity,
    version: u32,
}

/// What is known of one type in one codec and version.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) fingerprint: u64,
    pub(super) arities: Vec<Arity>,
    /// The size of the largest part of a value.
    widest: usize,
    /// Where the values have been that came back.
    known: Known,
    standing: AtomicU8,
    value_told: AtomicBool,
}

/// Whether the codec carries the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// No value has come back yet. If the next that is written does not, neither will the others.
    OnProbation,
    /// A value came back. Others like it are believed.
    Proven,
    /// A value came back and another did not: each is read back, and counts for itself only.
    Doubted,
    /// The first value did not come back, or one could not be written: no other is tried.
    Condemned,
}

/// The record of a type. Most reads find it at hand, without touching what other threads touch.
pub(super) fn record(ty: &'static ValueType, coder: &'static Coder, version: u32) -> &'static Record {
    let place = (ptr::from_ref(ty).addr() / align_of::<ValueType>()) % AT_HAND;
    HAND.try_with(|hand| {
        let place = hand.get(place)?;
        let is_it = |at: &AtHand| ptr::eq(at.ty, ty) && ptr::eq(at.coder, coder) && at.version == version;
        if let Some(at) = place.get().filter(is_it) {
            return Some(at.record);
        }
        let record = looked_up(ty, coder, version);
        place.set(Some(AtHand { ty, coder, version, record }));
        Some(record)
    })
    .ok()
    .flatten()
    .unwrap_or_else(|| looked_up(ty, coder, version))
}

fn looked_up(ty: &ValueType, coder: &Coder, version: u32) -> &'static Record {
    let key = Key { type_id: ty.type_id(), codec: coder.identity, version };
    let ledger = || LEDGER.lock().unwrap_or_else(PoisonError::into_inner);
    let known = ledger().get(&key).copied();
    known.unwrap_or_else(|| {
        // Traced without the lock: it runs code of the type.
        let record = Record::new(ty, coder, version);
        ledger().entry(key).or_insert_with(|| Box::leak(Box::new(record)))
    })
}

impl Record {
    fn new(ty: &ValueType, coder: &Coder, version: u32) -> Self {
        // Every sealing and opening comes through here: nothing in a trace may reach the caller.
        let trace = guard::contain(drop, || Ok(ty.trace(coder.human_readable))).unwrap_or_default();
        let outline = Outline { type_name: ty.type_name(), codec: coder.identity, version, tags: &[] };
        Self {
            fingerprint: shape::fingerprint(&trace, &outline),
            arities: trace.arities,
            widest: trace.widest,
            known: Known::default(),
            standing: AtomicU8::new(Standing::OnProbation as u8),
            value_told: AtomicBool::new(false),
        }
    }

    pub(super) fn standing(&self) -> Standing {
        const PROVEN: u8 = Standing::Proven as u8;
        const DOUBTED: u8 = Standing::Doubted as u8;
        const CONDEMNED: u8 = Standing::Condemned as u8;
        match self.standing.load(Relaxed) {
            PROVEN => Standing::Proven,
            DOUBTED => Standing::Doubted,
            CONDEMNED => Standing::Condemned,
            _ => Standing::OnProbation,
        }
    }

    /// Whether a value must be read back before it is believed.
    pub(super) fn must_read_back(&self, written: &Written) -> bool {
        self.standing() != Standing::Proven
            || !written.is_covered_by(&self.known)
            || self.may_be_too_much(written, written.as_it_is())
    }

    /// Whether a value might pass a limit that only reading sees, if it is stored like that.
    pub(super) fn may_be_too_much(&self, written: &Written, length: Length) -> bool {
        written.may_be_too_much(self.widest, length)
    }

    /// A value came back.
    pub(super) fn prove(&self, written: &Written) {
        written.add_to(&self.known);
        self.change(Standing::OnProbation, Standing::Proven);
    }

    /// A value did not come back, or a payload was not understood although checksum and shape were right:
    /// forged, or of a kind that the values before it did not have.
    pub(super) fn doubt(&self) {
        self.change(Standing::Proven, Standing::Doubted);
    }

    /// The codec cannot carry the type. True for the first to say so.
    pub(super) fn condemn(&self) -> bool {
        self.standing.swap(Standing::Condemned as u8, Relaxed) != Standing::Condemned as u8
    }

    /// A value was refused, or stored with the fallback, for what it is. True for the first.
    pub(super) fn tell_of_value(&self) -> bool {
        !self.value_told.swap(true, Relaxed)
    }

    fn change(&self, from: Standing, to: Standing) {
        // When it fails, somebody else has learnt something worse.
        let _ = self.standing.compare_exchange(from as u8, to as u8, Relaxed, Relaxed);
    }
}
