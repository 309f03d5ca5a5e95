use cache_runtime::read_through;

trait Table: Send + Sync {
    const NAME: &'static str;
}

#[read_through(key = "t:{id}", ttl = 60, skip(_kind))]
async fn name<T: Table>(id: u64, _kind: &T) -> String {
    format!("{}{id}", T::NAME)
}

#[read_through(key = "t:{id}:{T:?}", ttl = 60)]
async fn by_format<T: Table>(id: u64) -> String {
    format!("{}{id}", T::NAME)
}

#[read_through(key = "t:{id}:{T}", ttl = 60)]
async fn by_name<T: Table>(id: u64) -> String {
    format!("{}{id}", T::NAME)
}

#[read_through(key = "t:{id}", ttl = 60, skip(T))]
async fn skipped<T: Table>(id: u64) -> u64 {
    id
}

#[read_through(key = "t:{id}", ttl = 60)]
async fn told<T: std::fmt::Display + Sync>(id: &T) -> String {
    id.to_string()
}

fn main() {}
