//! Every form of function that `#[read_through]` accepts, compiled under strict lints and run on a memory cache.

#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

/// What the standard library is called; nothing generated may mean this one.
pub mod core {}
/// The same.
pub mod std {}

use ::std::fmt::Display;
use ::std::future::Future;
use ::std::sync::atomic::{AtomicU32, Ordering};
use ::std::sync::{Arc, LazyLock};
use ::std::time::Duration;

use cache_runtime::{Cache, CodecError, CustomCodec, Stats, read_through, with_cache};
use serde::{Deserialize, Serialize};

/// Names that generated code must not mean.
pub mod decoys {
    use super::{Res, User, read_through};

    /// Not the standard one.
    #[derive(Debug)]
    pub struct Result;
    /// Not the standard one.
    #[derive(Debug)]
    pub struct Option;
    /// Not the standard one.
    #[derive(Debug)]
    pub struct Box;
    /// Not the standard one.
    #[derive(Debug)]
    pub struct Some;

    /// Means what it says.
    #[read_through(key = "decoys:{id}", ttl = 60, cache_if = |user: &User| user.is_complete())]
    pub async fn among_decoys(id: u64) -> Res<User> {
        Ok(User::new(id, "ada"))
    }
}

/// A stored value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    id: u64,
    name: String,
}

impl User {
    fn new(id: u64, name: impl Display) -> Self {
        Self { id, name: name.to_string() }
    }

    fn max_age(&self) -> Duration {
        Duration::from_secs(self.id)
    }

    fn is_complete(&self) -> bool {
        !self.name.is_empty()
    }
}

/// An error that can neither be stored nor cloned.
#[derive(Debug)]
pub struct DbError;

type Res<T> = Result<T, DbError>;

/// A borrowed argument.
#[derive(Debug)]
pub struct Filter {
    name: String,
}

/// Runs `future` on a cache of its own and tells what that cache did.
async fn on_a_cache<F: Future>(future: F) -> (F::Output, Stats) {
    let cache = Cache::builder().url("memory://").build().unwrap();
    let output = with_cache(cache.clone(), future).await;
    (output, cache.stats())
}

/// Asserts that the second of two equal calls does not run the body.
macro_rules! assert_cached {
    ($call:expr, $expected:pat) => {{
        let ((first, second), stats) = on_a_cache(async { ($call.await, $call.await) }).await;
        assert!(matches!(first, $expected), "first call");
        assert!(matches!(second, $expected), "second call");
        assert_eq!(stats.loads, 1, "{stats:?}");
    }};
}

/// A free function.
#[read_through(key = "user:{id}", ttl = 60)]
pub async fn get_user(id: u64) -> Result<User, DbError> {
    Ok(User::new(id, "ada"))
}

#[tokio::test]
async fn a_free_function_and_its_companions() {
    assert_cached!(get_user(7), Ok(User { id: 7, .. }));
    let ((), stats) = on_a_cache(async {
        assert_eq!(get_user::key(7).to_string(), "user:7");
        assert_eq!(get_user::peek(7).await, None);
        get_user::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(get_user::peek(7).await.unwrap().name, "put");
        assert_eq!(get_user(7).await.unwrap().name, "put");
        assert_eq!(get_user::origin(7).await.unwrap().name, "ada");
        assert_eq!(get_user(7).await.unwrap().name, "put");
        assert_eq!(get_user::refresh(7).await.unwrap().name, "ada");
        assert_eq!(get_user(7).await.unwrap().name, "ada");
        get_user::invalidate(7).await.unwrap();
        assert_eq!(get_user::peek(7).await, None);
    })
    .await;
    assert_eq!(stats.loads, 1, "{stats:?}");
}

#[tokio::test]
async fn a_function_inside_a_function() {
    #[read_through(key = "inner:{id}", ttl = 60)]
    async fn inner(id: u64) -> User {
        User::new(id, "inner")
    }
    assert_cached!(inner(7), User { .. });
    on_a_cache(async { inner::invalidate(7).await.unwrap() }).await;
}

