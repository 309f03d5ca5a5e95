//! The trace of a type: whole where it can be, always the same, and soon at its end.

use std::{collections::HashMap, num::NonZeroU8};

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use super::support::on_small_stack;
use crate::value::shape::{Trace, trace};

#[track_caller]
fn traced<T: DeserializeOwned>() -> Trace {
    let traces = [(); 3].map(|()| trace::<T>(false));
    assert!(traces.iter().all(|trace| trace == &traces[0]), "it is not always the same");
    traces[0].clone()
}

#[track_caller]
fn complete<T: DeserializeOwned>() -> String {
    for human_readable in [true, false] {
        let trace = trace::<T>(human_readable);
        assert!(trace.complete, "{}", trace.text);
    }
    traced::<T>().text
}

#[test]
fn reads_like_the_type() {
    #[derive(Serialize, Deserialize)]
    struct User {
        id: u64,
        name: Option<String>,
        kind: Kind,
    }
    #[derive(Serialize, Deserialize)]
    enum Kind {
        Guest,
        Member(u8, u8),
        Admin { since: u32 },
    }
    let user = r#"struct "User"["id", "name", "kind"](u64;option(str;)enum "Kind""#;
    assert_eq!(
        complete::<User>(),
        [
            user,
            r#"["Guest", "Member", "Admin"](variant "Guest";unit;))"#,
            user,
            r#"[](variant "Member";tuple "Member"[2](u8;u8;)))"#,
            user,
            r#"[](variant "Admin";struct "Admin"["since"](u32;)))"#,
        ]
        .concat()
    );
}

#[derive(Serialize, Deserialize)]
enum List {
    Cons(u32, Box<List>),
    Nil,
}

#[derive(Serialize, Deserialize)]
struct Twice {
    value: i8,
    left: Option<Box<Twice>>,
    right: Option<Box<Twice>>,
    list: Vec<Twice>,
    map: HashMap<String, Twice>,
}

#[derive(Serialize, Deserialize)]
struct Ping(Option<Box<Pong>>, u8);

#[derive(Serialize, Deserialize)]
enum Pong {
    Again(Box<Ping>),
    Both { a: Box<Ping>, b: Box<Pong> },
    Stop,
}

#[derive(Serialize, Deserialize)]
enum Expression {
    Add(Box<Expression>, Box<Expression>),
    Call { name: String, arguments: Vec<Expression> },
    Not(Box<Expression>),
    If(Box<(Expression, Expression, Expression)>),
    Number(f64),
}

#[derive(Serialize, Deserialize)]
struct Endless(Box<Endless>);

#[derive(Serialize, Deserialize)]
enum EndlessEnum {
    Again(Box<EndlessEnum>, Box<EndlessEnum>),
}

#[test]
fn types_inside_themselves_come_to_an_end() {
    on_small_stack(1 << 20, || {
        complete::<List>();
        complete::<Twice>();
        complete::<Ping>();
        complete::<Pong>();
        let expression = complete::<Expression>();
        for variant in ["Add", "Call", "Not", "If", "Number"] {
            assert!(expression.contains(&format!("variant {variant:?}")), "{variant}");
        }
    });
}

#[test]
fn types_without_an_end_are_cut() {
    on_small_stack(2 << 20, || {
        assert!(!traced::<Endless>().complete);
        assert!(!traced::<EndlessEnum>().complete);
    });
}

#[test]
fn variants_of_enums_inside_variants_are_all_seen() {
    #[derive(Serialize, Deserialize)]
    enum Outer {
        A(InA),
        B(InB),
        C,
    }
    #[derive(Serialize, Deserialize)]
    enum InA {
        A1,
        A2,
        A3(u16),
    }
    #[derive(Serialize, Deserialize)]
    enum InB {
        B1,
        B2(Option<InA>),
        B3(i16),
        B4,
    }
    let text = complete::<Vec<Outer>>();
    for variant in ["A", "B", "C", "A1", "A2", "A3", "B1", "B2", "B3", "B4"] {
        assert!(text.contains(&format!("variant {variant:?}")), "{variant}");
    }
}

