//! A value that another layout of the type has written is a miss, never a wrong value.

use serde::{Deserialize, Serialize};

use super::support::{CODECS, get, put};
use crate::value::{Mismatch, Value};

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the calls are easier to read")]
fn abandoned<Old: Value, New: Value>(old: Old) {
    for codec in CODECS {
        let bytes = put(*codec, old.clone()).unwrap();
        assert!(get::<Old>(*codec, &bytes).is_ok());
        let new = get::<New>(*codec, &bytes).map(drop);
        assert!(matches!(new, Err(Mismatch::Shape)), "{codec:?}: {new:?}");
    }
}

/// Types of the same name, as two releases have them.
macro_rules! releases {
    ($($release:ident { $($item:item)* })*) => {$(
        mod $release {
            use super::*;
            $(#[derive(Clone, Serialize, Deserialize)] $item)*
        }
    )*};
}

releases! {
    v1 { pub(super) struct User { pub(super) a: u32, pub(super) b: u32 } }
    swapped { pub(super) struct User { b: u32, a: u32 } }
    added { pub(super) struct User { a: u32, b: u32, c: u32 } }
    defaulted { pub(super) struct User { a: u32, b: u32, #[serde(default)] c: u32 } }
    removed { pub(super) struct User { a: u32 } }
    retyped { pub(super) struct User { a: u32, b: i32 } }
    renamed { pub(super) struct User { a: u32, c: u32 } }
    optional { pub(super) struct User { a: u32, b: Option<u32> } }
    wrapped { pub(super) struct User { a: u32, b: Id } pub(super) struct Id(u32); }
    tuple { pub(super) struct User(u32, u32); }
    other_name { pub(super) struct Person { a: u32, b: u32 } }
    moved { pub(super) struct User { a: u32, b: u32 } }
}

#[test]
fn structs() {
    let user = v1::User { a: 1, b: 2 };
    abandoned::<_, swapped::User>(user.clone());
    abandoned::<_, added::User>(user.clone());
    abandoned::<_, defaulted::User>(user.clone());
    abandoned::<_, removed::User>(user.clone());
    abandoned::<_, retyped::User>(user.clone());
    abandoned::<_, renamed::User>(user.clone());
    abandoned::<_, optional::User>(user.clone());
    abandoned::<_, wrapped::User>(user.clone());
    abandoned::<_, tuple::User>(user.clone());
    abandoned::<_, other_name::Person>(user);
}

#[test]
fn a_type_may_move_to_another_module() {
    for codec in CODECS {
        let bytes = put(*codec, v1::User { a: 1, b: 2 }).unwrap();
        assert!(get::<moved::User>(*codec, &bytes).is_ok());
    }
}

releases! {
    e1 { pub(super) enum Event { Opened, Paid(u32), Closed { at: u32 } } }
    inserted { pub(super) enum Event { Opened, Sent, Paid(u32), Closed { at: u32 } } }
    appended { pub(super) enum Event { Opened, Paid(u32), Closed { at: u32 }, Sent } }
    reordered { pub(super) enum Event { Paid(u32), Opened, Closed { at: u32 } } }
    variant_renamed { pub(super) enum Event { Opened, Bought(u32), Closed { at: u32 } } }
    variant_retyped { pub(super) enum Event { Opened, Paid(i32), Closed { at: u32 } } }
    field_retyped { pub(super) enum Event { Opened, Paid(u32), Closed { at: i32 } } }
    field_renamed { pub(super) enum Event { Opened, Paid(u32), Closed { on: u32 } } }
    as_tuple { pub(super) enum Event { Opened, Paid((u32,)), Closed { at: u32 } } }
}

#[test]
fn enums() {
    for event in [e1::Event::Opened, e1::Event::Paid(1), e1::Event::Closed { at: 1 }] {
        abandoned::<_, inserted::Event>(event.clone());
        abandoned::<_, appended::Event>(event.clone());
        abandoned::<_, reordered::Event>(event.clone());
        abandoned::<_, variant_renamed::Event>(event.clone());
        abandoned::<_, variant_retyped::Event>(event.clone());
        abandoned::<_, field_retyped::Event>(event.clone());
        abandoned::<_, field_renamed::Event>(event.clone());
        abandoned::<_, as_tuple::Event>(event);
    }
}

releases! {
    deep1 { pub(super) struct Tree { pub(super) kids: Vec<Tree>, pub(super) leaf: Leaf }
            #[derive(Default)] pub(super) struct Leaf { x: u8, y: u16 } }
    deep2 { pub(super) struct Tree { kids: Vec<Tree>, leaf: Leaf }
            pub(super) struct Leaf { y: u16, x: u8 } }
}

#[test]
fn far_inside() {
    let tree = || deep1::Tree { kids: vec![], leaf: deep1::Leaf::default() };
    abandoned::<_, deep2::Tree>(tree());
    abandoned::<Vec<Option<deep1::Tree>>, Vec<Option<deep2::Tree>>>(vec![Some(tree())]);
}

#[derive(Clone, Serialize, Deserialize)]
struct Wrap<T> {
    inner: Option<T>,
}

#[test]
fn plain_types_and_generics() {
    abandoned::<u64, i64>(1);
    abandoned::<u64, String>(1);
    abandoned::<String, Vec<u8>>("x".into());
    abandoned::<Vec<u8>, Vec<u16>>(vec![1]);
    abandoned::<(u8, u8), [u8; 3]>((1, 1));
    abandoned::<u8, Option<u8>>(1);
    abandoned::<u8, (u8,)>(1);
    let wrapped = Wrap { inner: Some(Wrap { inner: Some(1_u32) }) };
    abandoned::<Wrap<Wrap<u32>>, Wrap<Wrap<i32>>>(wrapped);
    abandoned::<(Wrap<u32>, Wrap<u32>), (Wrap<u32>, Wrap<String>)>((Wrap { inner: None }, Wrap { inner: None }));
}
