//! An origin for many keys that takes the scope of its call along, wherever it runs.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::engine::{LoadMany, Sharing, UnwrappedMany, Wording};
use crate::policy::Rules;
use crate::scope::Carried;

struct Scoped<L> {
    load: L,
    scope: Carried,
}

/// `load` in the scope of the current task: what its body calls uses the same cache in the background, too.
pub(super) fn scoped<K, R>(load: impl LoadMany<'static, K, R> + 'static) -> Arc<dyn LoadMany<'static, K, R>>
where
    K: 'static,
    R: UnwrappedMany + 'static,
{
    Arc::new(Scoped { load, scope: Carried::current() })
}

impl<K, R, L> LoadMany<'static, K, R> for Scoped<L>
where
    R: UnwrappedMany + 'static,
    L: LoadMany<'static, K, R>,
{
    fn start(&self, ids: Vec<K>) -> Pin<Box<dyn Future<Output = R> + Send>> {
        Box::pin(self.scope.clone().run(self.load.start(ids)))
    }

    fn rules(&self) -> &Rules<'_, R::Value> {
        self.load.rules()
    }

    fn sharing(&self) -> Option<&Sharing<R>> {
        self.load.sharing()
    }

    fn words(&self) -> Option<Wording<R>> {
        self.load.words()
    }
}
