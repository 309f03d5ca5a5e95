//! Functions that change what functions for many keys have cached.

use ::std::collections::HashMap;

use cache_runtime::{invalidates, read_through, write_through};

use super::Seen;
use crate::{DbError, Res, User, on_a_cache};
pub use crate::{core, std};

/// What is changed.
#[read_through(key = "w:{tenant}:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn users(tenant: u32, ids: &[u64], seen: &Seen) -> HashMap<u64, User> {
    seen.note(ids);
    ids.iter().map(|id| (*id, User::new(*id, tenant))).collect()
}

/// One of them.
#[invalidates(users(tenant, id))]
pub async fn rename(tenant: u32, id: u64) -> Result<(), DbError> {
    if id == 0 { Err(DbError) } else { Ok(()) }
}

/// All of them.
#[invalidates(users(tenant, ..&ids))]
pub async fn rename_all(tenant: u32, ids: Vec<u64>) -> Result<usize, DbError> {
    let renamed = ids.len();
    drop(ids);
    Ok(renamed + tenant as usize)
}

/// Those that the function returns.
#[invalidates(users(tenant, ..&returned.0))]
pub async fn rename_some(tenant: u32, first: u64) -> Res<(Vec<u64>, u32)> {
    Ok((vec![first, first + 1], tenant))
}

/// One of them is what is returned.
#[write_through(users(tenant, returned.id))]
pub async fn create(tenant: u32, name: String) -> Res<User> {
    Ok(User::new(7, format!("{name} of {tenant}")))
}

#[tokio::test]
async fn a_writer_names_one_of_many() {
    let seen = Seen::default();
    on_a_cache(async {
        users(1, &[7, 8, 9], &seen).await;
        rename(1, 8).await.unwrap();
        rename(1, 0).await.unwrap_err();
        create(1, "ada".to_owned()).await.unwrap();
        assert_eq!(users(1, &[7, 8, 9], &seen).await[&7].name, "ada of 1");
    })
    .await;
    assert_eq!(seen.runs(), [vec![7, 8, 9], vec![8]]);
}

#[tokio::test]
async fn a_writer_names_a_list_of_them() {
    let seen = Seen::default();
    on_a_cache(async {
        let all = async || users(1, &[7, 8, 9], &seen).await.len();
        all().await;
        assert_eq!(rename_all(1, vec![7, 9]).await.unwrap(), 3);
        all().await;
        rename_some(1, 8).await.unwrap();
        all().await;
    })
    .await;
    assert_eq!(seen.runs(), [vec![7, 8, 9], vec![7, 9], vec![8, 9]]);
}
