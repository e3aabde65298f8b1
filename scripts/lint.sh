#!/usr/bin/env bash
# Static analysis: layout and clang-tidy for C++, ESLint and Prettier for TypeScript, shellcheck.
#   scripts/lint.sh              everything
#   scripts/lint.sh src/access   clang-tidy on these folders only
set -euo pipefail
cd "$(dirname "$0")/.."

echo "clang-format"
git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run --Werror

echo "shellcheck"
{ git ls-files '*.sh'; echo .ci/run; } | xargs shellcheck

echo "web: tsc, ESLint, Prettier"
npm --prefix web run --silent check

echo "clang-tidy"
cmake --preset debug > /dev/null
# Generated sources must be there before anything can be read.
ninja -C build-debug -t targets all | sed -n 's/: CUSTOM_COMMAND$//p' | grep '\.cpp$' |
    xargs -r ninja -C build-debug > /dev/null || true
mapfile -t files < <(git ls-files "${@:-src}" | grep '\.cpp$')
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy-19 -p build-debug --quiet
