"""Pictures per second: ours beside npm's sharp, in turns, on one core and on all; and the codec's floor.

    bin/bench pixels [--json] [--case PATTERN] [--rounds N]

`ours`, `theirs` and `ratio` are of all cores; `goal` is the ratio that the specification asks for.
On a busy machine there may be fewer rounds than asked for, but three at least.
"""

import argparse
import fnmatch
import pathlib
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Callable

import engines
import photographs
import report
from engines import ALL_CORES, ONE_CORE

WINDOW_S = 0.4  # Of one measurement; a round of a case has five or six.
COVER_512 = {"width": 512, "height": 512}
COVER_200 = {"width": 200, "height": 200}
WIDTH_720 = {"width": 720}
# As many pictures in flight as cores: with one thread for each, and with libvips' own threads.
SHARP_WAYS = {
    "sharp all, a thread each": {"concurrency": 1},
    "sharp all, threads": {"concurrency": len(ALL_CORES)},
}
ROUNDS_OF_ALL_WAYS = 2  # Then only the better one goes on.
ROUNDS_MIN = 3
CASE_MAX_S = 20  # After that there are no more rounds: all cases take less than ten minutes even on a busy machine.


@dataclass
class Case:
    name: str
    source: Callable[[], pathlib.Path]
    variants: list[dict]
    goal: float


def cases() -> list[Case]:
    jpeg = {"format": "jpeg", "quality": 80}
    found = []
    for size in ("6mp", "12mp", "24mp"):
        for label, box in (("cover_512", COVER_512), ("width_720", WIDTH_720), ("cover_200", COVER_200)):
            for kind, make, goal in (("jpeg", photographs.baseline, 3.0),
                                     ("progressive", photographs.progressive, 5.0)):
                found.append(Case(f"{kind}_{size}_{label}_jpeg", lambda make=make, size=size: make(size),
                                  [{**box, **jpeg}], goal))
    five = [{"width": 1080}, WIDTH_720, COVER_512, COVER_200, {"width": 64, "height": 64}]
    return found + [
        Case("dense_12mp_cover_512_jpeg", lambda: photographs.dense("12mp"), [{**COVER_512, **jpeg}], 3.0),
        Case("restarts_12mp_cover_512_jpeg", lambda: photographs.with_restarts("12mp"), [{**COVER_512, **jpeg}], 3.0),
        Case("jpeg_800px_width_512_jpeg", lambda: photographs.baseline("800px"), [{"width": 512, **jpeg}], 3.0),
        Case("jpeg_12mp_cover_512_webp", lambda: photographs.baseline("12mp"),
             [{**COVER_512, "format": "webp", "quality": 80}], 1.5),
        Case("jpeg_12mp_cover_512_avif", lambda: photographs.baseline("12mp"),
             [{**COVER_512, "format": "avif", "quality": 50}], 1.0),
        Case("jpeg_12mp_five_jpeg", lambda: photographs.baseline("12mp"), [{**box, **jpeg} for box in five], 2.5),
    ]


class Measurements:
    """The rates of one case, by who and where."""

    def __init__(self):
        self.rates: dict[str, list[float]] = {}

    def add(self, name: str, rate: float) -> None:
        self.rates.setdefault(name, []).append(rate)

    def median(self, name: str) -> float:
        return report.median(self.rates[name])

    def keep_best(self, names: list[str]) -> str:
        best = max(names, key=self.median)
        for name in names:
            if name != best:
                del self.rates[name]
        return best

    def best_of(self, names) -> float:
        return max(self.median(name) for name in names if name in self.rates)


def measure(case: Case, rounds: int, folder: pathlib.Path) -> Measurements:
    source = case.source()
    ours = engines.Ours(source, case.variants, WINDOW_S, folder)
    sharp = engines.Sharp(source, case.variants, WINDOW_S)
    floor = engines.Floor(source, case.variants, WINDOW_S)
    has_floor = all(variant["format"] == "jpeg" for variant in case.variants)
    found = Measurements()
    ways = list(SHARP_WAYS)
    began = time.monotonic()
    for number in range(rounds):
        if number >= ROUNDS_MIN and time.monotonic() - began > CASE_MAX_S:
            break
        if number == ROUNDS_OF_ALL_WAYS:
            ways = [found.keep_best(ways)]
        found.add("ours one", ours.rate(ONE_CORE))
        found.add("sharp one", sharp.rate(ONE_CORE, concurrency=1))
        if has_floor:
            found.add("floor one", floor.rate(ONE_CORE))
        found.add("ours all", ours.rate(ALL_CORES))
        for way in ways:
            found.add(way, sharp.rate(ALL_CORES, **SHARP_WAYS[way]))
        if len(case.variants) > 1:
            found.add("from largest, all", sharp.rate(ALL_CORES, concurrency=1, fromLargest=True))
    return found


def show(case: Case, found: Measurements) -> None:
    more = {
        "goal": case.goal,
        "rounds": len(found.rates["ours all"]),
        "ours_one_core": round(found.median("ours one"), 3),
        "theirs_one_core": round(found.median("sharp one"), 3),
        "ratio_one_core": round(found.median("ours one") / found.median("sharp one"), 3),
    }
    if "floor one" in found.rates:
        more["floor_one_core"] = round(found.median("floor one"), 3)
        more["ratio_to_floor"] = round(found.median("ours one") / found.median("floor one"), 3)
    if "from largest, all" in found.rates:
        # What sharp's user can do by hand: the source decoded once, the others made from the largest.
        from_largest = found.median("from largest, all")
        more["theirs_from_largest"] = round(from_largest, 3)
        more["ratio_from_largest"] = round(found.median("ours all") / from_largest, 3)
    report.emit("pixels", case.name, "images/s", found.median("ours all"), engines.PEER,
                found.best_of(SHARP_WAYS), **more)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench pixels", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="each case is a line of JSON")
    parser.add_argument("--case", default="*", metavar="PATTERN", help="only these, such as 'progressive_*'")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    chosen = [case for case in cases() if fnmatch.fnmatch(case.name, arguments.case)]
    if not chosen:
        parser.error(f"no case is called {arguments.case}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in chosen:
            try:
                show(case, measure(case, arguments.rounds, pathlib.Path(folder)))
            except engines.Failed as problem:
                failed += 1
                report.note(f"{case.name}: {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
