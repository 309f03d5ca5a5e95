//! What functions that change what is cached expand to, formatted.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Verb;
use crate::writer::writer;

/// The expansion as it reads in what `around` makes of it.
fn inside(
    around: impl FnOnce(&TokenStream) -> TokenStream,
    verb: Verb,
    args: TokenStream,
    item: &TokenStream,
) -> String {
    let file = syn::parse2(around(&writer(verb, args, item))).unwrap();
    prettyplease::unparse(&file)
}

fn in_module(verb: Verb, args: TokenStream, item: &TokenStream) -> String {
    inside(TokenStream::clone, verb, args, item)
}

#[test]
fn invalidates() {
    let expansion = in_module(
        Verb::Invalidates,
        quote!(get_user(id), users::by_name::<N>(&tenant, name.clone()), tag = "tenant:{tenant}", cache = REPORTS),
        &quote! {
            /// Renames.
            pub async fn rename(id: u64, tenant: String, name: N) -> io::Result<()> {
                save(id, tenant, name).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn invalidates_what_the_value_tells() {
    let expansion = in_module(
        Verb::Invalidates,
        quote!(get_user(returned.id), by_name(tenant, &returned.name)),
        &quote! {
            async fn merge(tenant: Tenant) -> Option<User> {
                save(tenant).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn write_through() {
    let expansion = in_module(
        Verb::WriteThrough,
        quote!(get_user(user.id, Kind::Full), crate = my::reexport),
        &quote! {
            async fn save(user: User) -> Result<User, E> {
                #![allow(unused)]
                store(user).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn writes_through_what_the_value_tells() {
    let expansion = in_module(
        Verb::WriteThrough,
        quote!(get_user(returned.id)),
        &quote! {
            async fn create(name: String) -> Result<User, E> {
                store(name).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn methods() {
    let item = quote! {
        async fn set(&self, item: &str, price: u32) -> Result<u32, E> {
            self.db.set(item, price).await
        }
    };
    let around = |tokens: &TokenStream| quote!(impl Shop { #tokens });
    let targets = || quote!(self.price(item), Self::list(self.tenant), self.inner.all::<u8>(returned + 1));
    let invalidates = inside(around, Verb::Invalidates, targets(), &item);
    let write_through = inside(around, Verb::WriteThrough, targets(), &item);
    insta::assert_snapshot!(format!("{invalidates}\n{write_through}"));
}

#[test]
fn after_async_trait() {
    let expansion = inside(
        |tokens| quote!(impl Save for Repo { #tokens }),
        Verb::WriteThrough,
        quote!(self.find(id)),
        &quote! {
            fn save<'life0, 'async_trait>(
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
                    __self.store(id).await
                })
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn after_mistakes() {
    let expansion = in_module(
        Verb::WriteThrough,
        quote!(get_user, tag = "a", crat = b),
        &quote! {
            fn save(id: u64) -> u64 {
                id
            }
        },
    );
    insta::assert_snapshot!(expansion);
}
