//! What is to be emitted for `#[read_through(..)]`.

use std::time::Duration;

use proc_macro2::{Group, Ident, Span};
use syn::{Attribute, Expr, ExprClosure, Generics, Pat, PatIdent, Path, Receiver, Signature, Type, Visibility};

use crate::parse::Bound;

/// One function annotated with `#[read_through(..)]`.
pub(crate) struct Model {
    /// `::cache_runtime`, or what `crate = ..` says.
    pub(crate) krate: Path,
    pub(crate) wrapper: Wrapper,
    pub(crate) spec: Spec,
    pub(crate) registration: Registration,
    pub(crate) call: Call,
    pub(crate) rules: Rules,
    /// Where a call is about many keys.
    pub(crate) each: Option<Each>,
    /// `None` with `companions = false`.
    pub(crate) companions: Option<Companions>,
}

/// The function that takes the place of the user's.
pub(crate) struct Wrapper {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The user's body; `None` only where that was a mistake.
    pub(crate) body: Option<Group>,
    /// What awaiting the function yields.
    pub(crate) returned: Type,
    /// Whether a failure in that borrows, so that no other caller can have it.
    pub(crate) failure_borrows: bool,
    pub(crate) origin: Origin,
    pub(crate) load: Load,
    pub(crate) home: Home,
}

/// How the user's body becomes a future.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Origin {
    /// The body of an `async fn`.
    Async,
    /// A body that ends in a boxed future, as `async_trait` leaves it.
    Boxed,
    /// A body that blocks a thread.
    Blocking,
}

/// How long the user's body may run, and who hears of its failure.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Load {
    /// As long as the call, which returns what it returns.
    Awaited,
    /// As long as the call, which may return an old value in the place of a failure, so that only a log hears of it.
    Excused,
    /// Longer than the call, which may have its answer already.
    Detached,
}

/// Where the function lives, which decides what may stand beside it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Home {
    /// A module or a block: types and statics may.
    Free,
    /// An `impl` or a `trait`: methods may.
    Impl,
}

/// The static facts: name, key template, policy.
pub(crate) struct Spec {
    /// The name of the function, without `r#`.
    pub(crate) function: String,
    /// The key template as text for people.
    pub(crate) template: String,
    pub(crate) pieces: Vec<String>,
    pub(crate) policy: Policy,
    /// The templates of the tags as text for people.
    pub(crate) tags: Vec<String>,
    pub(crate) cache: Option<CacheName>,
}

/// The expression of `cache = ..` as text for people.
pub(crate) struct CacheName {
    pub(crate) text: String,
    /// It is made of parameters, so that each call may use another one.
    pub(crate) of_call: bool,
}

/// What the catalogue is told in types.
pub(crate) struct Registration {
    /// The types that fill the placeholders of the key; `None` where texts of the program are among it.
    pub(crate) fills: Option<Vec<Type>>,
    /// Whether what is returned can be named where the function is registered.
    pub(crate) storing: bool,
}

pub(crate) struct Policy {
    pub(crate) ttl: Ttl,
    pub(crate) jitter: Option<Expr>,
    pub(crate) stale_while_revalidate: Option<Lasting>,
    pub(crate) stale_if_error: Option<Lasting>,
    pub(crate) refresh_ahead: Option<Expr>,
    pub(crate) soft_timeout: Option<Lasting>,
    pub(crate) negative_ttl: Option<Lasting>,
    pub(crate) near: Option<Near>,
    /// A variant of the runtime's `Codec`.
    pub(crate) codec: Option<Ident>,
    pub(crate) version: Option<Expr>,
}

pub(crate) enum Ttl {
    Fixed(Duration),
    Forever,
    /// Said per call or per value.
    Dynamic,
}

/// A time that is known when the program is compiled.
pub(crate) enum Lasting {
    Fixed(Duration),
    Constant(Expr),
}

/// Whether decoded values are kept in the process, where the function says so.
pub(crate) enum Near {
    AtMost(Lasting),
    /// For as long as the cache says.
    ByDefault,
    Off,
}

/// What is evaluated at each call, before anything is looked up.
pub(crate) struct Call {
    pub(crate) args: Vec<Arg>,
    pub(crate) cache: Option<Expr>,
    pub(crate) ttl: Option<Expr>,
    pub(crate) codec: Option<Path>,
    pub(crate) tags: Vec<Tag>,
}

/// One group of entries.
pub(crate) struct Tag {
    pub(crate) pieces: Vec<String>,
    pub(crate) fillers: Vec<Filler>,
}

/// One placeholder of the key.
pub(crate) enum Arg {
    /// The path of the function, for the default key.
    FunctionPath,
    Filler(Filler),
}

/// What fills one placeholder of a template.
pub(crate) enum Filler {
    /// The name of a type parameter.
    TypeName(Ident),
    Value(Place),
}

/// A parameter or a field of one.
pub(crate) struct Place {
    pub(crate) root: Ident,
    pub(crate) fields: Vec<String>,
    pub(crate) debug: bool,
    /// Where mistakes of its type are shown.
    pub(crate) span: Span,
}

/// What is decided by looking at the value.
pub(crate) struct Rules {
    pub(crate) ttl: Option<ExprClosure>,
    pub(crate) cache_if: Option<Expr>,
    /// The parameters that the closures use, `self` among them.
    pub(crate) used: Vec<Ident>,
}

/// A parameter that is a list, each element of which has an entry of its own.
pub(crate) struct Each {
    /// What an element is called, where its entry is spoken of.
    pub(crate) element: Ident,
    /// The type of an element.
    pub(crate) ty: Type,
    /// The parameter.
    pub(crate) list: PatIdent,
    pub(crate) form: List,
    /// What the other parameters bind: the body takes a copy of it, as it may run again.
    pub(crate) cloned: Vec<Bound>,
    /// `self`, where the body takes a copy of it as well.
    pub(crate) cloned_self: Option<Bound>,
}

/// The form of the list, which the body sees again.
pub(crate) enum List {
    /// A reference of this type, without its lifetime.
    Borrowed(Box<Type>),
    Vec,
    IntoIterator,
    Iterator,
}

/// What stands beside the function.
pub(crate) struct Companions {
    /// The type that has them; in an `impl` the beginning of their names.
    pub(crate) name: Ident,
    /// Attributes of the function that decide whether it exists at all.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) receiver: Option<Receiver>,
    /// The parameters of the key.
    pub(crate) keyed: Vec<Parameter>,
    /// All parameters.
    pub(crate) all: Vec<Parameter>,
    /// What takes the whole list of `each`.
    pub(crate) many: Option<Takes>,
    /// What takes no more than tells the cache.
    pub(crate) stats: Takes,
    /// The generics that the key needs, and those that the key and the value need.
    pub(crate) key_generics: Generics,
    pub(crate) value_generics: Generics,
    pub(crate) value: Value,
}

/// What a companion takes that is not about one key.
pub(crate) struct Takes {
    pub(crate) parameters: Vec<Parameter>,
    /// The generics that it needs.
    pub(crate) generics: Generics,
}

/// A parameter of a companion.
pub(crate) struct Parameter {
    /// As the user wrote it, without `mut`.
    pub(crate) pattern: Pat,
    /// The pattern itself where that is a name, else a name for the whole.
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// How companions spell the type of the stored value.
pub(crate) enum Value {
    /// The return type says it: `T` of `Result<T, E>`.
    Named(Box<Type>),
    /// The runtime finds it behind the return type.
    Probed,
    /// The caller's types say it.
    Inferred,
    /// It is that of each of many, and behind the return type.
    OfMany,
    /// There is none: the return type is a mistake.
    Unknown,
}
