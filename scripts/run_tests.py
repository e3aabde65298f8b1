#!/usr/bin/env python3
"""Runs every test and closes with one line: "N passed, N failed, N skipped".

    scripts/run_tests.py              all suites
    scripts/run_tests.py unit browser only these
    scripts/run_tests.py --list       their names

C++ tests run in the address+undefined build, the concurrent ones again in the thread build; what
drives a running server uses the release binary, which `make build` has made.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time
import typing

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = os.environ.get("JOBS", str(os.cpu_count() or 2))
ENVIRONMENT = {
    **os.environ,
    "GTEST_BRIEF": "1",
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": f"halt_on_error=1:suppressions={ROOT}/tests/tsan.supp",
}
# The rooms whose code runs on several threads at once.
THREADED = ("base", "http", "store", "data", "access")


def cmake(preset, *targets):
    build = f"build-{preset}"
    return [
        ["cmake", "--preset", preset],
        ["cmake", "--build", build, "-j", JOBS, *(("--target", *targets) if targets else ())],
    ]


def ctest(preset, *args):
    return [["ctest", "--test-dir", f"build-{preset}", "-j", JOBS, "--verbose", "--no-tests=error",
             # One that hangs must not take the whole run with it.
             "--timeout", "900",
             *args]]


def node(folder, *files):
    lock = (ROOT / folder / "package-lock.json").exists()
    install = [["scripts/npm_ci.sh", folder]] if lock else []
    # One file at a time: several browsers at once starve each other on two cores.
    return install + [["node", "--test", "--test-concurrency=1", "--test-reporter=spec", *[f"{folder}/{f}" for f in files]]]


def under_display(commands):
    """WebKitGTK's browser needs a display, also when nobody looks."""
    return [["xvfb-run", "-a", *c] if c[0] == "node" else c for c in commands]


