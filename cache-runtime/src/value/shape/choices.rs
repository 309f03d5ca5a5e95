//! Which sample each question gets: another one for the last question, until an attempt succeeds.

/// The choices of one run, by their order. An attempt that fails is put down to the last of them.
#[derive(Debug, Default)]
pub(super) struct Choices {
    taken: Vec<usize>,
    next: usize,
    last_options: usize,
}

impl Choices {
    /// Chooses one of `options`.
    pub(super) fn take(&mut self, options: usize) -> usize {
        if self.next == self.taken.len() {
            self.taken.push(0);
        }
        let choice = self.taken.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        self.last_options = options;
        choice
    }

    /// After a failed attempt: starts another, which chooses otherwise in the end. False when there
    /// is nothing else to choose.
    pub(super) fn retry(&mut self) -> bool {
        self.taken.truncate(self.next);
        self.next = 0;
        match self.taken.last_mut() {
            Some(choice) if *choice + 1 < self.last_options => {
                *choice += 1;
                true
            }
            _ => false,
        }
    }
}
