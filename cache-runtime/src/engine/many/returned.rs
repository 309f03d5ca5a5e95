//! What a function for many keys returns, told apart by its type.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use super::load::OriginMany;
use crate::engine::sharing::Sharing;

/// A return type that has values of one type, for many ids.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned for many keys",
    label = "expected `HashMap<K, T>`, `BTreeMap<K, T>`, `Vec<(K, T)>` or `Vec<Option<T>>`, or a `Result` of one of them",
    note = "`K` is the type of the ids, `T` that of the values"
)]
pub trait UnwrappedMany {
    /// The value.
    type Value;
}

/// A return type that says what there is for ids of the type `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what there is for each `{K}`",
    label = "expected values for ids of the type `{K}`",
    note = "one of `HashMap<{K}, T>`, `BTreeMap<{K}, T>`, `Vec<({K}, T)>` and `Vec<Option<T>>`, or a `Result` of one of them",
    note = "`{K}` needs what the collection asks of it; in `Vec<({K}, T)>` that is `Eq + Hash`"
)]
pub trait ReturnsMany<K>: UnwrappedMany + Sized {
    /// Takes apart what there is for each of the ids that were `asked` for.
    fn unpack(self, asked: &[K]) -> UnpackedMany<Self::Value, Self>;
    /// The return that says all of this.
    fn collect(answers: Vec<Answered<K, Self::Value>>) -> Self;
}

/// What a return says.
pub enum UnpackedMany<V, R> {
    /// What there is, in the order in which it was asked for; `None` for what the origin left out.
    Values(Vec<Option<V>>),
    /// The origin failed.
    Failed(R),
    /// As many values, where there should have been one for each id: nobody can tell which is whose.
    Misaligned(usize),
}

impl<V, R> fmt::Debug for UnpackedMany<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values(values) => write!(f, "Values({} of them)", values.len()),
            Self::Failed(_) => f.write_str("Failed(..)"),
            Self::Misaligned(values) => write!(f, "Misaligned({values})"),
        }
    }
}

/// What there is for one of the ids that a call was made with.
#[derive(Debug)]
pub struct Answered<K, V> {
    /// The id, as the caller gave it.
    pub id: K,
    /// Its value, if it has one.
    pub value: Option<V>,
    /// Whether the key of this id was not among those before it.
    pub is_first: bool,
}

/// A return type to be told apart; has a method where it is a `Result` whose error can be shared. Generated code writes
/// `ReturnedMany::<R>::NEW.origin(..)`, and gets the one of [`ReturnedManyAny`] where this has none.
#[derive(Debug)]
pub struct ReturnedMany<R>(ReturnedManyAny<R>);

/// Has a method whatever `R` is. For failures that borrow, it stands alone: see [`ReturnedBorrowed`](super::super::ReturnedBorrowed).
#[derive(Debug)]
pub struct ReturnedManyAny<R>(PhantomData<fn() -> R>);

impl<R> ReturnedMany<R> {
    /// The only value there is.
    pub const NEW: Self = Self(ReturnedManyAny::NEW);
}

impl<R> ReturnedManyAny<R> {
    /// The only value there is.
    pub const NEW: Self = Self(PhantomData);
}

impl<R> Deref for ReturnedMany<R> {
    type Target = ReturnedManyAny<R>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<M, E: Clone + Send + Sync + 'static> ReturnedMany<Result<M, E>> {
    /// The origin of such a function.
    pub fn origin<'o, K, F, Fut>(&self, start: F) -> OriginMany<'o, K, Result<M, E>, F>
    where
        Result<M, E>: UnwrappedMany,
        F: Fn(Vec<K>) -> Fut,
        Fut: Future<Output = Result<M, E>> + Send,
    {
        OriginMany::new(start, Some(Sharing::BY_CLONE))
    }
}

impl<R> ReturnedManyAny<R> {
    /// The origin of such a function.
    pub fn origin<'o, K, F, Fut>(&self, start: F) -> OriginMany<'o, K, R, F>
    where
        R: UnwrappedMany,
        F: Fn(Vec<K>) -> Fut,
        Fut: Future<Output = R> + Send,
    {
        OriginMany::new(start, None)
    }
}
