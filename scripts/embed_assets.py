#!/usr/bin/env python3
"""Turns the files of the web build into one C++ file and the compressed blobs it includes.

    embed_assets.py --manifest web/dist/manifest.json --out build/assets
    embed_assets.py --none --out build/assets          (a program without web pages)

manifest.json is a list of {"logical", "path", "file", "content_type", "immutable"}: the name the
sources use ("viewer.js"), the URL's path, the file beside the manifest, its media type, and whether
the path holds a hash of the content. Result: OUT/embedded_assets.cpp.
"""

import argparse
import gzip
import hashlib
import json
import pathlib
import subprocess
import sys

HEADER = """// Made by scripts/embed_assets.py. Do not edit.
#include <array>
#include <cstddef>

#include "http/assets.h"
"""


def fail(message: str) -> None:
    sys.exit(f"embed_assets.py: {message}")


def load(manifest: pathlib.Path) -> list[dict]:
    try:
        entries = json.loads(manifest.read_text())
    except OSError as error:
        fail(f"cannot read {manifest}: {error.strerror}. Run make web.")
    except ValueError as error:
        fail(f"{manifest} is not JSON: {error}")
    if not isinstance(entries, list):
        fail(f"{manifest} must hold a list")
    fields = {"logical": str, "path": str, "file": str, "content_type": str, "immutable": bool}
    for number, entry in enumerate(entries):
        for name, kind in fields.items():
            if not isinstance(entry.get(name), kind):
                fail(f"{manifest}: entry {number} needs \"{name}\" ({kind.__name__})")
        if not entry["path"].startswith("/") or set(entry["path"]) & set("{}?#\"\\ "):
            fail(f"{manifest}: entry {number}: {entry['path']!r} is not a plain URL path")
    for name in ("path", "logical"):
        values = [entry[name] for entry in entries]
        if len(values) != len(set(values)):
            fail(f"{manifest}: two entries have the same {name}")
    return sorted(entries, key=lambda entry: entry["path"].encode())


def brotli(data: bytes) -> bytes:
    try:
        done = subprocess.run(["brotli", "--quality=11", "--stdout", "-"], input=data,
                              capture_output=True, check=True)
    except FileNotFoundError:
        fail("the program brotli is missing. Install it: apt-get install brotli")
    except subprocess.CalledProcessError as error:
        fail(f"brotli failed: {error.stderr.decode(errors='replace').strip()}")
    return done.stdout


def literal(text: str) -> str:
    return json.dumps(text)


def blob(out: pathlib.Path, name: str, data: bytes) -> str:
    """Writes the bytes and returns the assembly that takes them in between two labels."""
    path = out / name
    path.write_bytes(data)
    label = "casement_" + name.replace(".", "_").replace("-", "_")
    lines = [".section .rodata", ".balign 16", f"{label}:", f'.incbin "{path.resolve()}"',
             f"{label}_end:", ".previous"]
    assembly = "".join(f"    {literal(line + chr(10))}\n" for line in lines)
    return (f"__asm__(\n{assembly});\n"
            f'extern "C" const char {label}[];\nextern "C" const char {label}_end[];\n')


def view(name: str) -> str:
    label = "casement_" + name.replace(".", "_").replace("-", "_")
    return f"{{{label}, static_cast<std::size_t>({label}_end - {label})}}"


def generate(entries: list[dict], folder: pathlib.Path, out: pathlib.Path) -> str:
    blobs, rows, names = [], [], []
    for number, entry in enumerate(entries):
        try:
            data = (folder / entry["file"]).read_bytes()
        except OSError as error:
            fail(f"cannot read {folder / entry['file']}: {error.strerror}. Run make web.")
        forms = {"identity": data, "gzip": gzip.compress(data, 9, mtime=0), "brotli": brotli(data)}
        views = []
        for form, content in forms.items():
            if form != "identity" and len(content) >= len(data):
                views.append("{}")
                continue
            name = f"asset{number}.{form}"
            blobs.append(blob(out, name, content))
            views.append(view(name))
        etag = '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
        rows.append(
            f"    Asset{{.path = {literal(entry['path'])},\n"
            f"          .content_type = {literal(entry['content_type'])},\n"
            f"          .etag = {literal(etag)},\n"
            f"          .immutable = {'true' if entry['immutable'] else 'false'},\n"
            f"          .identity = {views[0]},\n"
            f"          .gzip = {views[1]},\n"
            f"          .brotli = {views[2]}}},\n")
        names.append(f"    {literal(entry['logical'])},\n")

    count = len(entries)
    text = HEADER + "\n" + "\n".join(blobs)
    text += "\nnamespace casement::http {\n"
    if count:
        text += ("namespace {\n\n"
                 f"const std::array<Asset, {count}> kAssets = {{{{\n{''.join(rows)}}}}};\n\n"
                 f"constexpr std::array<std::string_view, {count}> kLogicalNames = {{\n"
                 f"{''.join(names)}}};\n\n}}  // namespace\n\n"
                 "std::span<const Asset> embedded_assets() { return kAssets; }\n\n"
                 "const Asset* find_asset(std::string_view logical_name) {\n"
                 "    for (std::size_t i = 0; i < kLogicalNames.size(); ++i) {\n"
                 "        if (kLogicalNames[i] == logical_name) return &kAssets[i];\n"
                 "    }\n    return nullptr;\n}\n")
    else:
        text += ("\nstd::span<const Asset> embedded_assets() { return {}; }\n\n"
                 "const Asset* find_asset(std::string_view) { return nullptr; }\n")
    return text + "\n}  // namespace casement::http\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--manifest", type=pathlib.Path)
    source.add_argument("--none", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    arguments.out.mkdir(parents=True, exist_ok=True)
    entries = [] if arguments.none else load(arguments.manifest)
    folder = pathlib.Path(".") if arguments.none else arguments.manifest.parent
    text = generate(entries, folder, arguments.out)
    (arguments.out / "embedded_assets.cpp").write_text(text)


if __name__ == "__main__":
    main()
