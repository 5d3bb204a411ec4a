"""The rules of the house that no other tool checks. Prints each breach as file:line: what; exits 1 if any.

- who may include whom: the table of src/README.md, and lib/ never includes src/
- a third-party library is included by the one folder that owns it
- a README per module; one title per document; no line over 100 columns in code
- banned calls and words; no TODO without an issue's number; no sleeping in tests
- every fuzz target has a corpus
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Header prefix -> the only folder that may include it; or where it starts, as TLS is part of sockets.
OWNERS = {
    "boost/beast": "lib/http",
    "boost/asio": "lib/http",
    "curl/": "lib/http",
    "openssl/": ("lib/crypto/", "lib/http/tls"),
    "cjose/": "lib/crypto",
    "sodium": "lib/crypto",
    "soci/": "lib/sql",
    "sqlite3.h": "lib/sql",
    "libpq": "lib/sql",
    "pugixml": "lib/xml",
    "seccomp.h": "lib/sandbox",
    "linux/landlock.h": "lib/sandbox",
    "prometheus/": "lib/metrics",
    "spdlog/": "lib/base",
    "toml++/": "lib/base",
    "unicode/": "lib/writing",
    "vips/": "src/image",
    "png.h": "src/image",
    "webp/": "src/image",
    "avif/": "src/image",
    "jpeglib.h": "src/image",
    "turbojpeg.h": "bench/floor",
    "hwy/": "src/image",
    "lcms2.h": "src/image",
    "CLI/": "cmd",
}

BANNED = {
    r"\b(strcpy|strcat|sprintf|vsprintf|gets|system|popen|tmpnam)\s*\(": "banned call",
    r"\bstd::endl\b": "write '\\n'",
    r"\busing namespace (?!std::chrono|std::literals|std::string_literals|std::string_view_literals|std::chrono_literals)": "no using namespace",
    r"\b(FIXME|XXX|HACK)\b": "leftover marker",
    r"\bTODO\b(?!\(#\d+\))": "TODO without an issue's number: TODO(#12)",
}
BANNED_IN_TESTS = {
    r"\b(sleep_for|sleep_until|usleep|nanosleep)\s*\(": "a test must not sleep",
    r"\btime\.sleep\s*\(": "a test must not sleep",
    r"\b(GTEST_SKIP|DISABLED_|pytest\.skip|pytest\.mark\.skip)": "a skipped test is a defect",
}

breaches: list[str] = []


def breach(path: pathlib.Path, line: int, what: str) -> None:
    breaches.append(f"{path}:{line}: {what}")


def tracked() -> list[pathlib.Path]:
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    return [pathlib.Path(line) for line in out.splitlines() if (ROOT / line).is_file()]


def allowed_includes() -> dict[str, set[str]]:
    """The table of src/README.md: | `module` | `a` `b` |"""
    table = {}
    for line in (ROOT / "src/README.md").read_text().splitlines():
        row = re.fullmatch(r"\| `(\w+)` \| (.+) \|", line)
        if row:
            table[row[1]] = {"*"} if row[2].startswith("any") else set(re.findall(r"`(\w+)`", row[2]))
    if not table:
        breach(pathlib.Path("src/README.md"), 1, "the include table is gone")
    return table


def check_includes(path: pathlib.Path, text: str, allowed: dict[str, set[str]]) -> None:
    top, folder = path.parts[0], path.parts[1] if len(path.parts) > 2 else ""
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
        if not found:
            continue
        header = found[1]
        for prefix, owner in OWNERS.items():
            places = owner if isinstance(owner, tuple) else (owner + "/",)
            if header.startswith(prefix) and not str(path).startswith(places):
                breach(path, number, f"only {' and '.join(places)} may include {prefix}")
        module = header.split("/")[0] if "/" in header else ""
        if not (ROOT / "src" / module).is_dir() or not module:
            continue
        if top == "lib":
            breach(path, number, "lib/ never includes src/")
        if top == "src" and module != folder:
            may = allowed.get(folder, set())
            if "*" not in may and module not in may:
                breach(path, number, f"{folder} may not include {module} (src/README.md)")


def check_text(path: pathlib.Path, text: str) -> None:
    is_test = path.name.endswith("_test.cc") or path.parts[0] == "test"
    rules = dict(BANNED, **(BANNED_IN_TESTS if is_test else {}))
    for number, line in enumerate(text.splitlines(), 1):
        # Data in a test, such as a recorded event, is quoted as it is.
        if len(line) > 100 and path.suffix in (".cc", ".h", ".cmake") and not (is_test and '"' in line):
            breach(path, number, f"{len(line)} columns")
        for pattern, what in rules.items():
            if re.search(pattern, line) and "NOLINT(" not in line:
                breach(path, number, what)


def check_documents(paths: list[pathlib.Path]) -> None:
    for path in paths:
        if path.suffix != ".md":
            continue
        body = re.sub(r"```.*?```", "", (ROOT / path).read_text(), flags=re.S)
        titles = [line for line in body.splitlines() if line.startswith("# ")]
        if len(titles) != 1:
            breach(path, 1, f"{len(titles)} titles; a document has one")
    for folder in sorted([*(ROOT / "src").iterdir(), *(ROOT / "lib").iterdir()]):
        if not folder.is_dir():
            continue
        readme = folder / "README.md"
        if not readme.is_file():
            breach(folder.relative_to(ROOT), 1, "no README.md")
        elif not 8 <= len(readme.read_text().splitlines()) <= 60:
            breach(readme.relative_to(ROOT), 1, "a module's README has 10 to 30 lines, drawings apart")


def check_fuzzers(paths: list[pathlib.Path]) -> None:
    for path in paths:
        if path.name.endswith("_fuzz.cc"):
            corpus = ROOT / "fuzz/corpus" / path.name.removesuffix("_fuzz.cc")
            if not corpus.is_dir() or not any(corpus.iterdir()):
                breach(path, 1, f"no corpus in {corpus.relative_to(ROOT)}")


def main() -> int:
    paths = tracked()
    allowed = allowed_includes()
    for path in paths:
        if path.suffix not in (".cc", ".h", ".py", ".cmake", ".js", ".ts", ".tsx", ".sql"):
            continue
        if path.parts[:2] == ("test", "house"):
            continue  # This file names what it bans.
        text = (ROOT / path).read_text()
        check_text(path, text)
        if path.suffix in (".cc", ".h"):
            check_includes(path, text, allowed)
    check_documents(paths)
    check_fuzzers(paths)
    print("\n".join(breaches) if breaches else f"{len(paths)} files, no breach")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
