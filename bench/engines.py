"""Runs the engines that are compared: ours, sharp, and the floor (libjpeg-turbo alone). Images per second."""

import json
import os
import pathlib
import subprocess

import report

SHARP = report.ROOT / "bench/sharp"
PEER = "sharp " + json.loads((SHARP / "package.json").read_text())["dependencies"]["sharp"]
FLOOR = report.PROGRAM.parent / "bench_floor"
ALL_CORES = sorted(os.sched_getaffinity(0))
ONE_CORE = ALL_CORES[-1:]  # The first one also serves the machine's interrupts.


class Failed(Exception):
    """An engine that cannot do a case; its words."""


def start(command: list[str], cores: list[int], **environment) -> subprocess.Popen:
    return subprocess.Popen(
        [str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment}, preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )


def finish(process: subprocess.Popen) -> dict:
    out, err = process.communicate(timeout=600)
    if process.returncode != 0:
        raise Failed(err.strip().splitlines()[-1] if err.strip() else f"exit code {process.returncode}")
    return json.loads(out.splitlines()[-1])


class Ours:
    """`tintype image`: one process per core, each repeating for about `seconds`."""

    def __init__(self, source: pathlib.Path, variants: list[dict], seconds: float, folder: pathlib.Path):
        self.command = [report.PROGRAM, "image", source]
        if len(variants) == 1:
            variant = variants[0]
            self.command += [folder / f"ours.{variant['format']}"]
            for option in ("width", "height", "quality"):
                if option in variant:
                    self.command += [f"--{option}", variant[option]]
            self.command += ["--fit", "cover"]
        else:
            for number, variant in enumerate(variants):
                plan = ",".join(f"{name}={variant[name]}" for name in variant if name != "format")
                target = folder / f"ours{number}.{variant['format']}"
                self.command += ["--variant", f"{target}={plan},fit=cover"]
        self.repeat = 2
        self.repeat = max(2, round(seconds * self.rate(ONE_CORE)))

    def rate(self, cores: list[int]) -> float:
        command = [*self.command, "--repeat", self.repeat, "--json"]
        processes = [start(command, cores) for _ in cores]
        return sum(1000 / finish(process)["ms"] for process in processes)


class Sharp:
    """One Node process. `ways` are the settings and manners of which the best counts."""

    def __init__(self, source: pathlib.Path, variants: list[dict], seconds: float):
        self.job = {"task": "rate", "input": str(source), "variants": variants, "seconds": seconds}

    def rate(self, cores: list[int], **way) -> float:
        job = {**self.job, "lanes": len(cores), **way}
        # libuv's pool is where sharp works; its default size is four.
        threads = str(max(4, len(cores)))
        return finish(start(["node", SHARP / "run.mjs", json.dumps(job)], cores, UV_THREADPOOL_SIZE=threads))["rate"]


class Floor:
    """libjpeg-turbo's scaled decode to planes and its encode of the targets; nothing between them."""

    def __init__(self, source: pathlib.Path, variants: list[dict], seconds: float):
        sides = [f"{variant['width']}x{variant.get('height', 0)}" for variant in variants]
        self.command = [FLOOR, source, variants[0]["quality"], *sides, "--seconds", seconds]

    def rate(self, cores: list[int]) -> float:
        processes = [start(self.command, [core]) for core in cores]
        return sum(finish(process)["rate"] for process in processes)


def sharp_task(job: dict) -> dict:
    """On all cores, with a thread for each and no more: what needs the least memory."""
    return finish(start(["node", SHARP / "run.mjs", json.dumps(job)], ALL_CORES, UV_THREADPOOL_SIZE=str(len(ALL_CORES))))
