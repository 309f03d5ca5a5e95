//! The name of a function, for people: its module, the type or trait it is of, and its own.
//!
//! An attribute on a method does not see what that is a method of, and no item inside of it can say `Self`. But the compiler
//! knows the path of every closure, and a closure can stand in an item.

use std::any::type_name;
use std::sync::OnceLock;

/// What a function is called.
#[derive(Debug)]
pub(super) struct Name {
    /// The module, `::`, and its own name.
    short: &'static str,
    /// The path of something in its body, where there may be a type or a trait around it.
    place: Option<fn() -> &'static str>,
    full: OnceLock<String>,
}

/// The path of the closure `here`, with all that is around it.
#[must_use]
pub fn path_of<F>(_here: &F) -> &'static str {
    type_name::<F>()
}

impl Name {
    pub(super) const fn new(short: &'static str) -> Self {
        Self { short, place: None, full: OnceLock::new() }
    }

    pub(super) const fn is_inside(&mut self, place: fn() -> &'static str) {
        self.place = Some(place);
    }

    pub(super) fn module(&self) -> &'static str {
        self.short.rsplit_once("::").map_or("", |(module, _)| module)
    }

    pub(super) fn full(&'static self) -> &'static str {
        let Some(place) = self.place else { return self.short };
        self.full.get_or_init(|| full(self.short, place()))
    }
}

/// `shop::Repo::find` of `shop::find` and `shop::Repo::find::SPEC::{{closure}}`. Where the compiler writes paths in another
/// way than is known here, it is the short name.
fn full(short: &str, place: &str) -> String {
    let Some((module, own)) = short.rsplit_once("::") else { return short.to_owned() };
    match owner(module, place) {
        Some(owner) if !owner.is_empty() => format!("{module}::{owner}::{own}"),
        _ => short.to_owned(),
    }
}

/// What stands around the function in whose body an item has `place` inside of it.
fn owner(module: &str, place: &str) -> Option<String> {
    let (body, _item) = without_closures(place).rsplit_once("::")?;
    let (around, _function) = without_closures(body).rsplit_once("::")?;
    let inside = around.strip_prefix(module).and_then(|rest| rest.strip_prefix("::"));
    match inside.unwrap_or(around) {
        around if around == module => None,
        written if written.starts_with('<') => {
            let written = written.strip_prefix('<')?.strip_suffix('>')?;
            let written = written.strip_prefix("impl ").unwrap_or(written);
            Some(match written.split_once(" for ").map(|(of, ty)| (ty, of)).or_else(|| written.split_once(" as ")) {
                Some((ty, of)) => format!("<{} as {}>", brief(ty), brief(of)),
                None => brief(written),
            })
        }
        written if inside.is_some() => Some(brief(written)),
        _ => None,
    }
}

/// An async body is a closure as well, so that there may be several.
fn without_closures(path: &str) -> &str {
    path.trim_end_matches("::{{closure}}")
}

/// Types without the modules they are from, and without parameters that are any.
fn brief(types: &str) -> String {
    let mut brief = String::new();
    let mut rest = types;
    while let Some(next) = rest.chars().next() {
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
        match next {
            ':' if rest.starts_with(':') => {
                rest = rest.get(1..).unwrap_or_default();
                let parent = brief.trim_end_matches(|c: char| c.is_alphanumeric() || "_#{}".contains(c)).len();
                brief.truncate(parent);
            }
            '>' => {
                let begin = brief.rfind('<').unwrap_or(0);
                let is_any = brief.get(begin + 1..).is_some_and(|list| list.chars().all(|c| "_', ".contains(c)));
                if is_any { brief.truncate(begin) } else { brief.push('>') }
            }
            other => brief.push(other),
        }
    }
    brief
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_body_is_told_in_a_few_words() {
        let cases = [
            ("shop::find::SPEC::{{closure}}::{{closure}}", "shop::find"),
            ("shop::Repo::__cache_find::SPEC::{{closure}}::{{closure}}", "shop::Repo::find"),
            ("shop::Repo::find::{{closure}}::SPEC::{{closure}}::{{closure}}", "shop::Repo::find"),
            ("shop::Repo<_>::find::SPEC::{{closure}}", "shop::Repo::find"),
            ("shop::Repo<shop::users::User>::find::SPEC::{{closure}}", "shop::Repo<User>::find"),
            ("shop::Repo<'_, alloc::vec::Vec<_>, _>::find::SPEC::{{closure}}", "shop::Repo<'_, Vec, _>::find"),
            ("shop::<impl shop::db::Repo<'_, _>>::find::SPEC::{{closure}}", "shop::Repo::find"),
            ("<shop::Repo as shop::Find>::find::{{closure}}::SPEC::{{closure}}", "shop::<Repo as Find>::find"),
            ("shop::<impl shop::Find for (u8, db::Repo)>::find::SPEC::{{closure}}", "shop::<(u8, Repo) as Find>::find"),
            ("shop::Find::find::{{closure}}::SPEC::{{closure}}", "shop::Find::find"),
            ("<dyn shop::Shown>::find::SPEC::{{closure}}", "shop::dyn Shown::find"),
            ("shop::around::{{closure}}::Repo::find::SPEC::{{closure}}", "shop::Repo::find"),
            ("", "shop::find"),
            ("something else", "shop::find"),
            ("other::Repo::find::SPEC", "shop::find"),
        ];
        for (place, expected) in cases {
            assert_eq!(full("shop::find", place), expected, "{place}");
        }
    }

    #[test]
    fn the_compiler_tells_what_a_body_is_in() {
        struct Repo<T>(T);
        trait Find {
            fn find(&self) -> &'static Name;
        }
        macro_rules! here {
            () => {{
                static SPEC: Name = {
                    let mut name = Name::new(concat!(module_path!(), "::find"));
                    name.is_inside(|| path_of(&|| ()));
                    name
                };
                &SPEC
            }};
        }
        impl Repo<u8> {
            fn find(&self) -> &'static Name {
                let Self(_) = self;
                here!()
            }
        }
        impl<T> Find for Repo<T> {
            fn find(&self) -> &'static Name {
                here!()
            }
        }
        let names = [Repo(7_u8).find(), Find::find(&Repo(7_u8))];
        let expected = ["Repo<u8>::find", "<Repo as Find>::find"].map(|name| format!("{}::{name}", module_path!()));
        assert_eq!(names.map(Name::full), expected);
        assert!(names.iter().all(|name| name.module() == module_path!()));
    }
}
