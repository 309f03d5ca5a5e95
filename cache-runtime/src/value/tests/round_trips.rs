//! What is written is what is read, in every codec.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    fmt::Debug,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    ops::Range,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use super::support::{CODECS, KEY, META, by, content, get, put, seal, value};
use crate::value::{Content, Value, ValueType, open};

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the calls are easier to read")]
fn comes_back<T: Value + PartialEq + Debug>(value: T) {
    for codec in CODECS {
        let bytes = put(*codec, value.clone()).unwrap();
        assert_eq!(get::<T>(*codec, &bytes).unwrap(), value, "{codec:?}");
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct User {
    id: u64,
    name: String,
    tags: Vec<String>,
    parent: Option<Box<User>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(i32, i32),
    Text { body: String, size: Option<u8> },
    Group(Vec<Shape>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Id(u64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Generic<A, B = A> {
    a: A,
    b: Vec<B>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains('@') { Ok(Self(text)) } else { Err("an e-mail address has an `@`") }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Annotated {
    #[serde(default)]
    a: u8,
    #[serde(rename = "bee", alias = "b")]
    b: u8,
    #[serde(skip)]
    c: u8,
    d: u8,
}

#[test]
fn plain_values() {
    comes_back(true);
    comes_back('ß');
    comes_back(u8::MAX);
    comes_back(i64::MIN);
    comes_back(u128::MAX);
    comes_back(i128::MIN);
    comes_back(0.1_f64 + 0.2);
    comes_back(f32::MIN_POSITIVE);
    comes_back(());
    comes_back(String::from("naïve \u{0} text"));
    comes_back(NonZeroU32::MIN);
    comes_back(Duration::new(3, 5));
    comes_back(SystemTime::UNIX_EPOCH);
    comes_back("127.0.0.1".parse::<IpAddr>().unwrap());
    comes_back("[::1]:80".parse::<SocketAddr>().unwrap());
    comes_back(PathBuf::from("/tmp/x"));
}

#[test]
fn collections() {
    comes_back(Vec::<u64>::new());
    comes_back((0..10_000).collect::<Vec<u64>>());
    comes_back((0..300_u16).collect::<VecDeque<_>>());
    comes_back(HashMap::from([(String::from("a"), vec![1_u8]), (String::new(), vec![])]));
    comes_back(BTreeMap::from([(1_u32, Some(2_u32)), (2, None)]));
    comes_back(HashSet::from([Id(1), Id(2)]));
    comes_back(BTreeSet::from([-1_i8, 0]));
    comes_back((1_u8, String::from("x"), [0_u8; 32]));
    comes_back(vec![(); 1000]);
    comes_back(vec![Unit; 7]);
    comes_back(Range { start: 1_u8, end: 2 });
}

#[test]
fn pointers() {
    comes_back(Box::new(Some(1_u8)));
    comes_back(Arc::new(User::sample(0)));
    comes_back(Arc::<str>::from("shared"));
    comes_back(Cow::<'static, str>::Borrowed("borrowed"));
    comes_back(Ok::<u8, String>(1));
}

#[test]
fn structs_and_enums() {
    comes_back(User::sample(5));
    comes_back(Shape::sample());
    comes_back(Id(7));
    comes_back(Unit);
    comes_back(Generic { a: 1_u8, b: vec![String::from("x")] });
    comes_back(Generic { a: Generic { a: 1_u8, b: vec![2] }, b: vec![0_u16] });
    comes_back(Email("a@b".into()));
    comes_back(Annotated { a: 1, b: 2, c: 0, d: 4 });
    comes_back(Some(Shape::Point));
}

#[test]
fn types_of_other_crates() {
    comes_back(uuid::Uuid::from_u128(7));
    comes_back(chrono::DateTime::from_timestamp(1_700_000_000, 1).unwrap());
    comes_back(chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap());
}

#[test]
fn header_facts_come_back() {
    for codec in CODECS {
        let ty = ValueType::of::<u8>();
        let bytes = seal(ty, KEY, &content(1_u8), by(*codec), META).unwrap();
        let opened = open(ty, KEY, &bytes, by(*codec)).unwrap();
        assert_eq!(opened.meta, META);
        assert_eq!(value::<u8>(opened), 1);
    }
}

#[test]
fn each_fill_has_a_version_of_its_own() {
    for codec in CODECS {
        let [a, b] = [(); 2].map(|()| put(*codec, 1_u8).unwrap());
        assert_ne!(a[1..17], b[1..17]);
    }
}

#[test]
fn an_absent_value_comes_back_absent() {
    for codec in CODECS {
        let ty = ValueType::of::<User>();
        let bytes = seal(ty, KEY, &Content::Absent, by(*codec), META).unwrap();
        assert_eq!(bytes.len(), 57);
        let opened = open(ty, KEY, &bytes, by(*codec)).unwrap();
        assert!(matches!(opened.content, Content::Absent));
        assert_eq!(opened.meta, META);
    }
}

impl User {
    fn sample(ancestors: u64) -> Self {
        Self {
            id: ancestors,
            name: format!("user {ancestors}"),
            tags: vec!["a".into(), String::new()],
            parent: (ancestors > 0).then(|| Box::new(Self::sample(ancestors - 1))),
        }
    }
}

impl Shape {
    fn sample() -> Self {
        Self::Group(vec![
            Self::Point,
            Self::Circle(0.5),
            Self::Line(-1, 1),
            Self::Text { body: "b".into(), size: None },
            Self::Group(vec![Self::Text { body: String::new(), size: Some(1) }]),
        ])
    }
}
