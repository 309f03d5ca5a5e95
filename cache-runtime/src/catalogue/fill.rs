//! What may stand in a placeholder, as far as the type of its parameter says it.

use std::any::TypeId;
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroU128, NonZeroUsize,
};

/// The texts of a type of parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fill {
    /// Any text.
    Text,
    /// An integer that is never below zero.
    Unsigned,
    /// An integer.
    Signed,
}

impl Fill {
    /// What a parameter of the type `T` is written as.
    #[must_use]
    pub fn of<T: ?Sized + 'static>() -> Self {
        let ty = TypeId::of::<T>();
        if unsigned().contains(&ty) {
            Self::Unsigned
        } else if signed().contains(&ty) {
            Self::Signed
        } else {
            Self::Text
        }
    }
}

macro_rules! ids {
    ($($ty:ty),* $(,)?) => { [$(TypeId::of::<$ty>()),*] };
}

fn unsigned() -> [TypeId; 12] {
    ids![u8, u16, u32, u64, u128, usize, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,]
}

fn signed() -> [TypeId; 12] {
    ids![i8, i16, i32, i64, i128, isize, NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize,]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_known_by_whatever_name() {
        type UserId = u64;
        assert_eq!(Fill::of::<UserId>(), Fill::Unsigned);
        assert_eq!(Fill::of::<NonZeroI32>(), Fill::Signed);
        assert_eq!([Fill::of::<str>(), Fill::of::<bool>(), Fill::of::<f64>()], [Fill::Text; 3]);
    }
}
