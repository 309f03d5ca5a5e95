//! What generated code leaves for the linker to collect.

use super::fill::Fill;
use crate::spec::Spec;
use crate::value::Stored;

/// An annotated function, as a program knows it before anything is called: one beside each `Spec`.
///
/// What costs time, such as looking at a type, is a function to be called when somebody asks.
#[derive(Debug)]
pub struct Registration {
    pub(super) spec: &'static Spec,
    /// What fills the placeholders of the key. `None` where texts of the program are among it, such as a path.
    pub(super) fills: Option<&'static [fn() -> Fill]>,
    stored: Option<fn() -> Option<Stored>>,
}

impl Registration {
    /// The function of `spec`.
    #[must_use]
    pub const fn new(spec: &'static Spec) -> Self {
        Self { spec, fills: None, stored: None }
    }

    /// What fills the placeholders of its key.
    #[must_use]
    pub const fn filled(mut self, fills: &'static [fn() -> Fill]) -> Self {
        self.fills = Some(fills);
        self
    }

    /// What it stores, as its return type says it.
    #[must_use]
    pub const fn storing(mut self, stored: fn() -> Option<Stored>) -> Self {
        self.stored = Some(stored);
        self
    }

    /// What it stores, as far as that is known yet.
    pub(super) fn stored(&self) -> Option<Stored> {
        self.stored.and_then(|stored| stored()).or_else(|| self.spec.seen())
    }
}

inventory::collect!(Registration);

/// Puts a function into the catalogue: its `Spec`, the types of the parameters that fill its key, `str` for any text, and,
/// where an item can name it, its return type and the codec that is a type.
///
/// ```text
/// register!(__CACHE_GET_USER(u64) -> Result<User, DbError>);
/// register!(each __CACHE_GET_USERS(u64) -> HashMap<u64, User> as Zip);
/// register!(SPEC(str, u64));   // a method: what it stores is seen when it is called
/// register!(__CACHE_NOW -> u64);   // the path of the function is in its key
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($spec:ident $(($($fill:ty),*))? $(-> $returned:ty $(as $codec:ty)?)?) => {
        $crate::__private::register!(
            @ $spec $(($($fill),*))?
            $({ $crate::__private::Returned::<$returned>::NEW $(as $codec)? })?
        );
    };
    (each $spec:ident $(($($fill:ty),*))? $(-> $returned:ty $(as $codec:ty)?)?) => {
        $crate::__private::register!(
            @ $spec $(($($fill),*))?
            $({ $crate::__private::ReturnedMany::<$returned>::NEW $(as $codec)? })?
        );
    };
    (@ $spec:ident $(($($fill:ty),*))? $({ $returned:path $(as $codec:ty)? })?) => {
        #[allow(deprecated, unused, clippy::all, clippy::pedantic)]
        const _: () = {
            $crate::__private::submit! {
                $crate::__private::Registration::new(&$spec)
                    $(.filled(&[$($crate::__private::Fill::of::<$fill>),*]))?
                    $(.storing(|| $returned.stored()$(.map($crate::__private::Stored::by::<$codec>))?))?
            }
        };
    };
}
