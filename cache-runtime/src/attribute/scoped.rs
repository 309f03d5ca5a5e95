//! An origin that takes the scope of its call along, wherever it runs.

use std::future::Future;
use std::pin::Pin;

use crate::engine::{Load, Sharing, Wording};
use crate::policy::Rules;
use crate::scope::Carried;

struct Scoped<R, V, S> {
    load: Box<dyn Load<'static, R, V, S>>,
    scope: Carried,
}

/// `load` in the scope of the current task: what its body calls uses the same cache in the background, too.
pub(super) fn scoped<R: 'static, V: 'static, S: 'static>(
    load: Box<dyn Load<'static, R, V, S>>,
) -> Box<dyn Load<'static, R, V, S>> {
    Box::new(Scoped { load, scope: Carried::current() })
}

impl<R: 'static, V, S> Load<'static, R, V, S> for Scoped<R, V, S> {
    fn start(&mut self) -> Pin<Box<dyn Future<Output = R> + Send>> {
        Box::pin(self.scope.clone().run(self.load.start()))
    }

    fn rules(&self) -> &Rules<'_, V> {
        self.load.rules()
    }

    fn sharing(&self) -> Option<&Sharing<R>> {
        self.load.sharing()
    }

    fn words(&self) -> Option<Wording<R>> {
        self.load.words()
    }
}
