//! What functions with stale windows, with tags and with `near` expand to, formatted.

use quote::quote;

use crate::snapshots::{in_impl, in_module, inside};

#[test]
fn stale_while_revalidate() {
    let expansion = in_module(
        quote!(key = "user:{id}", ttl = 60, stale_while_revalidate = "30s"),
        &quote! {
            async fn get_user(id: u64) -> Result<User, DbError> {
                load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn stale_if_error() {
    let expansion = in_module(
        quote!(key = "user:{name}", ttl = 60, stale_if_error = HOUR, cache_if = |user| user.complete),
        &quote! {
            async fn get_user(name: &str) -> Result<User, DbError> {
                load(name).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn everything_together() {
    let expansion = in_module(
        quote!(
            key = "report:{tenant}:{id}",
            ttl = |report: &Report| report.max_age(),
            jitter = 0.1,
            stale_while_revalidate = 30,
            stale_if_error = "1h",
            refresh_ahead = 0.8,
            soft_timeout = SOFT,
            negative_ttl = "5s",
            cache_if = move |report| report.id == id,
            tags = ["tenant:{tenant}", "all"],
            near = "30s",
            codec = json,
            version = 2,
            cache = REPORTS,
            blocking,
        ),
        &quote! {
            fn report(tenant: Tenant, id: u64) -> io::Result<Option<Report>> {
                Report::load(tenant, id)
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn background_of_a_method() {
    let expansion = inside(
        in_impl,
        quote!(key = "t:{id}", ttl = self.ttl, skip(self), refresh_ahead = 0.5),
        &quote! {
            async fn find(self: Arc<Self>, id: u64) -> Result<Profile, Self::Error> {
                self.load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn background_after_async_trait() {
    let expansion = inside(
        |tokens| quote!(impl Find for Repo { #tokens }),
        quote!(key = "p:{id}", ttl = 60, stale_while_revalidate = 30, skip(self), companions = false),
        &quote! {
            fn find<'async_trait>(
                self: Arc<Self>,
                id: u64,
            ) -> ::core::pin::Pin<
                Box<dyn ::core::future::Future<Output = Result<Profile, E>> + ::core::marker::Send + 'async_trait>,
            >
            where
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
fn tags() {
    let expansion = inside(
        in_impl,
        quote!(key = "{id}:{T}", ttl = 60, skip(self), tags = ["tenant:{self.tenant}:{T}", "kind:{id.0:?}", "all"]),
        &quote! {
            async fn find<T: Row>(&self, id: (Kind, u64)) -> Result<u64, E> {
                self.load::<T>(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn after_mistakes_in_windows() {
    let expansion = in_module(
        quote!(key = "user:{id}", ttl = 60, soft_timeout = "50ms", tags = ["tenant:{tennant}"]),
        &quote! {
            async fn get_user(id: &str, tenant: u64) -> Result<User, E> {
                load(id).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn near_is_a_choice_of_the_policy() {
    let cases = [
        (quote!(near = "1s 500ms"), ".near(::core::time::Duration::from_millis(1500))"),
        (quote!(near = "20ms"), ".near(::core::time::Duration::from_millis(20))"),
        (quote!(near = 5), ".near(::core::time::Duration::from_secs(5))"),
        (quote!(near = NEAR), ".near(NEAR)"),
        (quote!(near = Duration::from_millis(50)), ".near(Duration::from_millis(50))"),
        (quote!(near = (true)), ".near_by_default()"),
        (quote!(near = false), ".not_near()"),
    ];
    for (argument, expected) in cases {
        let expansion = in_module(
            quote!(key = "user:{id}", ttl = 60, #argument),
            &quote! {
                async fn get_user(id: u64) -> User {
                    load(id).await
                }
            },
        );
        assert!(expansion.contains(expected), "{expansion}");
    }
}
