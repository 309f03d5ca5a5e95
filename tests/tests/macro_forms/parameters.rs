//! What a function may take: borrowed arguments, patterns, raw names and `impl Trait`.

use ::std::fmt::Display;

use cache_runtime::read_through;

use crate::{Filter, User, assert_cached, on_a_cache};
pub use crate::{core, std};

/// Borrowed arguments.
#[read_through(key = "search:{name}:{bytes}:{filter.name}:{filter:?}:{r#type}", ttl = 60)]
pub async fn search(name: &str, bytes: &[u8], filter: &Filter, r#type: impl Display + Send) -> Vec<String> {
    vec![format!("{name}{}{}{}", bytes.len(), filter.name, r#type)]
}

/// Patterns.
#[read_through(key = "{x}:{name}:{length}", ttl = 60, skip(y))]
pub async fn patterns((mut x, y): (u64, u64), _: &Filter, User { name, .. }: User, length @ 0..=u8::MAX: u8) -> u64 {
    x += y;
    x + name.len() as u64 + u64::from(length)
}

#[tokio::test]
async fn borrowed_arguments_and_patterns() {
    let filter = Filter { name: "f".to_owned() };
    assert_cached!(search("a", b"bc", &filter, 7), _);
    assert_cached!(patterns((1, 2), &filter, User::new(1, "abc"), 4), 10);
    on_a_cache(async {
        let key = search::key("a", b"bc", &filter, 7).to_string();
        assert!(key.starts_with("search:a:[98,99]:f:Filter"), "{key}");
        search::invalidate("a", b"bc", &filter, 7).await.unwrap();
        patterns::invalidate((1, 2), User::new(1, "abc"), 4).await.unwrap();
        assert_eq!(patterns::refresh((1, 2), &filter, User::new(1, "abc"), 4).await, 10);
    })
    .await;
}