def suites():
    """Name -> commands. A suite stops at its first command that fails."""
    return {
        "arrows": [["scripts/check_arrows.py"]],
        "web": [["npm", "--prefix", "web", "run", "--silent", "check"],
                ["npm", "--prefix", "web", "test", "--silent"]],
        "unit": cmake("asan") + ctest("asan", "-LE", "fuzz"),
        "threads": cmake("tsan", *(f"test_{room}" for room in THREADED)) + ctest("tsan", "-R", f"^({'|'.join(THREADED)})$"),
        "fuzz": ctest("asan", "-L", "fuzz"),
        # The compiler that `make` installs: there may be no other.
        "sign": [["cmake", "-S", "lib/sign", "-B", "build-sign", "-G", "Ninja",
                  f"-DCMAKE_CXX_COMPILER={os.environ.get('CXX', 'clang++-19')}"],
                 ["cmake", "--build", "build-sign"],
                 ["ctest", "--test-dir", "build-sign", "--output-on-failure", "--no-tests=error"]],
        "hosts": node("tests/conformance/hosts", "run.mjs", "demo.mjs"),
        "signers": node("tests/conformance/looker/signers", "signers.test.mjs"),
        "datadog": node("tests/conformance/datadog", "run.test.mjs"),
        "looker": node("tests/conformance/looker", "docs.test.mjs", "signers/signers.test.mjs",
                       "logins.test.mjs", "urls.test.mjs", "administration.test.mjs",
                       "spellings.test.mjs", "links.test.mjs", "refusals.test.mjs",
                       "pages.test.mjs", "permissions.test.mjs", "sessions.test.mjs",
                       "cookieless.test.mjs", "cookieless-sessions.test.mjs",
                       "content.test.mjs", "admin.test.mjs", "admin-content.test.mjs",
                       "attacks.test.mjs", "example.test.mjs"),
        "grafana": node("tests/conformance/grafana", "signers/signers.test.mjs", "keys.test.mjs",
                        "content.test.mjs", "import.test.mjs", "import-command.test.mjs",
                        "node-exporter.test.mjs", "datasources.test.mjs",
                        "query.test.mjs", "terraform.test.mjs", "settings.test.mjs",
                        "snapshots.test.mjs", "public.test.mjs", "annotations.test.mjs",
                        "variables.test.mjs"),
        "console": node("tests/conformance/console", "accounts.test.mjs", "drawing.test.mjs",
                        "drawing-eyes.test.mjs", "drawing-versions.test.mjs",
                        "keys.test.mjs", "keys-embedding.test.mjs", "keys-permissions.test.mjs",
                        "keys-programs.test.mjs", "links.test.mjs", "mail.test.mjs", "operation.test.mjs",
                        "people-groups.test.mjs", "people.test.mjs", "shares.test.mjs", "share-invitations.test.mjs",
                        "sources.test.mjs"),
        "openid": node("tests/conformance/openid", "run.test.mjs"),
        "attacks": node("tests/conformance/attacks", "run.test.mjs", "grafana-identity.test.mjs",
                        "grafana-browser.test.mjs",
                        "grafana-reach.test.mjs", "grafana-scope.test.mjs",
                        "grafana-input.test.mjs", "grafana-limits.test.mjs",
                        "grafana-time.test.mjs", "grafana-secrets.test.mjs",
                        "grafana-timing.test.mjs",
                        "console-browser.test.mjs", "console-organizations.test.mjs",
                        "console-proof.test.mjs", "console-secrets.test.mjs",
                        "console-sinks.test.mjs", "console-types.test.mjs"),
        "browser": under_display(node("tests/browser", "chromium-blocked.test.mjs",
                                      "chromium-allowed.test.mjs", "firefox.test.mjs",
                                      "webkit.test.mjs", "framing.test.mjs",
                                      "accidents.test.mjs", "looks.test.mjs", "page.test.mjs",
                                      "accessible.test.mjs", "options.test.mjs",
                                      "panels.test.mjs", "fields-looks.test.mjs",
                                      "variables.test.mjs", "refresh.test.mjs", "readme.test.mjs",
                                      "looker-sdk.test.mjs",
                                      "looker-sessions.test.mjs", "looker-rows.test.mjs",
                                      "looker-engines.test.mjs", "looker-looks.test.mjs",
                                      "grafana.test.mjs",
                                      "grafana-snapshot.test.mjs",
                                      "grafana-public.test.mjs",
                                      "grafana-settings.test.mjs",
                                      "console.test.mjs", "console-dashboards.test.mjs", "console-edit.test.mjs",
                                      "console-keys.test.mjs", "console-operation.test.mjs",
                                      "console-people.test.mjs", "console-query.test.mjs",
                                      "console-shares.test.mjs", "console-sharing.test.mjs",
                                      "console-sources.test.mjs", "console-states.test.mjs", "console-failures.test.mjs",
                                      "console-view.test.mjs", "console-watch.test.mjs",
                                      "console-engines.test.mjs")),
    }


GTEST_PASSED = re.compile(r"\[  PASSED  \] (\d+) test")
GTEST_FAILED = re.compile(r"\[  FAILED  \] (\d+) test")
GTEST_SKIPPED = re.compile(r"\[  SKIPPED \] (\d+) test")
CTEST_LINE = re.compile(r"(\d+)% tests passed, (\d+) tests? failed out of (\d+)")
CTEST_SKIPPED = re.compile(r"Test +#\d+: .*\*\*\*Skipped")
# A test that was cancelled did not hold; Node counts it apart.
NODE_PASS = re.compile(r"^. pass (\d+)\s*$", re.MULTILINE)
NODE_FAIL = re.compile(r"^. (?:fail|cancelled) (\d+)\s*$", re.MULTILINE)
NODE_SKIPPED = re.compile(r"^. (?:skipped|todo) (\d+)\s*$", re.MULTILINE)