/// Loads by key.
pub trait Load: Send + Sync + 'static {
    /// The name of what is loaded.
    const NAME: &'static str;
}

/// A kind.
#[derive(Debug)]
pub struct Ada;

impl Load for Ada {
    const NAME: &'static str = "ada";
}

/// A generic function.
#[read_through(key = "{id}:{N}", ttl = "1h 30m", skip(_kind))]
pub async fn generic<'a, K, L, const N: usize>(id: &'a K, _kind: &L) -> Res<(String, usize)>
where
    K: Display + Sync + ?Sized,
    L: Load,
{
    Ok((format!("{id}{}", L::NAME), N))
}

#[tokio::test]
async fn a_generic_function() {
    assert_cached!(generic::<_, _, 4>("a", &Ada), Ok((_, 4)));
    on_a_cache(async {
        generic::<_, _, 3>("a", &Ada).await.unwrap();
        assert_eq!(generic::key::<_, 3>("a").as_str(), "a:3");
        let value: Option<(String, usize)> = generic::peek::<_, 3, _, _>("a").await;
        assert_eq!(value, Some(("aada".to_owned(), 3)));
    })
    .await;
}

/// A value that is generic.
#[read_through(ttl = 60)]
pub async fn parsed<T>(text: &str) -> Option<T>
where
    T: ::std::str::FromStr + Serialize + serde::de::DeserializeOwned + Clone + Send + Sync + 'static,
{
    text.parse().ok()
}

#[tokio::test]
async fn a_generic_value_with_the_default_key() {
    assert_cached!(parsed::<u64>("7"), Some(7));
    on_a_cache(async {
        assert_eq!(parsed::<u64>("7").await, Some(7));
        assert_eq!(parsed::<u8>("7").await, Some(7));
        assert_eq!(parsed::peek::<u64>("7").await, Some(7));
        let key = parsed::key::<u64>("7").to_string();
        assert!(key.ends_with("macro_forms::parsed:u64:7"), "{key}");
    })
    .await;
}

/// Has methods.
#[derive(Debug)]
pub struct Repo {
    tenant: u64,
    cache: Cache,
    calls: AtomicU32,
}

impl Repo {
    fn new() -> Self {
        Self { tenant: 3, cache: Cache::builder().url("memory://").build().unwrap(), calls: AtomicU32::new(0) }
    }

    /// A method.
    #[read_through(key = "t:{self.tenant}:{user.id}", ttl = 60, skip(db), cache = self.cache)]
    pub async fn profile(&self, user: &User, db: &mut u32) -> Res<User> {
        *db += 1;
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(user.clone())
    }

    /// A method of a shared object.
    #[read_through(key = "s:{id}", ttl = 60, skip(self), companions = shared_cache)]
    pub async fn shared(self: Arc<Self>, mut id: u64) -> Result<Option<User>, DbError> {
        id += self.tenant;
        Ok(Some(User::new(id, Self::name())))
    }

    /// An associated function.
    #[read_through(key = "n:{id}", ttl = 60)]
    pub async fn named(id: u64) -> Option<User> {
        Some(User::new(id, Self::name()))
    }

    /// An associated function that nothing tells from a free one.
    #[read_through(key = "a:{id}", ttl = 60, companions = false)]
    pub async fn anonymous(id: u64) -> User {
        User::new(id, "anonymous")
    }

    fn name() -> &'static str {
        "repo"
    }
}

