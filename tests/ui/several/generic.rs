use cache_runtime::read_through;

#[read_through(key = "user:{id}", cache_if = true, companions = users)]
async fn get<K: std::fmt::Display + Sync, T: Default>(id: &K, unused: T) -> Option<T> {
    drop(unused);
    Some(T::default()).filter(|_| id.to_string().is_empty())
}

async fn caller() {
    let _: Option<u64> = get(&7, 7).await;
    let _ = users::invalidate(&7, 7).await;
    let _: Option<u64> = users::peek(&7, 7).await;
    let _: Option<u64> = users::refresh(&7, 7).await;
}

fn main() {}
