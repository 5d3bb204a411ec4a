"""What every benchmark prints, and where the program under test is."""

import json
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test"))

import support.node  # noqa: E402: test/ has to be found first.

PROGRAM = pathlib.Path(os.environ.get("TINTYPE_PROGRAM", ROOT / "build/release/tintype")).resolve()
support.node.PROGRAM = PROGRAM
AS_JSON = "--json" in sys.argv[1:]


def emit(bench: str, case: str, unit: str, ours: float, peer: str, theirs: float, **more) -> None:
    write(bench, case, unit, ours, peer, theirs, {"ratio": round(ours / theirs, 3) if theirs else None}, more)


def emit_difference(bench: str, case: str, unit: str, ours: float, peer: str, theirs: float, **more) -> None:
    """For scores, of which a ratio says nothing."""
    write(bench, case, unit, ours, peer, theirs, {"difference": round(ours - theirs, 3)}, more)


def write(bench, case, unit, ours, peer, theirs, result: dict, more: dict) -> None:
    if AS_JSON:
        line = {"bench": bench, "case": case, "unit": unit, "ours": round(ours, 3), "peer": peer,
                "theirs": round(theirs, 3), **result, **more}
        print(json.dumps(line), flush=True)
        return
    extra = "".join(f"  {key} {value}" for key, value in {**result, **more}.items())
    print(f"{case}: {ours:.2f} {unit}, {peer}: {theirs:.2f}{extra}", flush=True)


def note(text: str) -> None:
    """For the person who watches; never a result."""
    print(text, file=sys.stderr, flush=True)


def median(values: list[float]) -> float:
    return statistics.median(values)