#[tokio::test]
async fn methods_and_their_companions() {
    let repo = Repo::new();
    let user = User::new(7, "ada");
    let mut db = 0;
    repo.profile(&user, &mut db).await.unwrap();
    repo.profile(&user, &mut db).await.unwrap();
    assert_eq!(db, 1);
    assert_eq!(repo.profile_key(&user).as_str(), "t:3:7");
    let peeked: Option<User> = repo.profile_peek::<User, _>(&user).await;
    assert_eq!(peeked, Some(user.clone()));
    repo.profile_put(&user, &User::new(7, "put")).await.unwrap();
    assert_eq!(repo.profile(&user, &mut db).await.unwrap().name, "put");
    assert_eq!(repo.profile_refresh(&user, &mut db).await.unwrap().name, "ada");
    assert_eq!(repo.profile_origin(&user, &mut db).await.unwrap().name, "ada");
    repo.profile_invalidate(&user).await.unwrap();
    assert_eq!(repo.calls.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn other_receivers() {
    let repo = Arc::new(Repo::new());
    assert_cached!(repo.clone().shared(7), Ok(Some(User { id: 10, .. })));
    assert_cached!(Repo::named(7), Some(User { .. }));
    assert_cached!(Repo::anonymous(7), User { .. });
    on_a_cache(async {
        repo.shared_cache_invalidate(7).await.unwrap();
        assert_eq!(repo.shared_cache_peek(7).await, None);
        assert!(repo.clone().shared_cache_refresh(7).await.unwrap().is_some());
        assert!(repo.shared_cache_peek(7).await.is_some());
        Repo::named_invalidate(7).await.unwrap();
    })
    .await;
}

/// A trait.
pub trait Find {
    /// Finds.
    fn find(&self, id: u64) -> impl Future<Output = User> + Send;

    /// Counts.
    #[read_through(key = "count", ttl = 60, skip(self), companions = false)]
    #[allow(async_fn_in_trait)]
    async fn count(&self) -> u64
    where
        Self: Sync,
    {
        1
    }
}

impl Find for Repo {
    #[read_through(ttl = 60, skip(self), companions = false)]
    async fn find(&self, id: u64) -> User {
        User::new(id, self.tenant)
    }
}

/// A trait made by `async_trait`.
#[async_trait::async_trait]
pub trait DynFind: Send + Sync {
    /// Finds.
    async fn dyn_find(&self, id: u64) -> Result<User, DbError>;
    /// Finds in another way.
    #[read_through(key = "default:{name}", ttl = 60, skip(self), companions = false)]
    async fn by_name(&self, name: &str) -> anyhow::Result<User> {
        Ok(User::new(1, name))
    }
}

#[async_trait::async_trait]
impl DynFind for Repo {
    #[read_through(key = "d:{self.tenant}:{id}", ttl = 60, companions = false)]
    async fn dyn_find(&self, id: u64) -> Result<User, DbError> {
        Ok(User::new(id, self.tenant))
    }
}

#[tokio::test]
async fn trait_methods() {
    let repo = Repo::new();
    assert_cached!(repo.find(7), User { id: 7, .. });
    assert_cached!(repo.count(), 1);
    let repo: &dyn DynFind = &repo;
    assert_cached!(repo.dyn_find(7), Ok(User { id: 7, .. }));
    assert_cached!(repo.by_name("ada"), Ok(User { .. }));
}

/// A result by another name.
#[read_through(key = "io:{id}", ttl = 60)]
pub async fn io(id: u64) -> ::std::io::Result<User> {
    Ok(User::new(id, "io"))
}

/// A result by another name.
#[read_through(key = "anyhow:{id}", ttl = 60)]
pub async fn any(id: u64) -> anyhow::Result<User> {
    anyhow::ensure!(id > 0, "no such user");
    Ok(User::new(id, "anyhow"))
}

/// A result by a name that says nothing.
#[read_through(key = "alias:{id}", ttl = 60)]
pub async fn alias(id: u64) -> Res<User> {
    if id == 0 {
        return Err(DbError);
    }
    Ok(User::new(id, "alias"))
}

/// An option in a result by a name that says nothing.
#[read_through(key = "maybe:{id}", ttl = 60, negative_ttl = "5s")]
pub async fn maybe(id: u64) -> Res<Option<User>> {
    Ok((id > 0).then(|| User::new(id, "maybe")))
}

#[tokio::test]
async fn results_behind_any_alias() {
    assert_cached!(io(7), Ok(User { .. }));
    assert_cached!(any(7), Ok(User { .. }));
    assert_cached!(alias(7), Ok(User { .. }));
    assert_cached!(maybe(7), Ok(Some(User { .. })));
    assert_cached!(maybe(0), Ok(None));
    on_a_cache(async {
        assert!(any(0).await.is_err());
        assert!(alias(0).await.is_err());
        alias::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(alias::peek(7).await.unwrap().name, "put");
        maybe::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(maybe::peek(7).await.unwrap().name, "put");
    })
    .await;
}

/// A plain value.
#[read_through(key = "plain", ttl = 60)]
pub async fn plain() -> Vec<u64> {
    vec![1, 2, 3]
}

/// A shared value.
#[read_through(key = "arc:{id}", ttl = 60)]
pub async fn arc(id: u64) -> Arc<User> {
    Arc::new(User::new(id, "arc"))
}

#[tokio::test]
async fn plain_and_shared_values() {
    assert_cached!(plain(), _);
    assert_cached!(arc(7), _);
    on_a_cache(async {
        plain::put(&vec![4]).await.unwrap();
        assert_eq!(plain().await, [4]);
        arc::put(7, &Arc::new(User::new(7, "put"))).await.unwrap();
        assert_eq!(arc::peek(7).await.unwrap().name, "put");
    })
    .await;
}

/// Borrowed arguments.
#[read_through(key = "search:{name}:{bytes}:{filter.name}:{filter:?}:{r#type}", ttl = 60)]
pub async fn search(name: &str, bytes: &[u8], filter: &Filter, r#type: impl Display + Send) -> Vec<String> {
    vec![format!("{name}{}{}{}", bytes.len(), filter.name, r#type)]
}

/// Patterns.
#[read_through(key = "{x}:{name}:{length}", ttl = 60, skip(y))]
pub async fn patterns((mut x, y): (u64, u64), _: &Filter, User { name, .. }: User, length @ 0..=u8::MAX: u8) -> u64 {
    x += y;
    x + name.len() as u64 + u64::from(length)
}

#[tokio::test]
async fn borrowed_arguments_and_patterns() {
    let filter = Filter { name: "f".to_owned() };
    assert_cached!(search("a", b"bc", &filter, 7), _);
    assert_cached!(patterns((1, 2), &filter, User::new(1, "abc"), 4), 10);
    on_a_cache(async {
        let key = search::key("a", b"bc", &filter, 7).to_string();
        assert!(key.starts_with("search:a:[98,99]:f:Filter"), "{key}");
        search::invalidate("a", b"bc", &filter, 7).await.unwrap();
        patterns::invalidate((1, 2), User::new(1, "abc"), 4).await.unwrap();
        assert_eq!(patterns::refresh((1, 2), &filter, User::new(1, "abc"), 4).await, 10);
    })
    .await;
}

/// Blocks.
#[read_through(key = "digest:{rounds}", ttl = "1d", blocking)]
pub fn digest(rounds: u32) -> u64 {
    (0..rounds).fold(0, |digest, round| digest ^ u64::from(round))
}

#[tokio::test]
async fn a_function_that_blocks() {
    assert_cached!(digest(10), _);
    on_a_cache(async { digest::invalidate(10).await.unwrap() }).await;
}

/// The closures see the value.
#[read_through(key = "{id}:{name}", ttl = |user: &User| user.max_age(), cache_if = |user| user.is_complete() && id > 0)]
pub async fn judged(id: u64, name: &str) -> Res<User> {
    Ok(User::new(id, name))
}

/// A path sees the value as well.
#[read_through(key = "path:{id}", ttl = 60, cache_if = User::is_complete)]
pub async fn judged_by_path(id: u64) -> Result<User, DbError> {
    Ok(User::new(id, ""))
}

#[tokio::test]
async fn closures_over_the_value() {
    assert_cached!(judged(7, "ada"), Ok(User { .. }));
    let ((), stats) = on_a_cache(async {
        let _ = (judged(7, "").await, judged(7, "").await);
        let _ = (judged_by_path(7).await, judged_by_path(7).await);
        judged::put(7, "", &User::new(7, "")).await.unwrap();
        assert_eq!(judged::peek(7, "").await, None);
    })
    .await;
    assert_eq!(stats.loads, 4, "{stats:?}");
}

/// A ttl known only at the call, and everything that is fixed.
#[read_through(
    key = "all:{seconds}",
    ttl = Duration::from_secs(seconds),
    jitter = JITTER,
    negative_ttl = NEGATIVE,
    codec = json,
    version = 1 + 1,
    companions = all_cache,
    crate = reexported
)]
#[tracing::instrument]
#[cfg(not(any()))]
pub async fn all(seconds: u64) -> Option<User> {
    Some(User::new(seconds, "all"))
}

/// Is not there, and nor are its companions.
#[read_through(key = "never", ttl = 60)]
#[cfg(any())]
pub async fn never() -> Nothing {}

use cache_runtime as reexported;

const JITTER: f64 = 0.1;
const NEGATIVE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn every_argument_and_other_attributes() {
    assert_cached!(all(7), Some(User { .. }));
    on_a_cache(async { all_cache::invalidate(7).await.unwrap() }).await;
}

/// A codec that the library does not know.
#[derive(Debug)]
pub struct Json;

impl CustomCodec for Json {
    const NAME: &'static str = "test-json";
    const HUMAN_READABLE: bool = true;

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer(out, value).map_err(|_| CodecError::new("not json"))
    }

    fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(|_| CodecError::new("not json"))
    }
}

