//! Ports that nobody else is given, in this process or by the kernel.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the range from which kernels take the ports of outgoing connections (32768 on Linux, 49152
/// elsewhere), so that the port of a server which is down is still free when it comes back.
const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;

/// A port that was free a moment ago and that this process has not handed out lately.
#[must_use]
pub fn next_free() -> u16 {
    static HANDED_OUT: AtomicU32 = AtomicU32::new(0);
    // Processes that run at the same time start far apart.
    let start = process::id().wrapping_mul(397);
    (0..COUNT)
        .map(|_| HANDED_OUT.fetch_add(1, Ordering::Relaxed))
        .filter_map(|taken| u16::try_from(FIRST + start.wrapping_add(taken) % COUNT).ok())
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .unwrap_or_else(|| panic!("no free port from {FIRST} on: are old servers still running?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_handed_out_twice() {
        assert_ne!(next_free(), next_free());
    }

    #[test]
    fn a_port_in_use_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, next_free())).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!((0..100).all(|_| next_free() != port));
    }
}
