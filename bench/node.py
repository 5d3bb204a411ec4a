"""Start to the ready line, and resident memory of the idle server, beside the specification's limits."""

import pathlib
import tempfile
import time

import report
from support.node import Node

ROUNDS = 15
START_MS_MAX = 150
RESIDENT_MIB_MAX = 64


def resident_mib(pid: int) -> float:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(pid)


def main() -> None:
    first, again, resident, workers = [], [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            node = Node(pathlib.Path(folder))
            for times in (first, again):  # An empty folder, then one with everything in it.
                began = time.perf_counter()
                node.start()
                times.append((time.perf_counter() - began) * 1000)
                if times is again:
                    resident.append(resident_mib(node.process.pid))
                    workers.append(max(resident_mib(pid) for pid in node.child_pids()))
                node.stop()
    limit = "limit"
    report.emit("node", "first_start_to_ready", "ms", report.median(first), limit, START_MS_MAX)
    report.emit("node", "start_to_ready", "ms", report.median(again), limit, START_MS_MAX)
    report.emit("node", "idle_resident", "MiB", report.median(resident), limit, RESIDENT_MIB_MAX,
                largest_worker_mib=round(report.median(workers), 1))


if __name__ == "__main__":
    main()
