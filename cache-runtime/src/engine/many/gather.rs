//! Finding out for many keys at the same time what there is to do for each.

use std::future::Future;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::share::{Crowd, Share};
use crate::engine::caller::Company;

/// The keys of one call, on their way to what they have to do.
pub(super) struct Gather<'a, P, F> {
    /// Begins with one of them.
    prepare: P,
    /// The first that was not begun with.
    next: usize,
    count: usize,
    company: &'a Company,
    preparing: FuturesUnordered<F>,
    share: Share<'a>,
}

impl<'a, P, F, T> Gather<'a, P, F>
where
    P: Fn(usize) -> F,
    F: Future<Output = (usize, T)>,
{
    pub(super) fn new(count: usize, (company, crowd): (&'a Company, &'a Crowd), prepare: P) -> Self {
        Self { prepare, next: 0, count, company, preparing: FuturesUnordered::new(), share: Share::none_of(crowd) }
    }

    /// The next that knows what to do. To be polled again at once after each.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<(usize, T)>> {
        loop {
            self.begin_more();
            let polled = self.preparing.poll_next_unpin(context);
            self.count_those_who_ask();
            match polled {
                // Some of them have begun to wait, and there is room for others.
                Poll::Pending if self.has_room() => {}
                polled => return polled,
            }
        }
    }

    /// Whether all that is left is waiting for somebody else.
    pub(super) fn only_waits(&self) -> bool {
        self.next == self.count && self.preparing.len() == self.company.waiting()
    }

    fn begin_more(&mut self) {
        while self.has_room() {
            self.preparing.push((self.prepare)(self.next));
            self.next += 1;
            self.count_those_who_ask();
        }
    }

    /// Those that wait for somebody else do not count, as they can take long, and the others are not to wait for that.
    fn count_those_who_ask(&mut self) {
        self.share.set(self.preparing.len().saturating_sub(self.company.waiting()));
    }

    fn has_room(&self) -> bool {
        self.next < self.count && self.share.has_room()
    }
}
