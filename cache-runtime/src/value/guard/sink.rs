//! Where a codec writes: so many bytes, and no more.

use std::io::{self, Write};

/// The end of some bytes, to which a limited number is appended.
pub(in crate::value) struct Sink<'a> {
    bytes: &'a mut Vec<u8>,
    start: usize,
    room: usize,
    is_full: bool,
}

impl<'a> Sink<'a> {
    /// Room for so many bytes behind those there are.
    pub(in crate::value) fn new(bytes: &'a mut Vec<u8>, room: usize) -> Self {
        Self { start: bytes.len(), bytes, room, is_full: false }
    }

    /// How many were written.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Whether there were more to be written than there is room for, whatever the codec made of that.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_full || bytes.len() > self.room - self.len() {
            self.is_full = true;
            return Err(io::Error::other("there is no more room"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
