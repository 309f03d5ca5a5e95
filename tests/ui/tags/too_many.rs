use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, tags = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"])]
async fn a(id: u64) -> u64 {
    id
}

fn main() {}
