//! What stands after the name of each argument of `#[read_through(..)]`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprClosure, ExprLit, Ident, Lit, Path, Token};

use super::arguments::{Arguments, Codec, Companions, Near, Ttl};
use super::expression::{Number, bare, found, found_literal};
use super::fraction::fraction;
use super::time::time;
use super::written::Written;
use crate::errors::Errors;

pub(super) fn key(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    let expr = expression("key", input)?;
    let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = expr else {
        // What follows is most likely a template without its quotes.
        let message = format!("found {}; `key` accepts a text such as `\"user:{{id}}\"`", found(&expr));
        return Err(syn::Error::new_spanned(&expr, message));
    };
    facts.key = Some(Written::read("key", literal, errors));
    Ok(())
}

pub(super) fn ttl(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    facts.ttl = match expression("ttl", input)? {
        Expr::Closure(closure) => {
            one_value("ttl", &closure, errors);
            Some(Ttl::OfValue(closure))
        }
        other => time("ttl", other, errors).map(Ttl::Time),
    };
    Ok(())
}

pub(super) fn jitter(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    const ACCEPTED: &str = "`jitter` accepts a fraction from `0.0` to `1.0`";
    facts.jitter = fraction(expression("jitter", input)?, |it| (0.0..=1.0).contains(&it), ACCEPTED, errors);
    Ok(())
}

pub(super) fn stale_while_revalidate(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    let window = expression("stale_while_revalidate", input)?;
    facts.stale_while_revalidate = time("stale_while_revalidate", window, errors);
    Ok(())
}

pub(super) fn stale_if_error(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    facts.stale_if_error = time("stale_if_error", expression("stale_if_error", input)?, errors);
    Ok(())
}

pub(super) fn refresh_ahead(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    const ACCEPTED: &str = "`refresh_ahead` accepts a fraction between `0.0` and `1.0` such as `0.8`";
    let expr = expression("refresh_ahead", input)?;
    facts.refresh_ahead = fraction(expr, |it| it > 0.0 && it < 1.0, ACCEPTED, errors);
    Ok(())
}

pub(super) fn soft_timeout(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    facts.soft_timeout = time("soft_timeout", expression("soft_timeout", input)?, errors);
    Ok(())
}

pub(super) fn negative_ttl(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    facts.negative_ttl = time("negative_ttl", expression("negative_ttl", input)?, errors);
    Ok(())
}

pub(super) fn cache_if(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    let expr = expression("cache_if", input)?;
    match &expr {
        Expr::Closure(closure) => one_value("cache_if", closure, errors),
        Expr::Path(_) => {}
        _ => errors.at(
            &expr,
            format!(
                "found {}; `cache_if` accepts a closure over the value such as `|v: &User| v.complete`",
                found(&expr)
            ),
        ),
    }
    facts.cache_if = Some(expr);
    Ok(())
}

pub(super) fn near(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    facts.near = match expression("near", input)? {
        Expr::Lit(ExprLit { lit: Lit::Bool(choice), .. }) => Some(Near::Choice(choice.value)),
        other => time("near", other, errors).map(Near::AtMost),
    };
    Ok(())
}

pub(super) fn codec(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    const ACCEPTED: &str = "`codec` accepts `bincode`, `json`, `msgpack` or the path of a type, without quotes";
    if let Some(literal) = literal(input)? {
        errors.at(&literal, format!("found {}; {ACCEPTED}", found_literal(&literal)));
        return Ok(());
    }
    let path: Path =
        input.parse().map_err(|mistake| syn::Error::new(mistake.span(), format!("found no path; {ACCEPTED}")))?;
    let named = path.get_ident().and_then(|name| {
        let variant = match name.to_string().as_str() {
            "bincode" => "Bincode",
            "json" => "Json",
            "msgpack" => "Msgpack",
            _ => return None,
        };
        Some(Ident::new(variant, name.span()))
    });
    facts.codec = Some(named.map_or(Codec::Type(path), Codec::Named));
    Ok(())
}

