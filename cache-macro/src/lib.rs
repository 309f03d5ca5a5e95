//! The attribute macros of `cache-runtime`, which re-exports them; depend on that crate, not on this one.

use proc_macro::TokenStream;

use model::Verb;

mod errors;
mod expand;
mod fallback;
mod lower;
mod model;
mod parse;
mod read_through;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod snapshots_of_windows;
#[cfg(test)]
mod snapshots_of_writers;
mod writer;

/// Makes an async function read through the cache: its body runs only when the cache has no value.
///
/// ```
/// use cache_runtime::read_through;
/// # #[derive(Clone, serde::Serialize, serde::Deserialize)] struct User { name: String }
/// # struct DbError;
/// # async fn load(id: u64) -> Result<User, DbError> { Ok(User { name: id.to_string() }) }
///
/// #[read_through(key = "user:{id}", ttl = 60)]
/// async fn get_user(id: u64) -> Result<User, DbError> {
///     load(id).await
/// }
/// # async fn caller() -> Result<(), Box<dyn std::error::Error>> {
/// # let _ =
/// get_user(7).await; // from the cache, else from the body
/// get_user::invalidate(7).await?; // checked by the compiler, no key strings
/// # Ok(()) }
/// ```
///
/// The function keeps its signature and returns what its body would: a cache that fails is never the caller's failure.
/// The stored type needs `Serialize + DeserializeOwned + Clone + Send + Sync + 'static`. Of a `Result<T, E>` only the
/// `T` of `Ok` is stored and `E` needs nothing, also behind an alias such as `io::Result<T>`. `None` is stored only
/// with `negative_ttl`.
///
/// # Arguments
///
/// | argument | example | meaning |
/// |---|---|---|
/// | `key` | `key = "user:{id}"` | template of the key over parameters and their fields, `{filter:?}` for `Debug`; default: the path of the function and every parameter |
/// | `ttl` | `ttl = 60` | how long a value lives: whole seconds, text such as `"1h 30m"` or `"forever"`, a `Duration` expression, or a closure over the value; required |
/// | `jitter` | `jitter = 0.1` | shortens each ttl by a random part of it, at most this fraction from 0 to 1; default: 0 |
/// | `stale_while_revalidate` | `stale_while_revalidate = "30s"` | how long past the ttl the old value is the answer, at once, while one reload runs in the background; default: off |
/// | `stale_if_error` | `stale_if_error = "1h"` | how long past the ttl the old value is the answer where the body returns an `Err`; default: off |
/// | `refresh_ahead` | `refresh_ahead = 0.8` | a hit past this fraction of the ttl, between 0 and 1, starts one reload in the background; default: off |
/// | `soft_timeout` | `soft_timeout = "50ms"` | how long a caller waits for a load where there is an old value to answer with; the load goes on; default: off |
/// | `negative_ttl` | `negative_ttl = "5s"` | how long `None` and `Ok(None)` are remembered; default: they are not stored |
/// | `cache_if` | `cache_if = \|v: &User\| v.complete` | stores a value only when this is true of it; default: always |
/// | `tags` | `tags = ["tenant:{tenant}"]` | groups that the value belongs to, each forgotten as a whole: templates like `key`, 16 at most; default: none |
/// | `codec` | `codec = json` | how a value becomes bytes: `bincode`, `json`, `msgpack` or the path of a type; default: the codec of the cache |
/// | `version` | `version = 2` | a number to raise by hand when stored values must be abandoned; default: 0 |
/// | `skip` | `skip(db, span)` | parameters, `self` and generics among them, that are deliberately no part of the key; default: none |
/// | `cache` | `cache = self.cache` | the `Cache` to use, as an expression; default: the global one |
/// | `companions` | `companions = user_cache` | the name of the companions, or `false` for none; default: the name of the function |
/// | `blocking` | `blocking` | makes a plain `fn` async and runs its body on the blocking pool of tokio; default: off |
/// | `crate` | `crate = my::reexport` | where `cache-runtime` is found; default: `::cache_runtime` |
///
/// # Say what the key is made of
///
/// A placeholder is a parameter or a field of one: `{id}`, `{user.id}`, `{pair.0}`, `{self.tenant}`, and `{filter:?}` for
/// its `Debug` form. Its type needs `Display` or `cache_runtime::KeyPart`. Its text is escaped, so that two different
/// argument lists never share a key. `{{` and `}}` are braces.
///
/// Every parameter must be in the key or in `skip(..)`, `self` included. What is in neither would let one caller see
/// what was stored for another, so it does not compile:
///
/// ```compile_fail
/// # use cache_runtime::read_through;
/// #[read_through(key = "invoice:{id}", ttl = 60)]
/// async fn invoice(tenant: u64, id: u64) -> String { // `tenant` is in neither the key nor `skip(..)`
///     format!("{id} of {tenant}")
/// }
/// ```
///
/// Generics of the function count: a const parameter must be in the key as `{N}`, and so must a type parameter, as `{T}`
/// for its name, unless the type of a parameter in the key or the return type tells it. Generics of an `impl<T>` around
/// the function cannot be seen: leave `key` out there, or put something of `T` in it.
///
/// Without `key`, the key is the path of the function, its generics and every parameter that is not skipped. Functions of
/// one name in different blocks of one function have one path, so each needs a `key`.
///
/// # Say how long a value lives
///
/// ```
/// # use std::time::Duration;
/// # use cache_runtime::read_through;
/// # #[derive(Clone, serde::Serialize, serde::Deserialize)] struct Page { max_age: u64 }
/// const HOUR: Duration = Duration::from_secs(3600);
///
/// #[read_through(ttl = "1h 30m")] // units: w d h m s ms
/// async fn by_text() -> u64 { 1 }
///
/// #[read_through(ttl = HOUR)] // a `Duration`, or whole seconds; evaluated at each call
/// async fn by_expression() -> u64 { 1 }
///
/// #[read_through(ttl = |page: &Page| Duration::from_secs(page.max_age))] // asked before a value is stored
/// async fn by_value() -> Page { Page { max_age: 5 } }
///
/// #[read_through(ttl = "forever")] // until invalidated or evicted
/// async fn until_invalidated() -> u64 { 1 }
/// ```
///
/// # Use the companions
///
/// Beside a free function stands a type of the same name with these associated functions; beside a method stand methods
/// `get_user_key`, `get_user_invalidate` and so on. They take the parameters of the key, `refresh` and `origin` take all.
///
/// | companion | gives | does |
/// |---|---|---|
/// | `key(id)` | `Key` | the exact key under which the value is stored |
/// | `invalidate(id)` | `Result<(), Error>` | removes the stored value; no load of this process that began before stores an older one |
/// | `refresh(id)` | what the function returns | runs the function now and stores what it returns |
/// | `put(id, &value)` | `Result<(), Error>` | stores `value` as if the function had returned it |
/// | `peek(id)` | `Option<T>` | the stored value, if there is one; never runs the function |
/// | `origin(id)` | what the function returns | runs the function without the cache |
///
/// # Cache methods
///
/// ```
/// # use std::sync::Arc;
/// # use cache_runtime::{Cache, read_through};
/// struct Shop { tenant: u64, cache: Cache }
///
/// impl Shop {
///     #[read_through(key = "price:{self.tenant}:{item}", ttl = 60, cache = self.cache)]
///     async fn price(&self, item: &str) -> Option<u32> {
///         Some(item.len() as u32)
///     }
///
///     #[read_through(key = "stock:{self.tenant}", ttl = 5)]
///     async fn stock(self: Arc<Self>) -> u32 {
///         7
///     }
/// }
/// # async fn caller(shop: Shop) -> Result<(), cache_runtime::Error> {
/// shop.price_invalidate("tea").await?;
/// # Ok(()) }
/// ```
///
/// In a trait or in an `impl` of one there is no place for companions: say `companions = false`, under `async_trait` too.
/// So must an associated function that names `Self` nowhere, since nothing tells it from a free function.
///
/// ```
/// # use cache_runtime::read_through;
/// trait Rates {
///     async fn rate(&self, currency: &str) -> f64;
/// }
/// # struct Bank;
///
/// impl Rates for Bank {
///     #[read_through(key = "rate:{currency}", ttl = "1m", skip(self), companions = false)]
///     async fn rate(&self, currency: &str) -> f64 {
///         currency.len() as f64
///     }
/// }
/// ```
///
/// # Cache a function that blocks
///
/// ```
/// # use cache_runtime::read_through;
/// #[read_through(key = "digest:{rounds}", ttl = "1d", blocking)]
/// fn digest(rounds: u32) -> u64 {
///     (0..rounds).fold(0, |digest, round| digest ^ u64::from(round))
/// }
/// # async fn caller() {
/// digest(1_000_000).await; // runs on the blocking pool
/// # }
/// ```
#[proc_macro_attribute]
pub fn read_through(args: TokenStream, item: TokenStream) -> TokenStream {
    read_through::read_through(args.into(), &item.into()).into()
}

