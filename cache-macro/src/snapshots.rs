//! What the attribute expands to, formatted.

use proc_macro2::TokenStream;
use quote::quote;

use crate::read_through::read_through;

/// The expansion as it reads in a module.
pub(crate) fn in_module(args: TokenStream, item: &TokenStream) -> String {
    inside(TokenStream::clone, args, item)
}

/// The expansion as it reads in what `around` makes of it: an `impl` or a `trait`.
pub(crate) fn inside(
    around: impl FnOnce(&TokenStream) -> TokenStream,
    args: TokenStream,
    item: &TokenStream,
) -> String {
    let file = syn::parse2(around(&read_through(args, item))).unwrap();
    prettyplease::unparse(&file)
}

pub(crate) fn in_impl(tokens: &TokenStream) -> TokenStream {
    quote!(impl Repo { #tokens })
}

#[test]
fn plain() {
    let expansion = in_module(
        quote!(key = "user:{id}", ttl = 60),
        &quote! {
            /// A user.
            async fn get_user(id: u64) -> Result<User, DbError> {
                load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn a_plain_function_expands_to_little_code() {
    let expansion = in_module(
        quote!(key = "user:{id}", ttl = 60),
        &quote! {
            pub async fn get_user(id: u64) -> Result<User, DbError> {
                load(id).await
            }
        },
    );
    let code = expansion.lines().filter(|line| !line.trim_start().starts_with("///"));
    assert!(code.clone().count() <= 51, "{} lines", code.count());
}

#[test]
fn policy_and_visibility() {
    let expansion = in_module(
        quote!(
            key = "r:{id}",
            ttl = "1h 30m",
            jitter = 0.1,
            negative_ttl = "500ms",
            codec = json,
            version = 2,
            companions = report_cache,
            crate = my::reexport,
        ),
        &quote! {
            #[cfg(feature = "reports")]
            #[tracing::instrument]
            pub(crate) async fn report(id: u64) -> io::Result<Option<Report>> {
                Report::load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn generic() {
    let expansion = in_module(
        quote!(key = "g:{key}:{N}", ttl = "forever", skip(unused), crate = c),
        &quote! {
            async fn generic<'a, K, T, const N: usize>(key: &'a K, unused: [u8; N]) -> Option<T>
            where
                K: Display + Sync + ?Sized,
                T: Load<K>,
                [u8; N]: Default,
            {
                T::load(key).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn method() {
    let expansion = inside(
        in_impl,
        quote!(key = "t:{self.tenant}:{user.id}", ttl = 60, skip(db), cache = self.cache),
        &quote! {
            pub async fn find(&self, user: &User, db: &mut Db) -> Res<Profile> {
                db.find(self.tenant, user.id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn arc_self() {
    let expansion = inside(
        in_impl,
        quote!(key = "t:{id}", ttl = self.ttl, skip(self), companions = cached_find),
        &quote! {
            async fn find(self: Arc<Self>, mut id: u64) -> Result<Profile, Self::Error> {
                id += 1;
                self.load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn trait_method() {
    let expansion = inside(
        |tokens| quote!(impl Find for Repo { #tokens }),
        quote!(ttl = 60, skip(self), companions = false),
        &quote! {
            async fn find(&self, id: u64) -> Profile {
                self.load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn after_async_trait() {
    let expansion = inside(
        |tokens| quote!(impl Find for Repo { #tokens }),
        quote!(key = "p:{id}", ttl = 60, skip(self), companions = false),
        &quote! {
            #[must_use]
            fn find<'life0, 'async_trait>(
                &'life0 self,
                id: u64,
            ) -> ::core::pin::Pin<
                Box<dyn ::core::future::Future<Output = Result<Profile, E>> + ::core::marker::Send + 'async_trait>,
            >
            where
                'life0: 'async_trait,
                Self: 'async_trait,
            {
                Box::pin(async move {
                    let __self = self;
                    __self.load(id).await
                })
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn patterns() {
    let expansion = in_module(
        quote!(key = "{x}:{name}", ttl = 60, skip(y)),
        &quote! {
            async fn at(Point { mut x, y }: Point, _: Token, (name, _): (String, u8)) -> Tile {
                x += y;
                tile(x, name).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn impl_trait_argument_and_borrowed_arguments() {
    let expansion = in_module(
        quote!(key = "{name}:{filter:?}:{r#type}", ttl = 60),
        &quote! {
            async fn search(name: &str, filter: &Filter, r#type: impl Display + Send) -> Vec<Hit> {
                index(name, filter, r#type).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn blocking() {
    let expansion = in_module(
        quote!(key = "report:{id}", ttl = 60, blocking, companions = false),
        &quote! {
            fn report(id: u64) -> Report {
                Report::compute(id)
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn closures_over_the_value() {
    let expansion = in_module(
        quote!(key = "{a}:{b}", ttl = |user: &User| user.max_age(), cache_if = |user| user.complete && a > 0),
        &quote! {
            async fn get((a, b): (u64, u64)) -> Result<User, E> {
                load(a, b).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn custom_codec_and_cache() {
    let expansion = in_module(
        quote!(key = "{id}", ttl = TTL, codec = codecs::Zip<4>, cache = REPORTS),
        &quote! {
            async fn get(id: u64) -> User {
                load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn default_key() {
    let expansion = in_module(
        quote!(ttl = 60, skip(db)),
        &quote! {
            async fn get<T: Row>(db: &Db, id: u64, name: &str) -> Result<T, E> {
                db.get(id, name).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn default_key_without_companions() {
    let expansion = in_module(
        quote!(ttl = 60, companions = false),
        &quote! {
            async fn now() -> u64 {
                1
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn after_mistakes() {
    let expansion = in_module(
        quote!(key = "user:{idd}", tll = 60),
        &quote! {
            pub async fn get_user(id: u64, tenant: &str) -> Result<User, E> {
                load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn after_mistakes_in_an_impl() {
    let expansion = inside(
        in_impl,
        quote!(key = "user:{id}"),
        &quote! {
            fn get_user(&self, id: u64) -> impl Future<Output = User> {
                load(id)
            }
        },
    );
    insta::assert_snapshot!(expansion);
}
