#!/usr/bin/env bash
# npm ci in a folder, without install scripts, and only when its lock file has changed since.
set -euo pipefail
cd "$(dirname "$0")/../$1"
stamp=node_modules/.casement-lock
if ! cmp -s package-lock.json "$stamp"; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json "$stamp"
fi
