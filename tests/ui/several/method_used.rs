use cache_runtime::read_through;

type Res<T> = Result<T, std::fmt::Error>;

pub struct Repo {
    tenant: u64,
}

impl Repo {
    #[read_through(key = "user:{id}", ttl = "1 fortnight", codec = 7)]
    pub async fn get_user(&self, id: u64, tenant: &str) -> Res<String> {
        Ok(format!("{id}{tenant}{}", self.tenant))
    }
}

async fn caller(repo: Repo) -> Result<(), Box<dyn std::error::Error>> {
    repo.get_user_invalidate(7, "t").await?;
    repo.get_user_put(7, "t", &String::new()).await?;
    let _: Option<String> = repo.get_user_peek::<String, _>(7, "t").await;
    let _: String = repo.get_user_refresh(7, "a").await?;
    let _: String = repo.get_user(7, "a").await?;
    Ok(())
}

fn main() {}
