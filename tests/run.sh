#!/usr/bin/env bash
# The test command: every test of the workspace, with real Redis processes of its own.
# Installs `redis-server` if there is none. Further arguments go to `cargo test`, and then nothing is run on other topologies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '== %s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
has_redis() { has redis-server || has valkey-server; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif has sudo && sudo --non-interactive true 2>/dev/null; then sudo --non-interactive "$@"
    else return 1
    fi
}

install_with_apt() {
    # An old list of packages may do.
    as_root apt-get update -qq || true
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq redis-server || return 1
    # The package starts a service of its own; the tests need the program only.
    if [ -d /run/systemd/system ]; then as_root systemctl disable --now redis-server; fi
}

install_redis() {
    if has apt-get; then install_with_apt
    elif has dnf; then as_root dnf install -y -q redis || as_root dnf install -y -q valkey
    elif has apk; then as_root apk add --quiet redis
    elif has pacman; then as_root pacman -Sy --noconfirm --needed valkey
    elif has brew; then brew install redis
    else return 1
    fi
}

if ! has_redis; then
    say 'installing redis-server'
    install_redis </dev/null >&2 || true
    if ! has_redis; then
        say 'redis-server is missing and could not be installed here: install the package redis-server (redis, valkey) as root, then run this again'
        exit 1
    fi
fi

failed=()
step() {
    say "$*"
    "$@" </dev/null || failed+=("$*")
}

# Every feature on its own; the tests have them all.
runtime='cargo check --quiet --package cache-runtime --no-default-features'
for features in '' bincode json msgpack compression metrics tls test-util; do
    step $runtime ${features:+--features "$features"}
done
step cargo test --workspace --all-features --no-fail-fast "$@"
# Fleets and faults behind sentinels and on a cluster. The other suites pass there as well, and would take too long each time.
if [ $# -eq 0 ]; then
    for topology in sentinel cluster; do
        step env CACHE_TESTS_ON=$topology cargo test --workspace --all-features --no-fail-fast \
            --test leases --test processes --test near --test outage
    done
fi
# What a program without the feature makes of compressed values.
step cargo test --package cache-runtime --lib compress

for command in ${failed[@]+"${failed[@]}"}; do say "failed: $command"; done
[ ${#failed[@]} -eq 0 ]
