//! Which parameters an expression uses.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{
    Arm, Block, Expr, ExprClosure, ExprForLoop, ExprIf, ExprLet, ExprPath, ExprWhile, Ident, Item, Lit, Local, Macro,
    Pat,
};

use super::captures::captures;
use super::pattern::bindings;

/// The identifiers in an expression that may be parameters, each where it stands.
pub(crate) fn parameters_used(expr: &Expr) -> Vec<Ident> {
    let mut used = Used::default();
    used.visit_expr(expr);
    used.names
}

#[derive(Default)]
struct Used {
    names: Vec<Ident>,
    /// What is bound inside the expression, the innermost last.
    shadowed: Vec<String>,
}

impl Used {
    fn see(&mut self, name: &Ident) {
        let text = name.unraw().to_string();
        if !self.shadowed.contains(&text) {
            self.names.push(name.clone());
        }
    }

    fn shadow(&mut self, pattern: &Pat) {
        self.shadowed.extend(bindings(pattern).iter().map(|name| name.unraw().to_string()));
    }

    /// Looks at what has bindings of its own.
    fn scope(&mut self, inside: impl FnOnce(&mut Self)) {
        let outside = self.shadowed.len();
        inside(self);
        self.shadowed.truncate(outside);
    }

    /// What a macro does with its tokens is not known; most are expressions, or text to be formatted.
    fn visit_tokens(&mut self, tokens: TokenStream) {
        let mut dots = 0;
        for token in tokens {
            let is_member = dots == 1;
            dots = if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.') { dots + 1 } else { 0 };
            match token {
                TokenTree::Group(group) => self.visit_tokens(group.stream()),
                TokenTree::Ident(name) if !is_member => self.see(&name),
                TokenTree::Literal(literal) => {
                    let Lit::Str(text) = Lit::new(literal) else { continue };
                    for name in captures(&text) {
                        self.see(&name);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Used {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        if let Some(name) = path.path.get_ident() {
            self.see(name);
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_tokens(call.tokens.clone());
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.scope(|used| {
            closure.inputs.iter().for_each(|input| used.shadow(input));
            used.visit_expr(&closure.body);
        });
    }

    fn visit_block(&mut self, block: &'ast Block) {
        self.scope(|used| visit::visit_block(used, block));
    }

    fn visit_local(&mut self, local: &'ast Local) {
        // Its own value does not see it.
        visit::visit_local(self, local);
        self.shadow(&local.pat);
    }

    fn visit_expr_let(&mut self, condition: &'ast ExprLet) {
        visit::visit_expr_let(self, condition);
        self.shadow(&condition.pat);
    }

    fn visit_expr_if(&mut self, branches: &'ast ExprIf) {
        self.scope(|used| {
            used.visit_expr(&branches.cond);
            used.visit_block(&branches.then_branch);
        });
        branches.else_branch.iter().for_each(|(_, otherwise)| self.visit_expr(otherwise));
    }

    fn visit_expr_while(&mut self, repeated: &'ast ExprWhile) {
        self.scope(|used| visit::visit_expr_while(used, repeated));
    }

    fn visit_expr_for_loop(&mut self, repeated: &'ast ExprForLoop) {
        self.visit_expr(&repeated.expr);
        self.scope(|used| {
            used.shadow(&repeated.pat);
            used.visit_block(&repeated.body);
        });
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        self.scope(|used| {
            used.shadow(&arm.pat);
            visit::visit_arm(used, arm);
        });
    }

    // An item sees no parameters.
    fn visit_item(&mut self, _: &'ast Item) {}
}

#[cfg(test)]
mod tests {
    use super::parameters_used;

    fn used(text: &str) -> Vec<String> {
        parameters_used(&syn::parse_str(text).unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn parameters_used_are_free_names() {
        let cases: [(&str, &[&str]); 9] = [
            ("pick(tenant, |user: &User| user.age + base.x(), user.db)", &["pick", "tenant", "base", "user"]),
            ("User { name: a, ..b }", &["a", "b"]),
            ("{ let a = a + 1; let b = a; b + c }", &["a", "c"]),
            ("{ { let a = 1; } a }", &["a"]),
            ("match a { Some(b) if b > c => b, Some(d) => e, _ => b }", &["a", "c", "e", "b"]),
            ("if let Some(a) = b && a > c { a } else { a }", &["b", "c", "a"]),
            ("while let Some(a) = b.next() { a; }", &["b"]),
            ("for a in a { a; }", &["a"]),
            ("{ fn a() -> u8 { b } 1 }", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(used(text), expected, "{text}");
        }
    }

    #[test]
    fn macros_use_what_stands_in_them() {
        let cases: [(&str, &[&str]); 6] = [
            (r#"format!("{}", name)"#, &["name"]),
            (r#"format!("{name:?} {{not}}")"#, &["name"]),
            (r#"format!("{}", (user.name))"#, &["user"]),
            (r#"json!({ "id": user.id })"#, &["user"]),
            ("range!(0..end)", &["end"]),
            (r#"|user: &User| format!("{user}")"#, &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(used(text), expected, "{text}");
        }
    }
}
