//! What kind of expression stands somewhere.

use syn::{Expr, ExprUnary, Lit, UnOp};

/// The expression without parentheses, and without the invisible ones around what a `macro_rules!` passed on.
pub(crate) fn bare(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => bare(*group.expr),
        Expr::Paren(paren) => bare(*paren.expr),
        other => other,
    }
}

/// A number as it is written, with its sign.
pub(super) struct Number {
    pub(super) negative: bool,
    pub(super) literal: Lit,
}

impl Number {
    /// The expression as a literal number, if it is one.
    pub(super) fn of(expr: &Expr) -> Option<Self> {
        let (negative, literal) = match expr {
            Expr::Lit(literal) => (false, literal),
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
                let Expr::Lit(literal) = &**expr else { return None };
                (true, literal)
            }
            _ => return None,
        };
        matches!(literal.lit, Lit::Int(_) | Lit::Float(_)).then(|| Self { negative, literal: literal.lit.clone() })
    }
}

/// What was found, for a message.
pub(crate) fn found(expr: &Expr) -> &'static str {
    match expr {
        Expr::Closure(_) => "a closure",
        Expr::Path(_) => "a name",
        Expr::Lit(literal) => found_literal(&literal.lit),
        Expr::Unary(_) if Number::of(expr).is_some() => "a negative number",
        _ => "an expression",
    }
}

/// What literal was found, for a message.
pub(super) fn found_literal(literal: &Lit) -> &'static str {
    match literal {
        Lit::Str(_) => "a string",
        Lit::ByteStr(_) | Lit::CStr(_) | Lit::Byte(_) => "a byte literal",
        Lit::Char(_) => "a character",
        Lit::Int(_) => "an integer",
        Lit::Float(_) => "a float",
        Lit::Bool(_) => "a boolean",
        _ => "a literal",
    }
}