class Counts(typing.NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(*map(sum, zip(self, other)))

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def counts(output, ok):
    """By the runner's own words; a command without any counts as one test."""
    def total(*patterns):
        return sum(int(number) for pattern in patterns for number in pattern.findall(output))

    found = Counts(total(GTEST_PASSED), total(GTEST_FAILED), total(GTEST_SKIPPED))
    # ctest counts programs; where those count their own cases, theirs is the number.
    if not any(found):
        skipped = len(CTEST_SKIPPED.findall(output))
        for match in CTEST_LINE.finditer(output):
            failed, of = int(match.group(2)), int(match.group(3))
            found += Counts(of - failed - skipped, failed, skipped)
    found += Counts(total(NODE_PASS), total(NODE_FAIL), total(NODE_SKIPPED))
    if not ok and found.failed == 0:
        return found + Counts(failed=1)
    return found if any(found) else Counts(passed=1)


# Where a runner begins to say what went wrong: GoogleTest's failure (behind ctest's number of the
# program), a sanitizer's report, a fuzzer's finding, Node's list at its end.
TROUBLE = re.compile(r"^(?:\d+: )?(?:\S+:\d+: Failure|unknown file: Failure|\[  FAILED  \] \S+\.\S+|"
                     r"=*\d*=*(?:ERROR|WARNING): |SUMMARY: |.*runtime error: |Base64: |terminate called|"
                     r"✖ failing tests:|.*\*\*\*(?:Failed|Timeout|Exception))")
# What a server under test logs.
LOGGED = re.compile(r'^(?:\d+: )?\{"time":')


def excerpt(output, most=16):
    """The lines of a failed command that say what failed, for those who see only the end of a log."""
    lines = [line.rstrip()[:240] for line in output.splitlines() if not LOGGED.match(line)]
    kept = {}
    for at, line in enumerate(lines):
        if TROUBLE.match(line):
            following = most if line.startswith("✖") else 6
            kept.update(enumerate(lines[at:at + following], at))
    return "\n".join(list(kept.values())[:most] or lines[-most:])


def run(name, commands):
    """The counts of a suite, and what its failed command said."""
    print(f"\n=== {name}", flush=True)
    start = time.monotonic()
    found = Counts()
    trouble = ""
    for command in commands:
        process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.STDOUT, errors="replace")
        output = []
        for line in process.stdout:
            output.append(line)
            # A compiler that succeeds has nothing to say.
            if command[0] != "cmake":
                print(line, end="", flush=True)
        ok = process.wait() == 0
        if command[0] == "cmake":
            if not ok:
                print("".join(output), flush=True)
                found += Counts(failed=1)
        else:
            found += counts("".join(output), ok)
        if not ok:
            trouble = excerpt("".join(output))
            break
    print(f"--- {name}: {found}, {time.monotonic() - start:.0f} s", flush=True)
    return found, trouble


def forgotten(known):
    """Node's test files that no suite runs."""
    run_by_one = {word for commands in known.values() for command in commands for word in command}
    files = (str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.test.mjs")
             if "node_modules" not in path.parts)
    return sorted(set(files) - run_by_one)


def main():
    known = suites()
    if missing := forgotten(known):
        print(f"no suite runs {', '.join(missing)}", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser()
    parser.add_argument("suite", nargs="*")
    parser.add_argument("--list", action="store_true")
    chosen = parser.parse_args()
    if chosen.list:
        print("\n".join(known))
        return 0
    unknown = [name for name in chosen.suite if name not in known]
    if unknown:
        print(f"no such suite: {', '.join(unknown)} (there are: {', '.join(known)})", file=sys.stderr)
        return 2
    results = {name: run(name, known[name]) for name in chosen.suite or known}
    for name, (found, trouble) in results.items():
        if found.failed:
            print(f"failed suite: {name}\n{trouble}")
    everything = sum((found for found, _ in results.values()), Counts())
    print(f"\n{everything}", flush=True)
    return 1 if everything.failed else 0


if __name__ == "__main__":
    sys.exit(main())
