#!/usr/bin/env bash
# Builds the web applications into web/dist, when a source is newer than the last build.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/npm_ci.sh web
if [[ ! -e web/dist/manifest.json ]] ||
    [[ -n $(find web -path web/node_modules -prune -o -path web/dist -prune -o \
            -type f -newer web/dist/manifest.json -print -quit) ]]; then
    (cd web && npm run --silent build)
fi
