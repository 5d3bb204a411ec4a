"""The most memory that 24-megapixel JPEGs need in the jailed workers, beside sharp's process.

    bin/bench memory [--json]

Pictures go the whole way, as uploads. `ours` is what the kernel says a worker ever had (VmHWM: its own memory and
the pages of the program and its libraries, which workers and other processes share), for several the sum; that is
what the specification limits. `private` is the most that was seen of its own memory and of the picture's bytes, and
`pss` the most of the same with the share of shared pages, where the system tells it. All are MiB.
"""

import pathlib
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import engines
import photographs
import report
from support.node import Node
from support.person import Person

CONFIG = """
[collection.avatars]
[[collection.avatars.variant]]
name = "512"
width = 512
height = 512
formats = ["jpeg"]
"""
VARIANT = {"width": 512, "height": 512, "format": "jpeg", "quality": 80}
ONE_GOAL_MIB = 40
SIXTEEN_GOAL_MIB = 160
LOOK_EVERY_S = 0.002


def fields_mib(path: pathlib.Path) -> dict[str, float]:
    """The memory fields of /proc/<pid>/status or smaps_rollup; nothing where it may not be read."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    rows = [line.split() for line in lines if line.endswith(" kB")]
    return {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows}


class Watch:
    """Looks at the workers again and again, in a thread of its own, until it is left."""

    def __init__(self, pids: list[int]):
        self.folders = [pathlib.Path(f"/proc/{pid}") for pid in pids]
        self.private: list[tuple[float, ...]] = []  # What each worker had, at each look.
        self.pss: list[tuple[float, ...]] = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def look(self) -> None:
        while not self.done.wait(LOOK_EVERY_S):
            each = [fields_mib(folder / "status") for folder in self.folders]
            self.private.append(tuple(one.get("RssAnon", 0) + one.get("RssShmem", 0) for one in each))
            self.pss.append(tuple(fields_mib(folder / "smaps_rollup").get("Pss", 0) for folder in self.folders))


def upload(person: Person, file: pathlib.Path) -> None:
    status = person.upload(file.read_bytes())
    assert status["state"] == "ready", status


def measure(files: list[pathlib.Path]) -> dict[str, float]:
    """A fresh node, and all files at once. Of one file, the worker that had it; else all workers together."""
    with tempfile.TemporaryDirectory() as folder, Node(pathlib.Path(folder), config=CONFIG) as node:
        people = [Person(node, f"bench-{number}") for number in range(len(files))]
        pids = node.child_pids()
        status = [pathlib.Path(f"/proc/{pid}/status") for pid in pids]
        wait_until_still(pids)
        idle = [fields_mib(each) for each in status]
        with Watch(pids) as watch, ThreadPoolExecutor(len(files)) as pool:
            for done in [pool.submit(upload, *each) for each in zip(people, files)]:
                done.result()
        assert sorted(node.child_pids()) == sorted(pids), "a worker was replaced while it was watched"
        peaks = [fields_mib(each)["VmHWM"] for each in status]
    counted = [peaks.index(max(peaks))] if len(files) == 1 else range(len(pids))

    def total(values) -> float:
        return sum(values[number] for number in counted)

    return {
        "peak": total(peaks),
        "private": max(total(each) for each in watch.private),
        "pss": max(total(each) for each in watch.pss),
        "idle": total([each["VmRSS"] for each in idle]),
        "idle_private": total([each["RssAnon"] + each["RssShmem"] for each in idle]),
        "workers": len(pids),
    }


def wait_until_still(pids: list[int]) -> None:
    """Until the workers have warmed up: no more memory for a while."""
    before: list[float] = []
    while True:
        now = [fields_mib(pathlib.Path(f"/proc/{pid}/status"))["VmRSS"] for pid in pids]
        if now == before:
            return
        before = now
        time.sleep(0.3)


def main() -> None:
    cases = [
        ("jpeg_24mp_cover_512_jpeg", [photographs.baseline("24mp")], ONE_GOAL_MIB),
        ("progressive_24mp_cover_512_jpeg", [photographs.progressive("24mp")], ONE_GOAL_MIB),
        ("sixteen_24mp_cover_512_jpeg", photographs.different_24mp(), SIXTEEN_GOAL_MIB),
    ]
    for case, files, goal in cases:
        ours = measure(files)
        theirs = engines.sharp_task({"task": "memory", "inputs": [str(file) for file in files], "variant": VARIANT})
        report.emit(
            "memory", case, "MiB", ours["peak"], engines.PEER, theirs["peak_mib"], goal=goal, at_once=len(files),
            **{name: round(value, 1) for name, value in ours.items() if name != "peak"}, theirs_idle=round(theirs["idle_mib"], 1),
        )


if __name__ == "__main__":
    main()