/// Invalidates entries of other functions after a success: the write side of [`macro@read_through`].
///
/// ```
/// # mod demo {
/// use cache_runtime::{invalidates, read_through};
/// # #[derive(Clone, serde::Serialize, serde::Deserialize)] pub struct User { id: u64, name: String }
/// # pub struct DbError;
///
/// #[read_through(key = "user:{id}", ttl = "1h", tags = ["users"])]
/// async fn get_user(id: u64) -> Result<User, DbError> {
///     // SELECT ..
/// #   Ok(User { id, name: String::new() })
/// }
///
/// #[invalidates(get_user(id), tag = "users")]
/// async fn rename(id: u64, name: String) -> Result<(), DbError> {
///     // UPDATE ..
/// #   let _ = (id, name);
///     Ok(())
/// }
///
/// #[invalidates(get_user(returned.id))]
/// async fn merge(into: User, from: User) -> Result<User, DbError> {
///     // UPDATE ..
/// #   let _ = from;
///     Ok(into)
/// }
/// # }
/// ```
///
/// # Say what is forgotten
///
/// A target is written as a call of an annotated function with the parameters of its key: `get_user(id)`,
/// `users::get_user(id)`, `self.price(item)`, `Self::list(tenant)`, `Shop::list(tenant)`. The compiler checks it as it
/// checks `get_user::invalidate(id)`. There may be several targets, and several attributes on one function.
///
/// Arguments are evaluated before the body runs, and parameters in them are cloned, so that the body may use them up. In
/// an argument, `returned` is a reference to what the function returned, the `T` of `Result<T, _>` and `Option<T>`; such
/// an argument is evaluated after the body, and its target is left alone where there is no value.
///
/// | argument | meaning |
/// |---|---|
/// | `tag = "tenant:{tenant}"` | a group of entries to forget, as a template over parameters; may be given several times |
/// | `cache = self.cache` | the `Cache` in which tags are forgotten, as an expression; default: the global one |
/// | `crate = my::reexport` | where `cache-runtime` is found; default: `::cache_runtime` |
///
/// # What is guaranteed
///
/// After an `Err`, told by its type, nothing is invalidated; after anything else, everything is, before the caller has
/// its answer. The function returns what its body returned, whatever the cache does: a failure is logged.
///
/// A caller that goes away while the body runs, or a body that panics, may have changed what is cached already. The
/// invalidations are then done in the background.
#[proc_macro_attribute]
pub fn invalidates(args: TokenStream, item: TokenStream) -> TokenStream {
    writer::writer(Verb::Invalidates, args.into(), &item.into()).into()
}

