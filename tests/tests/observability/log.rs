//! What a subscriber writes.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use tracing::subscriber::{DefaultGuard, Interest};
use tracing::{Event, Level, Metadata, Subscriber, span};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::{self, format::FmtSpan};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, registry};

/// Has each who listens asked anew, of whatever is told: a place in the program that is reached for the first time while somebody
/// begins to listen on another thread would be taken for one that nobody listens to, for good. To be called before anything is told.
pub(crate) fn ask_each_time() {
    static DONE: Once = Once::new();
    DONE.call_once(|| tracing::subscriber::set_global_default(Undecided).unwrap());
}

/// Listens to nothing, and may change its mind.
struct Undecided;

impl Subscriber for Undecided {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Lines of text.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What this thread tells from now on, down to `level`.
    pub(crate) fn of(level: Level) -> (Self, DefaultGuard) {
        ask_each_time();
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(level)
            .with_span_events(FmtSpan::NEW)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// What this thread tells from now on, to two who listen.
    pub(crate) fn at_two_levels(one: (&Self, LevelFilter), other: (&Self, LevelFilter)) -> DefaultGuard {
        ask_each_time();
        let registry = registry().with(one.0.layer(one.1)).with(other.0.layer(other.1));
        tracing::subscriber::set_default(registry)
    }

    fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self, level: LevelFilter) -> impl Layer<S> + use<S> {
        let log = self.clone();
        fmt::layer().with_ansi(false).with_writer(move || log.clone()).with_filter(level)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
