//! What may be written is what may be read: a value past a limit is refused, and only that value.

use serde::{Deserialize, Serialize};

use super::support::{CODECS, get, on_small_stack, put};
use crate::value::{Codec, SealError, Value};

#[track_caller]
fn reason<T: Value>(codec: Codec, value: T) -> String {
    match put(codec, value) {
        Err(SealError::Value { source, .. }) => source.reason().to_string(),
        other => panic!("{codec:?}: {other:?}"),
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Node {
    next: Option<Box<Node>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf,
    Tuple(u8, Box<Tree>),
    Struct { kid: Box<Tree> },
    Newtype(Box<Tree>),
    Many(Vec<Tree>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Newtype(Vec<Newtype>);

fn nested<T>(levels: usize, innermost: T, wrap: impl Fn(T) -> T) -> T {
    (0..levels).fold(innermost, |inner, _| wrap(inner))
}

/// For every depth: what can be written can be read.
#[track_caller]
fn read_if_written<T: Value + PartialEq>(innermost: &T, wrap: impl Fn(T) -> T) {
    for codec in CODECS {
        let mut written = 0;
        for levels in 0..140 {
            if let Ok(bytes) = put(*codec, nested(levels, innermost.clone(), &wrap)) {
                let read = get::<T>(*codec, &bytes).unwrap();
                assert!(read == nested(levels, innermost.clone(), &wrap));
                written = levels;
            }
        }
        assert!((40..135).contains(&written), "{codec:?}: {written} levels");
    }
}

#[test]
fn depth() {
    on_small_stack(2 << 20, || {
        read_if_written(&Node::default(), |node| Node { next: Some(Box::new(node)) });
        read_if_written(&Tree::Leaf, |tree| Tree::Tuple(1, Box::new(tree)));
        read_if_written(&Tree::Leaf, |tree| Tree::Struct { kid: Box::new(tree) });
        read_if_written(&Tree::Leaf, |tree| Tree::Newtype(Box::new(tree)));
        read_if_written(&Tree::Leaf, |tree| Tree::Many(vec![tree]));
        read_if_written(&Newtype(vec![]), |inner| Newtype(vec![inner]));
    });
}

#[test]
fn a_value_that_is_too_deep_does_not_condemn_its_type() {
    #[derive(Debug, Clone, Serialize, Deserialize)]
    struct Deep(Option<Box<Deep>>);
    for codec in CODECS {
        let deep = nested(200, Deep(None), |deep| Deep(Some(Box::new(deep))));
        assert!(reason(*codec, deep).contains("nested"));
        assert!(put(*codec, Deep(None)).is_ok());
    }
}
#[test]
fn more_elements_than_its_bytes_can_hold() {
    assert!(put(Codec::Bincode, vec![(); 4096]).is_ok());
    assert!(reason(Codec::Bincode, vec![(); 4097]).contains("elements"));
}

#[test]
fn too_long() {
    let text = "x".repeat((64 << 20) + 1);
    let refused = put(Codec::Bincode, text).unwrap_err();
    assert!(matches!(refused, SealError::TooLarge { limit: 0x400_0000, .. }), "{refused:?}");
}

#[test]
fn large_values_come_back() {
    let text = "x".repeat(63 << 20);
    let bytes = put(Codec::Bincode, text.clone()).unwrap();
    assert!(get::<String>(Codec::Bincode, &bytes).unwrap() == text);
    for codec in CODECS {
        let numbers = vec![1_u128; 1 << 14];
        let bytes = put(*codec, numbers.clone()).unwrap();
        assert!(get::<Vec<u128>>(*codec, &bytes).unwrap() == numbers);
    }
}

/// 512 bytes, of which a `None` writes one.
type Row = [u128; 32];

#[test]
fn sparse_values_come_back_as_far_as_they_are_in_proportion() {
    let sparse = vec![None::<Row>; 100_000];
    for codec in CODECS {
        let bytes = put(*codec, sparse.clone()).unwrap();
        assert!(get::<Vec<Option<Row>>>(*codec, &bytes).unwrap() == sparse);
    }
    // More than 64 MiB, and 64 bytes for each one that is written.
    let filled: Vec<Option<Row>> = (0..150_000).map(|n| (n % 4 == 0).then_some([1; 32])).collect();
    let bytes = put(Codec::Bincode, filled.clone()).unwrap();
    assert!(get::<Vec<Option<Row>>>(Codec::Bincode, &bytes).unwrap() == filled);
    assert!(reason(Codec::Bincode, vec![None::<Row>; 1 << 20]).contains("memory"));
    assert!(put(Codec::Bincode, sparse).is_ok());
}

/// A value that is too much for a reader is too much already for its writer, the first of its type too.
#[test]
fn what_would_take_too_much_of_the_stack_does_not_condemn_its_type() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Page {
        next: Option<Box<Page>>,
        lines: [[u64; 32]; 32],
    }
    on_small_stack(16 << 20, || {
        let page = || Page { next: None, lines: [[1; 32]; 32] };
        for codec in CODECS {
            let book = nested(60, page(), |next| Page { next: Some(Box::new(next)), ..page() });
            assert!(reason(*codec, book).contains("stack"));
            let bytes = put(*codec, page()).unwrap();
            assert!(get::<Page>(*codec, &bytes).unwrap() == page());
        }
    });
}

#[cfg(any(feature = "json", feature = "msgpack"))]
#[test]
fn a_some_of_nothing_is_refused_where_it_would_be_lost() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Maybe(Option<u8>);
    for codec in CODECS.iter().filter(|codec| codec.name() != "bincode") {
        assert!(reason(*codec, Some(None::<u8>)).contains("`Some` of nothing"));
        assert!(reason(*codec, vec![Some(())]).contains("`Some` of nothing"));
        assert!(reason(*codec, Some(Maybe(None))).contains("`Some` of nothing"));
        assert!(put(*codec, Some(Some(1_u8))).is_ok());
        assert!(put(*codec, None::<Option<u8>>).is_ok());
        assert!(put(*codec, Some(vec![None::<u8>])).is_ok());
    }
}
#[test]
fn bincode_keeps_a_some_of_nothing() {
    let bytes = put(Codec::Bincode, Some(None::<u8>)).unwrap();
    assert_eq!(get::<Option<Option<u8>>>(Codec::Bincode, &bytes).unwrap(), Some(None));
}

#[cfg(feature = "json")]
#[test]
fn json_refuses_what_is_not_a_number() {
    assert!(reason(Codec::Json, vec![1.0, f64::NAN]).contains("NaN"));
    assert!(reason(Codec::Json, Some(f32::INFINITY)).contains("NaN"));
    assert!(put(Codec::Json, vec![1.0_f64]).is_ok());
}