/// Stores what a function returns as the entry of another, after a success.
///
/// ```
/// # mod demo {
/// use cache_runtime::{read_through, write_through};
/// # #[derive(Clone, serde::Serialize, serde::Deserialize)] pub struct User { id: u64, name: String }
/// # pub struct DbError;
///
/// #[read_through(key = "user:{id}", ttl = "1h")]
/// async fn get_user(id: u64) -> Result<User, DbError> {
///     // SELECT ..
/// #   Ok(User { id, name: String::new() })
/// }
///
/// #[write_through(get_user(returned.id))]
/// async fn create(name: String) -> Result<User, DbError> {
///     // INSERT .. RETURNING ..
/// #   Ok(User { id: 7, name })
/// }
/// # }
/// ```
///
/// Targets, `returned` and `crate` are those of [`macro@invalidates`]. What is stored is the `T` of `Result<T, _>` and
/// `Option<T>`; where that is `None`, the entry is invalidated instead, unless its target needs `returned`.
///
/// Between two writers at the same time, the last one to store wins, which need not be the last one to commit. Where that
/// matters, use [`macro@invalidates`].
///
/// A caller that goes away while the body runs, or a body that panics, may have changed what is cached already. The entry
/// is then invalidated in the background.
#[proc_macro_attribute]
pub fn write_through(args: TokenStream, item: TokenStream) -> TokenStream {
    writer::writer(Verb::WriteThrough, args.into(), &item.into()).into()
}
