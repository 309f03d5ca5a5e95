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
mod snapshots_of_many;
#[cfg(test)]
mod snapshots_of_windows;
#[cfg(test)]
mod snapshots_of_writers;
mod writer;

#[doc = include_str!("../docs/read_through.md")]
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
/// Of a function with `each`, a target is one entry, `get_users(tenant, id)`, or with two dots before a list one for each of
/// it, `get_users(tenant, ..ids)`, which is `get_users::invalidate_many(tenant, ids)`.
///
/// Arguments are evaluated before the body runs. A parameter or a field of one that is an argument by itself, or behind
/// a `&`, is cloned, so that the body may use it up. In an argument, `returned` is a reference to what the function returned, the `T` of `Result<T, _>` and `Option<T>`; such
/// an argument is evaluated after the body, and its target is left alone where there is no value. Where it needs
/// `returned`, and in `write_through`, a target on the `self` of a `&mut self` method does not compile, as the body has
/// that `self` until it is done.
///
/// The attribute stands above others that take the `async` away, such as `#[tokio::main]`.
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