/// Another cache.
static REPORTS: LazyLock<Cache> = LazyLock::new(|| Cache::builder().url("memory://").build().unwrap());

/// In another cache, by a codec of its own.
#[read_through(key = "report:{id}", ttl = 60, codec = Json, cache = REPORTS)]
pub async fn report(id: u64) -> User {
    User::new(id, "report")
}

#[tokio::test]
async fn another_cache_and_codec() {
    report(7).await;
    report(7).await;
    assert_eq!(REPORTS.stats().loads, 1);
    assert_eq!(report::peek(7).await, Some(User::new(7, "report")));
    report::put(7, &User::new(7, "put")).await.unwrap();
    assert_eq!(report(7).await.name, "put");
    report::invalidate(7).await.unwrap();
}

#[tokio::test]
async fn futures_can_be_sent_to_another_thread() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let repo = Arc::new(Repo::new());
    let filter = Filter { name: "f".to_owned() };
    let (task, _) = (tokio::spawn(get_user(7)), assert_send(repo.clone().shared(7)));
    task.await.unwrap().unwrap();
    let mut db = 0;
    drop(assert_send(repo.profile(&User::new(7, "ada"), &mut db)));
    drop(assert_send(search("a", b"bc", &filter, 7)));
    drop(assert_send(generic::<_, _, 4>("a", &Ada)));
    drop(assert_send(get_user::refresh(7)));
    drop(assert_send(judged(7, "ada")));
    drop(assert_send(repo.dyn_find(7)));
}

