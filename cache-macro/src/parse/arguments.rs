//! The arguments of `#[read_through(..)]`: the table they are read by and the facts they become.

use proc_macro2::TokenStream;
use syn::{Expr, ExprClosure, Ident, Path};

use super::argument::{self, Argument, Form};
use super::each::{Each, each};
use super::tags::tags;
use super::time::Time;
use super::values;
use super::written::Written;
use crate::errors::Errors;

/// What the arguments say. `None` where one is not given, or was given wrongly.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) key: Option<Written>,
    pub(crate) ttl: Option<Ttl>,
    pub(crate) jitter: Option<Expr>,
    pub(crate) stale_while_revalidate: Option<Time>,
    pub(crate) stale_if_error: Option<Time>,
    pub(crate) refresh_ahead: Option<Expr>,
    pub(crate) soft_timeout: Option<Time>,
    pub(crate) negative_ttl: Option<Time>,
    pub(crate) cache_if: Option<Expr>,
    pub(crate) tags: Vec<Written>,
    pub(crate) near: Option<Near>,
    pub(crate) codec: Option<Codec>,
    pub(crate) version: Option<Expr>,
    pub(crate) skip: Option<Vec<Ident>>,
    pub(crate) each: Option<Each>,
    pub(crate) cache: Option<Expr>,
    pub(crate) companions: Companions,
    pub(crate) blocking: Option<Ident>,
    pub(crate) krate: Option<Path>,
    given: Vec<Ident>,
}

/// `ttl = ..`
pub(crate) enum Ttl {
    Time(Time),
    /// A closure over the value.
    OfValue(ExprClosure),
}

/// `near = ..`
pub(crate) enum Near {
    AtMost(Time),
    /// `true`: for as long as the cache says. `false`: not at all.
    Choice(bool),
}

/// `codec = ..`
pub(crate) enum Codec {
    /// A variant of the runtime's `Codec`.
    Named(Ident),
    Type(Path),
}

/// `companions = ..`
#[derive(Default)]
pub(crate) enum Companions {
    /// Named after the function.
    #[default]
    Default,
    Named(Ident),
    None,
}

