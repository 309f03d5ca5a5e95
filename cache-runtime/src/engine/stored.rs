//! What the values inside a return type are, told apart by its type as their loads are.
//!
//! The answer is `None` where the type cannot be stored at all: of that, the call tells the user.

use super::{
    ReturnedAny, ReturnedMany, ReturnedManyAny, ReturnedOption, ReturnedResult, ReturnedUnknown, UnwrappedMany,
};
use crate::value::{Stored, Value};

macro_rules! stored {
    ($([$($generics:ident)*] $link:ident<$ty:ty>;)*) => {$(
        impl<T: Value, $($generics),*> $link<$ty> {
            /// What the values are.
            #[must_use]
            pub fn stored(&self) -> Option<Stored> {
                Some(Stored::of::<T>())
            }
        }
    )*};
}

stored! {
    [E] ReturnedOption<Result<Option<T>, E>>;
    [] ReturnedOption<Option<T>>;
    [E] ReturnedResult<Result<T, E>>;
    [] ReturnedAny<T>;
}

impl ReturnedUnknown {
    /// Nothing that can be stored.
    #[must_use]
    pub fn stored(&self) -> Option<Stored> {
        None
    }
}

impl<R: UnwrappedMany> ReturnedMany<R>
where
    R::Value: Value,
{
    /// What the values are.
    #[must_use]
    pub fn stored(&self) -> Option<Stored> {
        Some(Stored::of::<R::Value>())
    }
}

impl<R> ReturnedManyAny<R> {
    /// Nothing that can be stored.
    #[must_use]
    pub fn stored(&self) -> Option<Stored> {
        None
    }
}
