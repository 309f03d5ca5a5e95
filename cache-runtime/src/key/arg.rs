//! What generated code hands over for one placeholder.
//!
//! A value is taken by the first form that fits: an integer, its `Display`, a list or an option of values with `Display`,
//! or its [`KeyPart`]. The choice is made by the compiler through auto-deref of [`Arg`], [`ArgShown`], [`ArgOf`] and
//! [`ArgLast`]: a method of an outer type hides the one of the type it derefs to, and is a candidate only where its bounds
//! hold.

use std::any::type_name;
use std::fmt::{Debug, Display};
use std::ops::Deref;

use super::part::{KeyPart, PartWriter};
use super::text::Text;

/// A value on its way into a key.
#[derive(Debug)]
pub struct Arg<'a, T: ?Sized>(ArgShown<'a, T>);

/// [`Arg`] that is no integer.
#[derive(Debug)]
pub struct ArgShown<'a, T: ?Sized>(ArgOf<'a, T>);

/// [`Arg`] without `Display` of its own.
#[derive(Debug)]
pub struct ArgOf<'a, T: ?Sized>(ArgLast<'a, T>);

/// [`Arg`] that must be a [`KeyPart`].
#[derive(Debug)]
pub struct ArgLast<'a, T: ?Sized>(&'a T);

/// The text-to-be of one placeholder.
#[expect(missing_debug_implementations, reason = "holds trait objects of whatever the user passes")]
pub struct Part<'a>(Form<'a>);

enum Form<'a> {
    Display(&'a dyn Display),
    /// What most keys are made of: it needs no escape, and no formatter.
    Integer(Integer),
    Debug(&'a dyn Debug),
    Structured(&'a dyn KeyPart),
    Composed(Box<dyn KeyPart + 'a>),
    /// Text from the program, not from its input.
    Verbatim(&'static str),
    /// The path of a function: of what it is in, and its own name.
    Path(&'static str, &'static str),
}

/// An integer, of whatever type it was.
#[derive(Clone, Copy, Debug)]
pub enum Integer {
    /// Below zero, perhaps.
    Signed(i64),
    /// Never below zero.
    Unsigned(u64),
}

impl<'a, T: ?Sized> Arg<'a, T> {
    /// Looks at `value`.
    pub const fn new(value: &'a T) -> Self {
        Self(ArgShown(ArgOf(ArgLast(value))))
    }
}

impl<'a, T: Whole> Arg<'a, T> {
    /// The value in decimal digits.
    #[must_use]
    pub fn part(&self) -> Part<'a> {
        Part(Form::Integer(self.0.0.0.0.integer()))
    }
}

/// An integer that is written without a formatter.
pub trait Whole: Copy {
    /// The same in one of two types.
    fn integer(self) -> Integer;
}

macro_rules! integers {
    ($form:ident: $($ty:ty)*) => {$(
        impl Whole for $ty {
            fn integer(self) -> Integer {
                Integer::$form(self.into())
            }
        }
    )*};
}
integers! { Signed: i8 i16 i32 i64 }
integers! { Unsigned: u8 u16 u32 u64 }

impl<'a, T: ?Sized> Deref for Arg<'a, T> {
    type Target = ArgShown<'a, T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, T: Display> ArgShown<'a, T> {
    /// The value by its `Display`.
    #[must_use]
    pub fn part(&self) -> Part<'a> {
        Part(Form::Display(self.0.0.0))
    }
}

impl<'a, T> ArgShown<'a, T> {
    /// The value by its `Debug`, for `{filter:?}`.
    #[must_use]
    pub fn debug(&self) -> Part<'a>
    where
        T: Debug,
    {
        Part(Form::Debug(self.0.0.0))
    }
}

impl<'a, T: ?Sized> Deref for ArgShown<'a, T> {
    type Target = ArgOf<'a, T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

macro_rules! composed {
    ($([$($generics:tt)*] $ty:ty, $form:ident;)*) => {$(
        impl<'a, D: Display, $($generics)*> ArgOf<'a, $ty> {
            /// The values by their `Display`.
            #[must_use]
            pub fn part(&self) -> Part<'a> {
                Part(Form::Composed(Box::new($form(&self.0.0[..]))))
            }
        }
    )*};
}
composed! {
    [] Vec<D>, ShownList;
    [] &Vec<D>, ShownList;
    [] &[D], ShownList;
    [] Box<[D]>, ShownList;
    [const N: usize] [D; N], ShownList;
    [const N: usize] &[D; N], ShownList;
}

impl<'a, D: Display> ArgOf<'a, Option<D>> {
    /// The value by its `Display`, or the mark of `None`.
    #[must_use]
    pub fn part(&self) -> Part<'a> {
        Part(Form::Composed(Box::new(ShownOption(self.0.0.as_ref()))))
    }
}

impl<'a, D: Display> ArgOf<'a, &Option<D>> {
    /// The value by its `Display`, or the mark of `None`.
    #[must_use]
    pub fn part(&self) -> Part<'a> {
        Part(Form::Composed(Box::new(ShownOption(self.0.0.as_ref()))))
    }
}

macro_rules! composed_tuples {
    ($([$($name:ident)*] $ty:ty;)*) => {$(
        impl<'a, $($name: Display),*> ArgOf<'a, $ty> {
            /// The values by their `Display`.
            #[must_use]
            pub fn part(&self) -> Part<'a> {
                #[expect(non_snake_case, reason = "one name for a type and its value keeps the macro readable")]
                let ($($name,)*) = self.0.0;
                Part(Form::Composed(Box::new(ShownTuple(vec![$(Box::new(Shown($name))),*]))))
            }
        }
    )*};
}
composed_tuples! { [A B] (A, B); [A B] &(A, B); [A B C] (A, B, C); [A B C] &(A, B, C); [A B C D] (A, B, C, D); [A B C D] &(A, B, C, D); }

