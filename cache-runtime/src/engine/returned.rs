//! What a function returns, told apart by its type: a plain value, an `Option`, a `Result`, or both.
//!
//! `io::Result<T>` and `type Res<T> = Result<T, MyError>` are results whatever they are called, so the macro cannot tell
//! by the name. Generated code writes `Returned::<R>::NEW.origin(..)`, and the compiler picks the first type in the chain
//! [`Returned`] → [`ReturnedOption`] → [`ReturnedShared`] → [`ReturnedResult`] → [`ReturnedAny`] →
//! [`ReturnedUnknown`] (each derefs to the next) that has a method for `R`.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use super::load::Origin;
use super::sharing::Sharing;

/// A return type `Self` that carries a value `V` in the shape `S`.
pub trait Returns<V, S>: Sized {
    /// Takes the value out.
    fn unpack(self) -> Unpacked<V, Self>;
    /// The return that says `value`.
    fn value(value: V) -> Self;
    /// The return that says that there is nothing, if this shape can.
    fn absent() -> Option<Self>;
}

/// What a return says.
pub enum Unpacked<V, R> {
    /// There is a value.
    Value(V),
    /// There is nothing; and how to say so again. (Not the return itself, which need not be `Send`.)
    Absent(Box<dyn FnOnce() -> R + Send>),
    /// The origin failed.
    Failed(R),
}

impl<V, R> fmt::Debug for Unpacked<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value(_) => "Value(..)",
            Self::Absent(_) => "Absent",
            Self::Failed(_) => "Failed(..)",
        })
    }
}

/// The shape of `T` itself.
#[derive(Debug)]
pub enum Itself {}
/// The shape of `Option<T>`.
#[derive(Debug)]
pub enum InOption {}
/// The shape of `Result<T, E>`.
#[derive(Debug)]
pub enum InResult {}
/// The shape of `Result<Option<T>, E>`.
#[derive(Debug)]
pub enum InResultOption {}

impl<T> Returns<T, Itself> for T {
    fn unpack(self) -> Unpacked<T, Self> {
        Unpacked::Value(self)
    }

    fn value(value: T) -> Self {
        value
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl<T> Returns<T, InOption> for Option<T> {
    fn unpack(self) -> Unpacked<T, Self> {
        self.map_or_else(|| Unpacked::Absent(Box::new(|| None)), Unpacked::Value)
    }

    fn value(value: T) -> Self {
        Some(value)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T, E> Returns<T, InResult> for Result<T, E> {
    fn unpack(self) -> Unpacked<T, Self> {
        self.map_or_else(|error| Unpacked::Failed(Err(error)), Unpacked::Value)
    }

    fn value(value: T) -> Self {
        Ok(value)
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl<T, E> Returns<T, InResultOption> for Result<Option<T>, E> {
    fn unpack(self) -> Unpacked<T, Self> {
        match self {
            Ok(Some(value)) => Unpacked::Value(value),
            Ok(None) => Unpacked::Absent(Box::new(|| Ok(None))),
            Err(error) => Unpacked::Failed(Err(error)),
        }
    }

    fn value(value: T) -> Self {
        Ok(Some(value))
    }

    fn absent() -> Option<Self> {
        Some(Ok(None))
    }
}

macro_rules! chain {
    ($($(#[$doc:meta])* $link:ident -> $next:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $link<R>($next);

        impl<R> $link<R> {
            /// The only value there is.
            pub const NEW: Self = Self(<$next>::NEW);
        }

        impl<R> Deref for $link<R> {
            type Target = $next;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    )*};
}

chain! {
    /// A return type to be told apart; has a method where it is `Result<Option<T>, E>` and `E` can be cloned.
    Returned -> ReturnedOption<R>;
    /// Has a method where `R` is `Option<T>` or `Result<Option<T>, E>`.
    ReturnedOption -> ReturnedShared<R>;
    /// Has a method where `R` is `Result<T, E>` and `E` can be cloned, so that a failure can be shared.
    ReturnedShared -> ReturnedResult<R>;
    /// Has a method where `R` is `Result<T, E>`.
    ReturnedResult -> ReturnedAny<R>;
    /// Stands before [`ReturnedResult`] in the place of the others where a failure borrows: one that is shared must not, and
    /// which method a type has is found out without a look at lifetimes.
    ReturnedBorrowed -> ReturnedResult<R>;
}

/// Has a method whatever `R` is, and another where it can be stored.
#[derive(Debug)]
pub struct ReturnedAny<R>(ReturnedUnknown, PhantomData<fn() -> R>);

impl<R> ReturnedAny<R> {
    /// The only value there is.
    pub const NEW: Self = Self(ReturnedUnknown, PhantomData);
}

impl<R> Deref for ReturnedAny<R> {
    type Target = ReturnedUnknown;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Has a method where nothing else has.
#[derive(Debug)]
pub struct ReturnedUnknown;

macro_rules! origins {
    ($([$($generics:ident)*] $link:ident<$ty:ty>, $value:ty, $shape:ty, $sharing:expr $(, where $error:ident: shared)?;)*) => {$(
        impl<$($generics),*> $link<$ty> $(where $error: Clone + Send + Sync + 'static)? {
            /// The origin of such a function.
            pub fn origin<'o, F, Fut>(&self, start: F) -> Origin<'o, $ty, $value, $shape, F>
            where
                F: FnOnce() -> Fut,
                Fut: Future<Output = $ty> + Send,
            {
                Origin::new(start, $sharing)
            }
        }
    )*};
}

origins! {
    [T E] Returned<Result<Option<T>, E>>, T, InResultOption, Some(Sharing::BY_CLONE), where E: shared;
    [T E] ReturnedOption<Result<Option<T>, E>>, T, InResultOption, None;
    [T] ReturnedOption<Option<T>>, T, InOption, None;
    [T E] ReturnedBorrowed<Result<Option<T>, E>>, T, InResultOption, None;
    [T] ReturnedBorrowed<Option<T>>, T, InOption, None;
    [T E] ReturnedShared<Result<T, E>>, T, InResult, Some(Sharing::BY_CLONE), where E: shared;
    [T E] ReturnedResult<Result<T, E>>, T, InResult, None;
    [T] ReturnedAny<T>, T, Itself, None;
}

/// `SHAPE` and `DEPTH` of a type that is neither an `Option` nor a `Result`: an inherent constant hides these.
pub trait PlainShape {
    /// 0 for a plain value, 1 for an `Option`, 2 for a `Result`.
    const SHAPE: u8 = 0;
    /// 1 for a `Result` of an `Option`.
    const DEPTH: u8 = 0;
}

impl<R> PlainShape for Returned<R> {}

impl<T> Returned<Option<T>> {
    /// This is an `Option`.
    pub const SHAPE: u8 = 1;
}

impl<T, E> Returned<Result<T, E>> {
    /// This is a `Result`.
    pub const SHAPE: u8 = 2;
}

impl<T, E> Returned<Result<Option<T>, E>> {
    /// This is a `Result` of an `Option`.
    pub const DEPTH: u8 = 1;
}

/// The value inside a return type of the shape `SHAPE + DEPTH`, for signatures.
pub trait Unwrapped<const SHAPE: u8> {
    /// The value.
    type Value;
}

impl<T> Unwrapped<0> for T {
    type Value = T;
}

impl<T> Unwrapped<1> for Option<T> {
    type Value = T;
}

impl<T, E> Unwrapped<2> for Result<T, E> {
    type Value = T;
}

impl<T, E> Unwrapped<3> for Result<Option<T>, E> {
    type Value = T;
}
