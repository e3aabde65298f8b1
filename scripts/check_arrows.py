#!/usr/bin/env python3
"""Holds the includes of src/ against the house: an arrow may only point down.

ARCHITECTURE.md has the list for people; this is the same list for the machine.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "src"

MAY_USE = {
    "base": set(),
    "crypto": {"base"},
    "http": {"base"},
    "store": {"base", "crypto"},
    "data": {"base", "crypto"},
    "dashboards": {"base"},
    "access": {"base", "crypto", "store", "data", "dashboards"},
    "dialects": {"base", "crypto", "store", "data", "dashboards", "access", "http"},
    "console": {"base", "crypto", "store", "data", "dashboards", "access", "http"},
    "app": {"base", "crypto", "store", "data", "dashboards", "access", "http", "dialects", "console"},
}

DIALECTS = {"datadog", "grafana", "looker"}
# Reading, signing and explaining a link does no I/O and holds no state; the installable
# libcasement-sign is made of the signatures.
PURE = {
    "datadog": {"link", "signature", "mistakes", "explain"},
    "grafana": {"key", "link", "query", "target", "time_point", "signature", "sign", "text", "reasons",
                "hash_candidates", "mistakes", "parameter_check", "explain"},
    "looker": {"link", "signature", "values", "target", "host", "reasons", "difference", "mistakes",
               "explain"},
}
PURE_MAY_USE = {"base", "crypto"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def main() -> int:
    wrong = []
    files = sorted(p for p in ROOT.rglob("*") if p.suffix in {".h", ".cpp"})
    for path in files:
        here = path.relative_to(ROOT).parts
        room = here[0]
        if room not in MAY_USE:
            wrong.append(f"src/{'/'.join(here)}: no such room as {room}")
            continue
        if room == "dialects" and here[1] not in DIALECTS:
            wrong.append(f"src/{'/'.join(here)}: no such dialect as {here[1]}")
            continue
        is_pure = room == "dialects" and path.stem in PURE[here[1]]
        for target in INCLUDE.findall(path.read_text()):
            there = target.split("/")
            if len(there) == 1 or not (ROOT / target).exists():
                wrong.append(f"src/{'/'.join(here)}: \"{target}\" is not a path from src/")
            elif there[0] != room and there[0] not in MAY_USE[room]:
                wrong.append(f"src/{'/'.join(here)}: {room} may not include {target}")
            elif room == there[0] == "dialects" and here[1] != there[1]:
                wrong.append(f"src/{'/'.join(here)}: one dialect may not include another ({target})")
            elif is_pure and there[0] not in PURE_MAY_USE and not (
                    room == there[0] and pathlib.Path(target).stem in PURE[here[1]]):
                wrong.append(f"src/{'/'.join(here)}: pure code of a link may not include {target}")
    for line in wrong:
        print(line)
    print(f"{len(files)} files, {len(wrong)} arrows that point up")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
