#!/usr/bin/env bash
# What the attribute costs a build: a program of 200 annotated functions, against the same program on `cached` and
# against the same functions without any macro. Dependencies are built first and not counted; incremental compilation
# is off. Prints seconds and ratios, all from one run.
#
#   bash benches/compile-cost.sh [ROUNDS]
set -euo pipefail

rounds=${1:-3}
functions=200
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$work/target"

# crate NAME DEPENDENCY ATTRIBUTE: a program whose functions carry ATTRIBUTE, with N replaced by their number.
crate() {
    local name=$1 dependency=$2 attribute=$3 n
    mkdir -p "$work/$name/src"
    cat >"$work/$name/Cargo.toml" <<TOML
[package]
name = "program-$name"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
$dependency
TOML
    {
        echo '#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]'
        echo 'pub struct User { pub id: u64, pub name: String, pub email: String, pub tags: Vec<String>, pub active: bool }'
        echo 'fn load(id: u64) -> Result<User, String> {'
        echo '    if id == 0 { return Err("nobody".into()); }'
        echo '    Ok(User { id, name: "n".into(), email: "e".into(), tags: vec![], active: true })'
        echo '}'
        for n in $(seq "$functions"); do
            echo "${attribute//N/$n}"
            echo "pub async fn f$n(id: u64) -> Result<User, String> { load(id + $n) }"
        done
        echo '#[tokio::main]'
        echo 'async fn main() {'
        for n in $(seq "$functions"); do echo "    println!(\"{:?}\", f$n($n).await);"; done
        echo '}'
    } >"$work/$name/src/main.rs"
}

crate plain '' ''
crate ours "cache-runtime = { path = \"$here/cache-runtime\" }" \
    '#[cache_runtime::read_through(key = "user:N:{id}", ttl = 60)]'
crate cached 'cached = { version = "4.1", default-features = false, features = ["proc_macro", "async", "redis_tokio"] }' \
    '#[cached::macros::concurrent_cached(redis = true, ttl_secs = 60, map_error = |e| format!("{e:?}"))]'

# seconds NAME PROFILE: builds the program alone, as often as there are rounds, and prints the median.
seconds() {
    local name=$1 profile=$2 round
    for round in $(seq "$rounds"); do
        touch "$work/$name/src/main.rs"
        { TIMEFORMAT=%R; time (cd "$work/$name" && cargo build --quiet --profile "$profile"); } 2>&1 | tail -1
    done | sort -n | sed -n "$(((rounds + 1) / 2))p"
}

echo "$functions functions, median of $rounds builds, $(rustc --version), $(nproc) cores"
for profile in dev release; do
    for name in plain ours cached; do
        (cd "$work/$name" && cargo build --quiet --profile "$profile")
    done
    plain=$(seconds plain "$profile")
    ours=$(seconds ours "$profile")
    cached=$(seconds cached "$profile")
    echo "$profile: without macro $plain s, cache-runtime $ours s, cached $cached s, ratio $(awk "BEGIN { printf \"%.2f\", $ours / $cached }")"
done
for name in ours cached; do
    count=$(cd "$work/$name" && cargo tree --edges normal --prefix none --package "$([ "$name" = ours ] && echo cache-runtime || echo cached)" | awk '{print $1, $2}' | sort -u | wc -l)
    echo "dependency tree of $name: $count crates"
done