impl<'a, T: ?Sized> Deref for ArgOf<'a, T> {
    type Target = ArgLast<'a, T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, T> ArgLast<'a, T> {
    /// The value by its [`KeyPart`].
    #[must_use]
    pub fn part(&self) -> Part<'a>
    where
        T: KeyPart,
    {
        Part(Form::Structured(self.0))
    }
}

impl Part<'_> {
    /// The path of a free function: that of its companion type `C`, with the function's own name at the end.
    #[must_use]
    pub fn path<C: ?Sized>(function: &'static str) -> Self {
        let path = type_name::<C>();
        Self(Form::Path(path.rsplit_once("::").map_or("", |(parent, _)| parent), function))
    }

    /// The path of a method: that of the function `spec` beside it, with the method's own name at the end.
    ///
    /// It names the trait, if the method is in one: a type has methods of one name in several.
    #[must_use]
    pub fn path_of_method<F>(_spec: &F, method: &'static str) -> Self {
        Self::path::<F>(method)
    }

    /// The path of the function in whose body the closure `here` stands, with the `impl` and the generics it is in.
    ///
    /// An async body is a closure as well, so that there may be several.
    #[must_use]
    pub fn path_of_body<F>(_here: &F) -> Self {
        let path = type_name::<F>().trim_end_matches("::{{closure}}");
        Self(Form::Verbatim(path))
    }

    /// The name of a type parameter.
    #[must_use]
    pub fn type_name<T: ?Sized>() -> Self {
        Self(Form::Verbatim(type_name::<T>()))
    }

    pub(super) fn write(&self, out: &mut Text, stop: Option<char>) {
        match &self.0 {
            Form::Display(value) => PartWriter::new(out, stop).text(value),
            Form::Integer(value) => value.write(out, stop),
            Form::Debug(value) => PartWriter::new(out, stop).text(format_args!("{value:?}")),
            Form::Structured(value) => value.write(&mut PartWriter::new(out, stop)),
            Form::Composed(value) => value.write(&mut PartWriter::new(out, stop)),
            Form::Verbatim(text) => out.push_str(text),
            Form::Path(parent, function) => [parent, "::", function].into_iter().for_each(|part| out.push_str(part)),
        }
    }
}

impl Integer {
    fn write(self, out: &mut Text, stop: Option<char>) {
        let mut buffer = itoa::Buffer::new();
        let digits = match self {
            Self::Signed(value) => buffer.format(value),
            Self::Unsigned(value) => buffer.format(value),
        };
        match stop {
            // The text behind the placeholder begins like a number.
            Some('-' | '0'..='9') => PartWriter::new(out, stop).text(digits),
            _ => out.push_str(digits),
        }
    }
}

/// Makes a [`KeyPart`] of a value with `Display`.
struct Shown<'a, D>(&'a D);

impl<D: Display> KeyPart for Shown<'_, D> {
    fn write(&self, out: &mut PartWriter<'_>) {
        out.text(self.0);
    }
}

struct ShownOption<'a, D>(Option<&'a D>);

impl<D: Display> KeyPart for ShownOption<'_, D> {
    fn write(&self, out: &mut PartWriter<'_>) {
        out.option(self.0.map(Shown).as_ref().map(|value| value as &dyn KeyPart));
    }
}

struct ShownList<'a, D>(&'a [D]);

impl<D: Display> KeyPart for ShownList<'_, D> {
    fn write(&self, out: &mut PartWriter<'_>) {
        let shown: Vec<_> = self.0.iter().map(Shown).collect();
        out.list(shown.iter().map(|value| value as &dyn KeyPart));
    }
}

struct ShownTuple<'a>(Vec<Box<dyn KeyPart + 'a>>);

impl KeyPart for ShownTuple<'_> {
    fn write(&self, out: &mut PartWriter<'_>) {
        out.tuple(self.0.iter().map(|value| &**value as &dyn KeyPart));
    }
}
