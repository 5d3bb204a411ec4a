"""Runs clang-tidy-19 on every source of the build, as many at once as there are cores.

A file that passed is remembered by the hash of all sources and of .clang-tidy, so that a second run
without a change costs nothing.

    tidy.py BUILD_FOLDER
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main() -> int:
    build = pathlib.Path(sys.argv[1])
    commands = json.loads((build / "compile_commands.json").read_text())
    # Tests are left out: GoogleTest's macros cost more time than all the rest, and a bug in a test
    # shows itself. Their names are checked by eye.
    sources = sorted(
        {
            c["file"]
            for c in commands
            if "/build/" not in c["file"][len(str(ROOT)) :] and not c["file"].endswith("_test.cc")
        }
    )

    state = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for header in sorted(p for top in ("lib", "src", "cmd") for p in (ROOT / top).rglob("*.h")):
        state.update(header.read_bytes())
    passed = build / "tidy"
    passed.mkdir(exist_ok=True)

    def check(source: str) -> tuple[str, int, str]:
        key = state.copy()
        key.update(pathlib.Path(source).read_bytes())
        mark = passed / key.hexdigest()
        if mark.exists():
            return source, 0, ""
        done = subprocess.run(
            ["clang-tidy-19", "-p", str(build), "--quiet", source],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            mark.touch()
        return source, done.returncode, done.stdout + done.stderr

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for source, code, output in pool.map(check, sources):
            if code != 0:
                failed += 1
                print(f"{source}:\n{output}")
    print(f"{len(sources)} files, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
