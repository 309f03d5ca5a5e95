//! What functions for many keys expand to, formatted.

use quote::quote;

use crate::model::Verb;
use crate::snapshots::{in_impl, in_module, inside};
use crate::writer::writer;

#[test]
fn slice() {
    let expansion = in_module(
        quote!(key = "t:{tenant}:user:{id}", ttl = 60, skip(db), each(id in ids)),
        &quote! {
            /// Users.
            pub async fn get_users(db: &Db, tenant: u32, ids: &[u64]) -> Result<HashMap<u64, User>, DbError> {
                db.users(tenant, ids).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn vector_and_patterns() {
    let expansion = in_module(
        quote!(key = "{tenant}:{shelf.0}", ttl = ttl_of(shelf), tags = ["kind:{shelf.1:?}"], skip(log), each(shelf in shelves)),
        &quote! {
            async fn stock((mut tenant, log): (Tenant, Log), mut shelves: Vec<(u64, Kind)>) -> Vec<Option<Stock>> {
                tenant.check(log);
                shelves.sort();
                load(tenant, shelves).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn borrowed_vector_with_rules() {
    let expansion = in_module(
        quote!(
            key = "{id}",
            ttl = |user: &User| user.max_age(),
            cache_if = |user| user.tenant == tenant,
            stale_if_error = "1h",
            skip(tenant),
            companions = false,
            each(id in ids)
        ),
        &quote! {
            async fn users<'a>(tenant: u32, ids: &'a Vec<u64>) -> Res<Vec<(u64, User)>> {
                load(ids).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn into_iterator_of_a_generic_function() {
    let expansion = in_module(
        quote!(key = "g:{id}:{N}", ttl = "forever", skip(make), crate = c, each(id in ids)),
        &quote! {
            async fn generic<'a, K, T, const N: usize>(
                ids: impl IntoIterator<Item = &'a K> + Send,
                make: Maker<T>,
            ) -> BTreeMap<&'a K, T>
            where
                K: Display + Sync + Ord,
                T: Value,
            {
                make.all(ids)
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn iterator_with_the_default_key() {
    let expansion = in_module(
        quote!(ttl = 60, codec = Zip, each(day in days)),
        &quote! {
            async fn rates(currency: &str, days: impl Iterator<Item = u32> + Send) -> HashMap<u32, Rate> {
                bank(currency, days).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn method() {
    let expansion = inside(
        in_impl,
        quote!(key = "t:{self.tenant}:{id}", ttl = 60, cache = self.cache, each(id in ids)),
        &quote! {
            pub async fn find(&self, ids: &[u64]) -> Res<Profiles> {
                self.db.find(self.tenant, ids).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn background_of_an_arc() {
    let expansion = inside(
        in_impl,
        quote!(
            key = "t:{tenant}:{id}",
            ttl = 60,
            stale_while_revalidate = 30,
            cache_if = |it: &Profile| it.of(&tenant),
            skip(self),
            companions = false,
            each(id in ids)
        ),
        &quote! {
            async fn find(self: Arc<Self>, tenant: String, ids: &[u64]) -> Result<HashMap<u64, Profile>, Self::Error> {
                let all = self::all(&tenant);
                self.load(all, ids).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn after_async_trait() {
    let expansion = inside(
        |tokens| quote!(impl Find for Repo { #tokens }),
        quote!(key = "p:{id}", ttl = 60, skip(self), companions = false, each(id in ids)),
        &quote! {
            fn find<'life0, 'life1, 'async_trait>(
                &'life0 self,
                ids: &'life1 [u64],
            ) -> ::core::pin::Pin<
                Box<dyn ::core::future::Future<Output = Profiles> + ::core::marker::Send + 'async_trait>,
            >
            where
                'life0: 'async_trait,
                'life1: 'async_trait,
                Self: 'async_trait,
            {
                Box::pin(async move {
                    let __self = self;
                    let ids = ids;
                    __self.load(ids).await
                })
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn blocking() {
    let expansion = in_module(
        quote!(key = "report:{id}", ttl = 60, blocking, companions = false, each(id in ids)),
        &quote! {
            fn reports(ids: &[u64]) -> HashMap<u64, Report> {
                Report::compute(ids)
            }
        },
    );
    insta::assert_snapshot!(expansion);
}

#[test]
fn writers_name_one_or_all() {
    let expansion = writer(
        Verb::Invalidates,
        quote!(get_users(tenant, id), get_users(tenant, ..ids), get_users(tenant, ..&returned.ids), self.find(..ids)),
        &quote! {
            async fn change(&self, tenant: u32, id: u64, ids: Vec<u64>) -> Result<Changed, E> {
                self.db.change(tenant, id, ids).await
            }
        },
    );
    insta::assert_snapshot!(prettyplease::unparse(&syn::parse2(in_impl(&expansion)).unwrap()));
}

#[test]
fn after_mistakes() {
    let expansion = in_module(
        quote!(key = "user:{ids}", ttl = 60, each(id in ids)),
        &quote! {
            pub async fn get_users(tenant: u32, mut ids: Vec<u64>) -> Result<HashMap<u64, User>, E> {
                load(ids).await
            }
        },
    );
    insta::assert_snapshot!(expansion);
}
