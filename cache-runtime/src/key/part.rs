//! How a value becomes the text of a placeholder.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Write};
use std::rc::Rc;
use std::sync::Arc;

use super::escape::Escaper;
use super::text::Text;

/// A remembered `None`; a text that says so is written `%25none`.
const NONE: &str = "%none";
/// Stands before the text of a `Some` that could be taken for a `None`.
const SOME: &str = "%some";
/// An empty text inside a list or a tuple, where nothing at all would be an empty list.
const EMPTY: &str = "%e";

/// A value that can fill a placeholder of a key.
///
/// Whatever implements [`Display`] needs nothing: numbers, strings, `bool`, `char`, `Uuid`, and newtypes of yours. The
/// trait is implemented for `Option`, slices, `Vec`, arrays, tuples, `BTreeMap` and `BTreeSet` of such values. Implement
/// it for a type without `Display`, or for a newtype that is to occur deep inside those:
///
/// ```
/// use cache_runtime::{KeyPart, PartWriter};
///
/// struct Region { country: String, city: u32 }
///
/// impl KeyPart for Region {
///     fn write(&self, out: &mut PartWriter<'_>) {
///         out.tuple([&self.country as &dyn KeyPart, &self.city]);
///     }
/// }
/// ```
///
/// Two values that are not equal must write different texts: that is what keeps one caller's data from another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "`KeyPart` is not implemented for `{Self}`",
    note = "`Display` alone is enough for a parameter itself, and directly inside an `Option`, a list or a tuple",
    note = "use one of its fields (`{{filter.id}}`), its `Debug` form (`{{filter:?}}`), `skip(..)` it, or implement `cache_runtime::KeyPart`"
)]
pub trait KeyPart {
    /// Writes the value, by exactly one call of a method of `out`.
    fn write(&self, out: &mut PartWriter<'_>);
}

/// Where a [`KeyPart`] writes itself; escapes as needed.
pub struct PartWriter<'a> {
    out: &'a mut Text,
    stop: Option<char>,
    nested: bool,
}

impl<'a> PartWriter<'a> {
    pub(super) fn new(out: &'a mut Text, stop: Option<char>) -> Self {
        Self { out, stop, nested: false }
    }

    /// Writes a text.
    pub fn text(&mut self, text: impl Display) {
        let start = self.out.len();
        let mut escaper = Escaper { out: self.out, stop: self.stop, nested: self.nested };
        if write!(escaper, "{text}").is_err() {
            // Half a text could be another value's whole text, so this key is made nobody's.
            let _ = write!(self.out, "%!{:032x}", fastrand::u128(..));
        }
        if self.nested && self.out.len() == start {
            self.out.push_str(EMPTY);
        }
    }

    /// Writes `None`, or the value inside `Some`.
    pub fn option(&mut self, value: Option<&dyn KeyPart>) {
        let Some(value) = value else { return self.out.push_str(NONE) };
        let start = self.out.len();
        value.write(self);
        let ambiguous =
            self.out.as_str().get(start..).is_some_and(|text| text.starts_with(NONE) || text.starts_with(SOME));
        if ambiguous {
            self.out.insert_str(start, SOME);
        }
    }

    /// Writes any number of values: `[1,2,3]`.
    pub fn list<'v>(&mut self, values: impl IntoIterator<Item = &'v dyn KeyPart>) {
        self.enclosed('[', ']', values);
    }

    /// Writes a fixed number of values: `(7,admin)`.
    pub fn tuple<'v>(&mut self, values: impl IntoIterator<Item = &'v dyn KeyPart>) {
        self.enclosed('(', ')', values);
    }

    fn enclosed<'v>(&mut self, open: char, close: char, values: impl IntoIterator<Item = &'v dyn KeyPart>) {
        self.out.push(open);
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            value.write(&mut PartWriter { out: self.out, stop: None, nested: true });
        }
        self.out.push(close);
    }
}

impl fmt::Debug for PartWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartWriter").field("written", &self.out.as_str()).finish()
    }
}

macro_rules! texts {
    ($($ty:ty)*) => {$(
        impl KeyPart for $ty {
            fn write(&self, out: &mut PartWriter<'_>) {
                out.text(self);
            }
        }
    )*};
}
texts! { bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 str String }
texts! { std::net::IpAddr std::net::Ipv4Addr std::net::Ipv6Addr std::net::SocketAddr }
texts! { std::num::NonZeroU8 std::num::NonZeroU16 std::num::NonZeroU32 std::num::NonZeroU64 std::num::NonZeroU128 std::num::NonZeroUsize }
texts! { std::num::NonZeroI8 std::num::NonZeroI16 std::num::NonZeroI32 std::num::NonZeroI64 std::num::NonZeroI128 std::num::NonZeroIsize }

macro_rules! pointers {
    ($($ty:ty)*) => {$(
        impl<T: KeyPart + ?Sized> KeyPart for $ty {
            fn write(&self, out: &mut PartWriter<'_>) {
                T::write(self, out);
            }
        }
    )*};
}
pointers! { &T &mut T Box<T> Rc<T> Arc<T> }

impl<T: KeyPart + ToOwned + ?Sized> KeyPart for Cow<'_, T> {
    fn write(&self, out: &mut PartWriter<'_>) {
        T::write(self, out);
    }
}

impl<T: KeyPart> KeyPart for Option<T> {
    fn write(&self, out: &mut PartWriter<'_>) {
        out.option(self.as_ref().map(|value| value as &dyn KeyPart));
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $ty:ty)*) => {$(
        impl<$($generics)*> KeyPart for $ty {
            fn write(&self, out: &mut PartWriter<'_>) {
                out.list(self.iter().map(|value| value as &dyn KeyPart));
            }
        }
    )*};
}
lists! { [T: KeyPart] [T] [T: KeyPart] Vec<T> [T: KeyPart, const N: usize] [T; N] [T: KeyPart] BTreeSet<T> }

impl<K: KeyPart, V: KeyPart> KeyPart for BTreeMap<K, V> {
    fn write(&self, out: &mut PartWriter<'_>) {
        let pairs: Vec<_> = self.iter().collect();
        out.list(pairs.iter().map(|pair| pair as &dyn KeyPart));
    }
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {$(
        impl<$($name: KeyPart),*> KeyPart for ($($name,)*) {
            fn write(&self, out: &mut PartWriter<'_>) {
                #[expect(non_snake_case, reason = "one name for a type and its value keeps the macro readable")]
                let ($($name,)*) = self;
                out.tuple([$($name as &dyn KeyPart),*]);
            }
        }
    )*};
}
tuples! { A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H; }

impl KeyPart for () {
    fn write(&self, out: &mut PartWriter<'_>) {
        out.tuple([]);
    }
}
