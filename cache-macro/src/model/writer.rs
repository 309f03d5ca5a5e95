//! What is to be emitted for `#[invalidates(..)]` and `#[write_through(..)]`.

use proc_macro2::{Group, Ident, Span};
use syn::{AngleBracketedGenericArguments, Attribute, Expr, ExprPath, ExprRange, Path, Signature, Type, Visibility};

use super::Tag;

/// One function that changes what is cached.
pub(crate) struct Writer {
    pub(crate) krate: Path,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
    /// What awaiting the function yields.
    pub(crate) returned: Type,
    /// The body ends in a boxed future of this type, as `async_trait` leaves it.
    pub(crate) boxed: Option<Type>,
    pub(crate) steps: Vec<Step>,
}

/// Which attribute this is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Verb {
    Invalidates,
    WriteThrough,
}

/// One thing to be done after a success.
pub(crate) enum Step {
    Invalidate(Target),
    WriteThrough(Target),
    InvalidateTag { tag: Tag, cache: Option<Expr> },
}

/// One entry of an annotated function, or one for each of a list.
pub(crate) struct Target {
    pub(crate) callee: Callee,
    pub(crate) arguments: Vec<Argument>,
    /// The list, where there is one, written as `..ids`.
    pub(crate) list: Option<ExprRange>,
    /// `returned`, as the target names it, if it does.
    pub(crate) returned: Option<Ident>,
    /// Where the target stands.
    pub(crate) span: Span,
}

/// Whose entry it is.
pub(crate) enum Callee {
    /// A free function, beside which the companions are functions of a type.
    Function { path: ExprPath, generics: Option<AngleBracketedGenericArguments> },
    /// An associated function, beside which the companions stand.
    Associated { path: ExprPath },
    /// A method.
    Method { receiver: Expr, method: Ident, generics: Option<AngleBracketedGenericArguments> },
}

/// One argument of a target.
pub(crate) struct Argument {
    pub(crate) expr: Expr,
    pub(crate) form: Form,
    pub(crate) timing: Timing,
}

/// What an argument takes from the parameters, which the body may want as well.
pub(crate) enum Form {
    /// A parameter or a field of one: it is cloned.
    Place,
    /// A reference to this place, which is cloned where the reference is needed after the body.
    ReferenceTo(Expr),
    /// Whatever it says.
    Other,
}

/// When something is evaluated.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Timing {
    Before,
    /// It needs what the body returned.
    After,
}

impl Verb {
    /// The name of the attribute.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Invalidates => "invalidates",
            Self::WriteThrough => "write_through",
        }
    }
}
