#!/usr/bin/env python3
"""Collects the licences of what the program is made of into one C++ file.

    licences.py --out build/licences_text.cpp [--web web/dist/licences.json]

Libraries: Debian's own copyright files on the machine that builds, and DuckDB's from npm. Web: what
the bundles really hold, which web/build.mjs writes down. The program's own is LICENSE.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = pathlib.Path("/usr/share/doc")

# What the binary is linked with or made of, and how Debian's packages of it begin.
LIBRARIES = [
    ("Boost", ["libboost1.81-dev", "libboost-dev"]),
    ("OpenSSL", ["libssl3", "libssl-dev"]),
    ("fmt", ["libfmt9", "libfmt-dev"]),
    ("spdlog", ["libspdlog1.10", "libspdlog-dev"]),
    ("yaml-cpp", ["libyaml-cpp0.7", "libyaml-cpp-dev"]),
    ("CLI11", ["libcli11-dev"]),
    ("SQLite", ["libsqlite3-0", "libsqlite3-dev"]),
    ("libpq", ["libpq5", "libpq-dev"]),
    ("libpg_query", ["libpg-query-dev", "libpg-query*"]),
    ("SOCI", ["libsoci-core4.0", "libsoci-dev"]),
    ("prometheus-cpp", ["libprometheus-cpp-core1.0", "prometheus-cpp-dev"]),
    ("MariaDB Connector/C", ["libmariadb3", "libmariadb-dev"]),
    ("cmark-gfm", ["libcmark-gfm0.29.0.gfm.6", "libcmark-gfm-dev"]),
    ("RE2", ["libre2-9", "libre2-dev"]),
    ("curl", ["libcurl4", "libcurl4-openssl-dev"]),
    ("libstdc++", ["libstdc++6", "libstdc++-12-dev", "gcc-12-base"]),
]
DUCKDB = ROOT / "third_party/duckdb/node_modules/duckdb"
# Where Debian's file is about a whole source package: the part of it that is linked.
PART_OF = {"MariaDB Connector/C": r"libmariadb/\*"}
# Of a longer file only the licences themselves, not the list of which file has which.
LONGEST = 60_000


def debian_version(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                           capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else ""


def shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    kept = []
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        whole = re.search(r"^Files:\s*\*\s*$", paragraph, re.MULTILINE)
        licence = paragraph.lstrip().startswith("License:")
        if number == 0 or whole or licence:
            kept.append(paragraph)
    return "\n\n".join(kept)[: 4 * LONGEST]


def licence_name(text: str, files: str = r"\*") -> str:
    for paragraph in re.split(r"\n\s*\n", text):
        if not re.search(rf"^Files:\s*{files}\s*$", paragraph, re.MULTILINE):
            continue
        named = re.search(r"^License:[ \t]*(\S.*)$", paragraph, re.MULTILINE)
        if named:
            return named.group(1).strip()
    named = re.search(r"^License:[ \t]*(\S.*)$", text, re.MULTILINE)
    return named.group(1).strip() if named else "see the text"


def debian(name: str, patterns: list[str]) -> dict | None:
    for pattern in patterns:
        for folder in sorted(DOCS.glob(pattern)):
            file = folder / "copyright"
            if not file.is_file():
                continue
            text = file.read_text(errors="replace")
            version = debian_version(folder.name)
            return {"name": name, "version": version, "kind": "library",
                    "licence": licence_name(text, PART_OF.get(name, r"\*")), "text": shortened(text)}
    print(f"licences.py: no copyright file for {name}; it is left out", file=sys.stderr)
    return None


def duckdb() -> dict:
    text, version = "", ""
    if (DUCKDB / "LICENSE").is_file():
        text = (DUCKDB / "LICENSE").read_text(errors="replace")
        version = json.loads((DUCKDB / "package.json").read_text())["version"]
    return {"name": "DuckDB", "version": version, "kind": "library", "licence": "MIT", "text": text}


def own() -> dict:
    text = (ROOT / "LICENSE").read_text()
    version = re.search(r"project\(casement VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())
    return {"name": "Casement", "version": version.group(1) if version else "", "kind": "program",
            "licence": "Apache-2.0" if "Apache License" in text else "see the text", "text": text}


def literal(text: str) -> str:
    # Raw, in pieces: compilers need not take literals of any length.
    text = text.replace("\0", "").replace("\r", "")
    pieces = [text[at:at + 8000] for at in range(0, len(text), 8000)] or [""]
    return "\n".join(f'R"--text--({piece})--text--"' for piece in pieces)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--web", type=pathlib.Path)
    asked = parser.parse_args()
    parts = [own()]
    parts += [part for name, patterns in LIBRARIES if (part := debian(name, patterns))]
    parts.append(duckdb())
    if asked.web and asked.web.is_file():
        parts += [{**part, "kind": "web"} for part in json.loads(asked.web.read_text())]
    lines = ["// Made by scripts/licences.py. Do not edit.", '#include "app/licences.h"', "",
             "#include <array>", "", "namespace casement::app {", "",
             "std::span<const console::Licence> licences() {",
             f"    static constexpr std::array<console::Licence, {len(parts)}> kAll = {{{{"]
    for part in parts:
        fields = [part["name"], part["version"], part["kind"], part["licence"]]
        lines.append("{" + ", ".join(literal(field) for field in fields) + ", "
                     + literal(part["text"]) + "},")
    lines += ["    }};", "    return kAll;", "}", "", "}  // namespace casement::app", ""]
    text = "\n".join(lines)
    if not asked.out.is_file() or asked.out.read_text() != text:
        asked.out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