pub(super) fn version(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    let expr = expression("version", input)?;
    let fits = match Number::of(&expr) {
        Some(Number { negative: false, literal: Lit::Int(literal) }) => literal.base10_parse::<u32>().is_ok(),
        Some(_) => false,
        None => !matches!(expr, Expr::Lit(_) | Expr::Closure(_)),
    };
    if fits {
        facts.version = Some(expr);
    } else {
        errors.at(&expr, format!("found {}; `version` accepts a whole number that fits a `u32`", found(&expr)));
    }
    Ok(())
}

pub(super) fn skip(facts: &mut Arguments, input: ParseStream, _errors: &Errors) -> syn::Result<()> {
    let names = input.call(|input| Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any));
    let names = names.map_err(|mistake| {
        syn::Error::new(
            mistake.span(),
            "found something else than a name; `skip` accepts names of parameters, as in `skip(db, span)`",
        )
    })?;
    facts.skip = Some(names.into_iter().collect());
    Ok(())
}

pub(super) fn cache(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    facts.cache = cache_expression(input, errors)?;
    Ok(())
}

/// What stands after `cache =`.
pub(super) fn cache_expression(input: ParseStream, errors: &Errors) -> syn::Result<Option<Expr>> {
    let expr = expression("cache", input)?;
    if !matches!(expr, Expr::Lit(_) | Expr::Closure(_)) {
        return Ok(Some(expr));
    }
    errors.at(
        &expr,
        format!(
            "found {}; `cache` accepts an expression that is a `Cache`, such as `self.cache` or `REPORTS`",
            found(&expr)
        ),
    );
    Ok(None)
}

pub(super) fn companions(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    const ACCEPTED: &str = "`companions` accepts a name without quotes such as `user_cache`, or `false`";
    let Some(literal) = literal(input)? else {
        let name: Ident =
            input.parse().map_err(|mistake| syn::Error::new(mistake.span(), format!("found no name; {ACCEPTED}")))?;
        facts.companions = Companions::Named(name);
        return Ok(());
    };
    match &literal {
        Lit::Bool(choice) if !choice.value => facts.companions = Companions::None,
        Lit::Bool(_) => errors.at(
            &literal,
            "found `true`, which is the default; leave `companions` out, or name them as in `companions = user_cache`",
        ),
        _ => errors.at(&literal, format!("found {}; {ACCEPTED}", found_literal(&literal))),
    }
    if let Lit::Str(text) = &literal
        && let Ok(meant) = text.parse()
    {
        facts.companions = Companions::Named(meant);
    }
    Ok(())
}

pub(super) fn krate(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    facts.krate = krate_path(input, errors)?;
    Ok(())
}

/// What stands after `crate =`.
pub(super) fn krate_path(input: ParseStream, errors: &Errors) -> syn::Result<Option<Path>> {
    const ACCEPTED: &str = "`crate` accepts a path without quotes such as `my::reexport`";
    if let Some(literal) = literal(input)? {
        errors.at(&literal, format!("found {}; {ACCEPTED}", found_literal(&literal)));
        return Ok(None);
    }
    let path = input.call(Path::parse_mod_style);
    path.map(Some).map_err(|mistake| syn::Error::new(mistake.span(), format!("found no path; {ACCEPTED}")))
}

/// Notes a closure that does not take exactly the value.
fn one_value(name: &str, closure: &ExprClosure, errors: &Errors) {
    let count = closure.inputs.len();
    if count != 1 {
        errors.at(closure, format!("found a closure with {count} parameters; the closure of `{name}` takes the value alone, as in `|v: &User| ..`"));
    }
}

pub(super) fn expression(name: &str, input: ParseStream) -> syn::Result<Expr> {
    let begin = input.span();
    let expr = input.parse().map_err(|mistake: syn::Error| {
        // The end of all arguments is no place that could be shown.
        let place = if input.is_empty() { begin } else { mistake.span() };
        syn::Error::new(place, format!("the value of `{name}` is no expression; write one after `{name} =`"))
    })?;
    Ok(bare(expr))
}

fn literal(input: ParseStream) -> syn::Result<Option<Lit>> {
    if input.peek(Lit) { input.parse().map(Some) } else { Ok(None) }
}
