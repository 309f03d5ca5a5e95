//! Read-through for many keys: the store first, then the origin once, with what is missing.

use std::future::poll_fn;
use std::mem;
use std::sync::Arc;

use super::asked::Asked;
use super::course::{Course, Next};
use super::gather::Gather;
use super::job::Loader;
use super::judge::Ended;
use super::load::LoadMany;
use super::loader::{Borrowed, Owned};
use super::returned::ReturnsMany;
use crate::engine::caller::{Caller, Company};
use crate::engine::prepare::Prepared;
use crate::engine::state::Engine;
use crate::flight::Pulse;
use crate::mode::Mode;
use crate::observe::Event;
use crate::value::Value;

/// Answers a call for many keys. Returns what the origin returns, or would have: never an error of the cache.
///
/// Dropping the future at any point strands nobody: whoever waits for one of these loads starts over.
pub(crate) async fn read_through_many<'o, K, R>(
    engine: &Engine,
    mut asked: Asked<K, R::Value>,
    origin: &(dyn LoadMany<'o, K, R> + '_),
) -> R
where
    K: Clone + Send + Sync,
    R: ReturnsMany<K>,
    R::Value: Value,
{
    {
        // What is returned need not be `Send`: none of it lives across an await, here and below.
        let ended = Box::pin(ask(engine, &mut asked, &Borrowed { engine, origin }, false)).await.err();
        if let Some(answer) = returned(ended, &mut asked) {
            return answer;
        }
    }
    origin.start(asked.ids).await
}

/// The same with an origin that can go on when the call has its answer: in the background, which the engine owns.
pub(crate) async fn read_through_many_owned<K, R>(
    engine: &Arc<Engine>,
    mut asked: Asked<K, R::Value>,
    origin: Arc<dyn LoadMany<'static, K, R>>,
) -> R
where
    K: Clone + Send + Sync + 'static,
    R: ReturnsMany<K> + 'static,
    R::Value: Value,
{
    {
        let ended = Box::pin(ask(engine, &mut asked, &Owned { engine, origin: &origin }, true)).await.err();
        if let Some(answer) = returned(ended, &mut asked) {
            return answer;
        }
    }
    origin.start(asked.ids).await
}

/// What the call returns, unless that is what the origin brings for all ids.
fn returned<K, R>(ended: Option<Ended<R>>, asked: &mut Asked<K, R::Value>) -> Option<R>
where
    R: ReturnsMany<K>,
    R::Value: Value,
{
    match ended {
        None => Some(mem::take(asked).into_return()),
        Some(Ended::Returned(returned)) => Some(returned),
        Some(Ended::Uncached) => None,
    }
}

/// Finds out what there is for each id.
async fn ask<K, R>(
    engine: &Engine,
    asked: &mut Asked<K, R::Value>,
    loader: &dyn Loader<K, R>,
    outlives: bool,
) -> Result<(), Ended<R>>
where
    K: Clone + Send + Sync,
    R: ReturnsMany<K>,
    R::Value: Value,
{
    let requests = mem::take(&mut asked.requests);
    let Some(first) = requests.first() else { return Ok(()) };
    if first.mode == Mode::Bypass {
        for request in &requests {
            engine.tell(request, Event::Bypassed);
        }
        return Err(Ended::Uncached);
    }
    let (pulse, company) = (Arc::new(Pulse::new()), Company::default());
    let accepts_absent = first.policy.absent_ttl().is_some();
    let mut gather = Gather::new(requests.len(), (&company, &engine.crowd), |index| {
        let request = requests.get(index);
        let caller = request.map(|request| Caller { request, accepts_absent, outlives, company: Some(&company) });
        async move {
            match caller {
                Some(caller) => (index, engine.prepare(caller).await),
                None => (index, Prepared::Alone),
            }
        }
    });
    let mut course = Course::new(&requests, asked, loader, &pulse);
    let run = async {
        loop {
            match poll_fn(|context| course.poll_next(&mut gather, context)).await {
                Next::Decided(index, prepared) => course.decided(index, prepared),
                Next::AllDecided => course.begin(),
                Next::Loaded(contents) => course.loaded(contents?),
                Next::End => return course.end(),
            }
        }
    };
    Arc::clone(&pulse).watch(run).await
}
