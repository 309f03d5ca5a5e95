//! Companions of functions for many keys.

use ::std::collections::HashMap;

use cache_runtime::read_through;

use super::Seen;
use crate::{Res, User, on_a_cache};
pub use crate::{core, std};

/// With companions by another name, and with a value that an alias hides.
#[read_through(key = "c:{tenant}:{id}", ttl = 60, skip(seen), companions = user_cache, each(id in ids))]
pub async fn users(tenant: u32, seen: &Seen, ids: Vec<u64>) -> Res<HashMap<u64, User>> {
    seen.note(&ids);
    Ok(ids.into_iter().map(|id| (id, User::new(id, tenant))).collect())
}

#[tokio::test]
async fn companions_are_about_one_key_and_two_about_all() {
    let seen = Seen::default();
    on_a_cache(async {
        assert_eq!(user_cache::key(1, 7).as_str(), "c:1:7");
        user_cache::put(1, 7, &User::new(7, "put")).await.unwrap();
        assert_eq!(user_cache::peek(1, 7).await, Some(User::new(7, "put")));
        assert_eq!(users(1, &seen, vec![7, 8]).await.unwrap()[&7].name, "put");
        assert_eq!(user_cache::origin(1, &seen, vec![7]).await.unwrap()[&7].name, "1");
        assert_eq!(user_cache::peek(1, 7).await.unwrap().name, "put");
        assert_eq!(user_cache::refresh(1, &seen, vec![7]).await.unwrap()[&7].name, "1");
        assert_eq!(user_cache::peek(1, 7).await.unwrap().name, "1");
        user_cache::invalidate(1, 7).await.unwrap();
        assert_eq!((user_cache::peek(1, 7).await, user_cache::peek(1, 8).await.is_some()), (None, true));
        users(1, &seen, vec![7]).await.unwrap();
        user_cache::invalidate_many(1, vec![7, 8, 9]).await.unwrap();
        assert_eq!((user_cache::peek(1, 7).await, user_cache::peek(1, 8).await), (None, None));
    })
    .await;
    assert_eq!(seen.runs(), [vec![8], vec![7], vec![7], vec![7]]);
}