/// Never expires, and is deprecated.
#[deprecated = "for the test"]
#[read_through(ttl = "forever")]
pub async fn forever() -> u64 {
    1
}

/// Called like its parameter.
#[read_through(key = "{user}", ttl = 60)]
pub async fn user(user: u64) -> u64 {
    user
}

#[tokio::test]
async fn odd_names() {
    assert_cached!(decoys::among_decoys(7), Ok(User { .. }));
    assert_cached!(user(7), 7);
    on_a_cache(async {
        assert_eq!(user::refresh(7).await, 7);
        user::put(7, &8).await.unwrap();
    })
    .await;
}

/// Passes every part on, as users' macros do.
macro_rules! annotated {
    ($name:ident, $key:expr, $ttl:literal, $parameter:ident: $ty:ty, $value:ty, $body:block) => {
        /// By a macro.
        #[read_through(key = $key, ttl = $ttl)]
        pub async fn $name($parameter: $ty) -> Option<$value> $body
    };
}
annotated!(by_macro, "by_macro:{id}", 60, id: u64, User, { Some(User::new(id, "macro")) });

#[tokio::test]
async fn a_function_made_by_a_macro() {
    assert_cached!(by_macro(7), Some(User { id: 7, .. }));
    on_a_cache(async { by_macro::invalidate(7).await.unwrap() }).await;
}
