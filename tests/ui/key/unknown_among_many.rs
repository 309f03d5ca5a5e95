use cache_runtime::read_through;

#[read_through(key = "{usr.id}:{tenent}:{x}", ttl = 60)]
async fn get_user(user: &str, tenant: u64, page: u64) -> String {
    format!("{user}{tenant}{page}")
}

fn main() {}
