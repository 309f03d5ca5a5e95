//! Values that are fractions: a number in some range, or a constant expression.

use proc_macro2::Literal;
use syn::{Expr, Lit, parse_quote};

use super::expression::{Number, found};
use crate::errors::Errors;

/// Reads a fraction that `fits`; notes what is wrong with it, and then what is `accepted`.
pub(super) fn fraction(expr: Expr, fits: impl Fn(f64) -> bool, accepted: &str, errors: &Errors) -> Option<Expr> {
    let fraction = match Number::of(&expr) {
        Some(Number { negative: true, .. }) => None,
        Some(Number { literal: Lit::Float(literal), .. }) => literal.base10_parse::<f64>().ok(),
        Some(Number { literal: Lit::Int(literal), .. }) => literal.base10_parse::<f64>().ok(),
        _ if matches!(expr, Expr::Lit(_) | Expr::Closure(_)) => {
            errors.at(&expr, format!("found {}; {accepted}", found(&expr)));
            return None;
        }
        _ => return Some(expr),
    };
    let Some(fraction) = fraction.filter(|fraction| fits(*fraction)) else {
        errors.at(&expr, format!("found a number out of range; {accepted}"));
        return None;
    };
    let fraction = Literal::f64_unsuffixed(fraction);
    Some(parse_quote!(#fraction))
}
