#!/usr/bin/env bash
# Measures Casement beside its peers and prints one table per subject.
#   bench/run.sh            everything
#   bench/run.sh links      one subject; --list names them
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release -DCASEMENT_TESTS=OFF -DCASEMENT_BENCH=ON > /dev/null
cmake --build --preset release --target bench_group_commit bench_query bench_postgres_query
scripts/npm_ci.sh tests/browser
exec node bench/run.mjs "$@"
