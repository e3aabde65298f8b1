#!/usr/bin/env bash
# Installs what is missing, from Debian and npm only: scripts/setup.sh build|test|bench|lint
# Runs as root or through sudo; does nothing, and asks for nothing, when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(
    clang-19 lld-19 cmake ninja-build ccache pkg-config make
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-system1.81-dev
    libssl-dev libsoci-dev libsqlite3-dev libpq-dev libpg-query-dev libmariadb-dev
    libyaml-cpp-dev libcli11-dev libre2-dev
    libfmt-dev libspdlog-dev prometheus-cpp-dev libcmark-gfm-dev libcmark-gfm-extensions-dev
    libcurl4-openssl-dev libbrotli-dev zlib1g-dev brotli python3 ca-certificates file tzdata curl
)
test_packages=(
    libclang-rt-19-dev llvm-19 libgtest-dev librapidcheck-dev sqlite3 openssl curl
    postgresql-15 chromium firefox-esr webkit2gtk-driver xvfb xauth fonts-dejavu-core
    python3-gi gir1.2-webkit2-4.1 jq
    mariadb-server prometheus victoria-metrics prometheus-node-exporter python3-aiosmtpd
)
bench_packages=(nginx-light wrk libbenchmark-dev chromium fonts-dejavu-core procps)
lint_packages=(clang-format-19 clang-tidy-19 shellcheck)

case "${1:-build}" in
    build) packages=("${build_packages[@]}") ;;
    test) packages=("${test_packages[@]}") ;;
    bench) packages=("${bench_packages[@]}") ;;
    lint) packages=("${lint_packages[@]}") ;;
    *) echo "usage: scripts/setup.sh build|test|bench|lint" >&2; exit 2 ;;
esac

# Another Node.js than Debian's is fine, as long as it is new enough.
if ! command -v node > /dev/null || ! command -v npm > /dev/null; then
    packages+=(nodejs npm)
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2> /dev/null || true)
    [[ "$status" == "install ok installed" ]] || missing+=("$package")
done

if [[ ${#missing[@]} -gt 0 ]]; then
    as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo > /dev/null || {
            echo "These Debian packages are missing, and there is no sudo to install them with:" >&2
            echo "    apt-get install ${missing[*]}" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    echo "installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    # PostgreSQL's package would start a cluster of its own; the tests bring theirs.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" > /dev/null
fi

node_major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
if [[ "$node_major" -lt 18 ]]; then
    echo "Node.js $(node --version) is too old: 18 or newer is needed." >&2
    exit 1
fi

if [[ "${1:-build}" == build ]]; then
    # A system libduckdb wins; cmake/FindDuckDB.cmake looks for it first.
    if ! { [[ -e /usr/include/duckdb.h || -e /usr/local/include/duckdb.h ]] &&
           ldconfig -p | grep -q libduckdb.so; }; then
        scripts/npm_ci.sh third_party/duckdb
    fi
fi
