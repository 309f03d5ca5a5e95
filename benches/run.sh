#!/usr/bin/env bash
# Measures what reads from Redis cost, beside others, and writes it down in RESULTS.md, with the machine.
# On an idle machine. Arguments go to `throughput`: how many rounds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

first_of() { "$@" 2>/dev/null | head -n 1 || true; }
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
memory=$(awk '/^MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo 2>/dev/null || true)

cargo build --release --bin throughput --bin large_values
{
    cat <<HEAD
# The last run

Written by \`bash benches/run.sh\`; what each program does, it says at its top. Compare ratios, and only those of one table.

| | |
|---|---|
| date | $(date -u +%F) |
| machine | $(nproc) x ${cpu:-$(uname -m)}, ${memory:-memory unknown}, shared by the programs and their server |
| system | $(uname -sr) |
| server | $(first_of redis-server --version | cut -d' ' -f3) |
| compiler | $(rustc --version) |
| Python | $(first_of "${PYTHON:-python3}" -c 'import platform, redis; print(platform.python_version() + ", redis-py " + redis.__version__)') |

## \`throughput\`: hits on Redis

\`\`\`text
HEAD
    cargo run --quiet --release --bin throughput -- "$@"
    printf '```\n\n## `large_values`: small reads while large ones are under way\n\n```text\n'
    cargo run --quiet --release --bin large_values
    printf '```\n'
} | tee RESULTS.md
