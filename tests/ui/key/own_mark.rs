use cache_runtime::read_through;

#[read_through(key = "q:{id}%~r", ttl = 60)]
async fn get(id: &str) -> String {
    id.to_owned()
}

fn main() {}
