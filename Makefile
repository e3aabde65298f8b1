# The commands of daily work. Each installs what it misses and does nothing twice.
#
#   make demo      build, and serve the flights example beside a host application
#   make test      build and run every test
#   make build     the server: build/casement
#   make bench     measure against the peers; prints one table per subject
#   make lint      static analysis of C++, TypeScript and scripts
#   make format    lay out the sources
#   make package   a Debian package in build/

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
JOBS ?= $(shell nproc)
# Objects in the compiler cache serve every clone, wherever it lies.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

.PHONY: all setup web data build demo test bench lint format package clean

all: build

setup:
	@scripts/setup.sh build

web: setup
	@scripts/build_web.sh

data:
	@examples/flights/fetch-data.sh

build: setup web
	@cmake --preset release -DCASEMENT_TESTS=OFF > build.log || { cat build.log; exit 1; }
	@rm -f build.log
	@cmake --build --preset release --target casement -j $(JOBS)
	@echo "built: build/casement"

demo: build data
	@scripts/demo.sh

test: build data
	@scripts/setup.sh test
	@scripts/run_tests.py

bench: build data
	@scripts/setup.sh bench
	@bench/run.sh

lint: setup web
	@scripts/setup.sh lint
	@scripts/lint.sh

format: setup
	@scripts/setup.sh lint
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i
	@cd web && npm run --silent format

package: build
	@cmake --build --preset release -j $(JOBS)
	@cd build && cpack -G DEB

clean:
	rm -rf build build-* web/dist
