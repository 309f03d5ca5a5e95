use cache_runtime::read_through;

#[read_through(key = "user:{id}:{db}", ttl = 60, skip(db))]
async fn get_user(id: u64, db: &str) -> String {
    format!("{id}{db}")
}

fn main() {}