/// Every argument, in the order of the docs.
const TABLE: &[Argument<Arguments>] = &[
    Argument {
        name: "key",
        example: r#"key = "user:{id}""#,
        doc: "template of the key over parameters and their fields, `{filter:?}` for `Debug`; default: the path of the function and every parameter",
        form: Form::Value(values::key),
    },
    Argument {
        name: "ttl",
        example: "ttl = 60",
        doc: r#"how long a value lives: whole seconds, text such as `"1h 30m"` or `"forever"`, a `Duration` expression, or a closure over the value; required"#,
        form: Form::Value(values::ttl),
    },
    Argument {
        name: "jitter",
        example: "jitter = 0.1",
        doc: "shortens each ttl by a random part of it, at most this fraction from 0 to 1; default: 0",
        form: Form::Value(values::jitter),
    },
    Argument {
        name: "stale_while_revalidate",
        example: r#"stale_while_revalidate = "30s""#,
        doc: "how long past the ttl the old value is the answer, at once, while one reload runs in the background; default: off",
        form: Form::Value(values::stale_while_revalidate),
    },
    Argument {
        name: "stale_if_error",
        example: r#"stale_if_error = "1h""#,
        doc: "how long past the ttl the old value is the answer where the body returns an `Err`; default: off",
        form: Form::Value(values::stale_if_error),
    },
    Argument {
        name: "refresh_ahead",
        example: "refresh_ahead = 0.8",
        doc: "a hit past this fraction of the ttl, between 0 and 1, starts one reload in the background; default: off",
        form: Form::Value(values::refresh_ahead),
    },
    Argument {
        name: "soft_timeout",
        example: r#"soft_timeout = "50ms""#,
        doc: "how long a caller waits for a load where there is an old value to answer with; the load goes on; default: off",
        form: Form::Value(values::soft_timeout),
    },
    Argument {
        name: "negative_ttl",
        example: r#"negative_ttl = "5s""#,
        doc: "how long `None` and `Ok(None)` are remembered; default: they are not stored",
        form: Form::Value(values::negative_ttl),
    },
    Argument {
        name: "cache_if",
        example: "cache_if = |v: &User| v.complete",
        doc: "stores a value only when this is true of it; default: always",
        form: Form::Value(values::cache_if),
    },
    Argument {
        name: "tags",
        example: r#"tags = ["tenant:{tenant}"]"#,
        doc: "groups that the value belongs to, each forgotten as a whole: templates like `key`, 16 at most; default: none",
        form: Form::Value(tags),
    },
    Argument {
        name: "near",
        example: r#"near = "5s""#,
        doc: "how long decoded values are kept in this process, where a hit is a clone, at most; `true`: as long as the cache says, or 5 s; `false`: not at all; default: as the cache says, which is off",
        form: Form::Value(values::near),
    },
    Argument {
        name: "codec",
        example: "codec = json",
        doc: "how a value becomes bytes: `bincode`, `json`, `msgpack` or the path of a type; default: the codec of the cache",
        form: Form::Value(values::codec),
    },
    Argument {
        name: "version",
        example: "version = 2",
        doc: "a number to raise by hand when stored values must be abandoned; default: 0",
        form: Form::Value(values::version),
    },
    Argument {
        name: "skip",
        example: "skip(db, span)",
        doc: "parameters, `self` and generics among them, that are deliberately no part of the key; default: none",
        form: Form::List(values::skip),
    },
    Argument {
        name: "each",
        example: "each(id in ids)",
        doc: "a parameter that is a list of ids, each of which has an entry of its own; the body gets those that are missing; default: one entry for a call",
        form: Form::Element(each),
    },
    Argument {
        name: "cache",
        example: "cache = self.cache",
        doc: "the `Cache` to use, as an expression; default: the global one",
        form: Form::Value(values::cache),
    },
    Argument {
        name: "companions",
        example: "companions = user_cache",
        doc: "the name of the companions, or `false` for none; default: the name of the function",
        form: Form::Value(values::companions),
    },
    Argument {
        name: "blocking",
        example: "blocking",
        doc: "makes a plain `fn` async and runs its body on the blocking pool of tokio; default: off",
        form: Form::Flag(|facts, name| facts.blocking = Some(name)),
    },
    Argument {
        name: "crate",
        example: "crate = my::reexport",
        doc: "where `cache-runtime` is found; default: `::cache_runtime`",
        form: Form::Value(values::krate),
    },
];

/// Reads the arguments of `#[read_through(..)]`.
pub(crate) fn arguments(tokens: TokenStream, errors: &Errors) -> Arguments {
    let mut facts = Arguments::default();
    facts.given = argument::read(TABLE, tokens, &mut facts, errors);
    facts
}

impl Arguments {
    /// Whether `name` was given, be it wrongly or misspelt.
    pub(crate) fn given(&self, name: &str) -> bool {
        self.name(name).is_some()
    }

    /// The name of an argument where it stands, be it given wrongly or misspelt.
    pub(crate) fn name(&self, name: &str) -> Option<&Ident> {
        self.given.iter().find(|given| *given == name)
    }
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    /// The docs cannot be computed from the table, so they are compared with it.
    #[test]
    fn the_docs_have_a_row_for_every_argument_in_this_order() {
        let docs = include_str!("../../docs/read_through.md");
        let chapter = docs.split("\n# ").find(|chapter| chapter.starts_with("Arguments\n")).unwrap();
        let rows: Vec<_> = chapter.lines().filter(|line| line.starts_with("| `")).collect();
        let expected: Vec<_> = TABLE
            .iter()
            .map(|argument| {
                let (name, example, doc) =
                    (argument.name, argument.example.replace('|', "\\|"), argument.doc.replace('|', "\\|"));
                format!("| `{name}` | `{example}` | {doc} |")
            })
            .collect();
        assert_eq!(rows, expected, "{}", expected.join("\n"));
    }
}