#[test]
fn types_that_validate_are_offered_samples() {
    #[derive(Serialize, Deserialize)]
    struct Account {
        id: uuid::Uuid,
        opened: chrono::DateTime<chrono::Utc>,
        day: chrono::NaiveDate,
        time: chrono::NaiveTime,
        address: std::net::IpAddr,
        count: NonZeroU8,
        url: Url,
        end: bool,
    }
    let text = complete::<Account>();
    assert!(text.contains("bool;"));
}

#[derive(Serialize, Deserialize)]
#[serde(try_from = "String")]
struct Url(String);

impl TryFrom<String> for Url {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        if text.starts_with("https://") { Ok(Self(text)) } else { Err(text) }
    }
}

#[test]
fn what_cannot_be_traced_is_partial_and_has_the_name_of_its_type() {
    #[derive(Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only traced")]
    enum Untagged {
        A(u8),
        B(String),
    }
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only traced")]
    struct Flattened {
        #[serde(flatten)]
        a: Untagged,
    }
    #[derive(Deserialize)]
    #[serde(try_from = "u8")]
    struct Never;
    impl TryFrom<u8> for Never {
        type Error = &'static str;
        fn try_from(_: u8) -> Result<Self, Self::Error> {
            Err("never")
        }
    }
    struct Panics;
    impl<'de> Deserialize<'de> for Panics {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("always")
        }
    }
    assert!(!traced::<Untagged>().complete);
    assert!(!traced::<Flattened>().complete);
    assert!(!traced::<serde_json::Value>().complete);
    assert!(!traced::<(u8, Never, String)>().complete);
    assert!(!traced::<(u8, Panics, String)>().complete);
}

#[test]
fn a_partial_trace_still_knows_the_fields_of_its_struct() {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only traced")]
    struct Record {
        first: u8,
        any: serde_json::Value,
        last: i16,
    }
    let text = traced::<Record>().text;
    assert!(text.contains(r#"["first", "any", "last"]"#) && text.contains("i16;"), "{text}");
}

#[test]
fn a_trace_knows_what_the_codec_says_of_readers() {
    assert_ne!(trace::<uuid::Uuid>(true), trace::<uuid::Uuid>(false));
}

/// The hash must be the same in every process, on every machine, for ever.
/// Items in two blocks of a function have one path.
#[test]
fn enums_of_one_path_are_told_apart() {
    trait Has {
        type Enum;
    }
    struct Left;
    struct Right;
    {
        #[derive(Deserialize)]
        #[expect(dead_code, reason = "only traced")]
        enum E {
            A(u8),
        }
        impl Has for Left {
            type Enum = E;
        }
    }
    {
        #[derive(Deserialize)]
        #[expect(dead_code, reason = "only traced")]
        enum E {
            A(u8),
            B(u16),
            C,
        }
        impl Has for Right {
            type Enum = E;
        }
    }
    let text = complete::<(<Right as Has>::Enum, <Left as Has>::Enum, <Right as Has>::Enum)>();
    assert!(text.contains(r#"["A", "B", "C"]"#) && text.contains(r#"["A"]"#) && text.contains("u16"), "{text}");
}

#[test]
fn fingerprints_never_change() {
    use crate::value::{
        codec::Identity,
        shape::{Outline, fingerprint},
    };
    let trace = Trace { text: "u64;".into(), complete: true, ..Trace::default() };
    let outline = Outline { type_name: "u64", codec: Identity::custom("test"), version: 3, tags: &["tenant"] };
    assert_eq!(fingerprint(&trace, &outline), 16_686_266_350_361_813_462);
    let partial = Trace { complete: false, ..trace.clone() };
    assert_ne!(fingerprint(&partial, &outline), fingerprint(&trace, &outline));
    let untagged = Outline { tags: &[], ..outline };
    assert_ne!(fingerprint(&trace, &untagged), fingerprint(&trace, &outline));
}
