use cache_runtime::read_through;

#[read_through(key = "user", ttl = 60)]
struct User {
    id: u64,
}

#[read_through(key = "user", ttl = 60)]
impl User {
    fn id(&self) -> u64 {
        self.id
    }
}

#[read_through]
mod users {
    pub fn all() {}
}

#[read_through]
const LIMIT: u64 = 7;

fn caller(user: User) {
    users::all();
    let _: u64 = user.id() + LIMIT;
}

fn main() {}
