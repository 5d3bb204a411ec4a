"""Scores one picture against another: SSIMULACRA2 where cargo installed it, else Debian's butteraugli."""

import os
import pathlib
import re
import shutil
import subprocess

from PIL import Image


class Ssimulacra2:
    """100: the same; 90: no difference to be seen; 70: high quality. `cargo install ssimulacra2_rs
    --no-default-features` installs the program."""

    unit = "ssimulacra2"
    goals = {"fast": 0, "best": 5}

    def __init__(self, program: str):
        self.program = program

    def score(self, reference: pathlib.Path, picture: pathlib.Path) -> float:
        done = subprocess.run([self.program, "image", reference, picture], capture_output=True, text=True,
                              check=True, env={**os.environ, "RAYON_NUM_THREADS": "1"})
        return float(re.search(r"Score: (-?[\d.]+)", done.stdout)[1])


class Butteraugli:
    """A distance, told with a minus so that more is better here, too. It has no points, so `best` has
    only to be no worse."""

    unit = "minus butteraugli"
    goals = {"fast": 0, "best": 0}

    def __init__(self, program: str):
        self.program = program

    def score(self, reference: pathlib.Path, picture: pathlib.Path) -> float:
        done = subprocess.run([self.program, reference, picture], capture_output=True, text=True, check=True)
        return -float(done.stdout.split()[0])


def find():
    beside = pathlib.Path.home() / ".cargo/bin/ssimulacra2_rs"
    program = shutil.which("ssimulacra2_rs") or (str(beside) if beside.exists() else None)
    return Ssimulacra2(program) if program else Butteraugli(shutil.which("butteraugli") or "butteraugli")


def to_png(picture: pathlib.Path) -> pathlib.Path:
    """Decoded by the reference decoder of its format, for the judges, who know only PNG in common."""
    target = picture.with_name(picture.name + ".png")
    if picture.suffix == ".avif":
        subprocess.run(["avifdec", "--depth", "8", picture, target], check=True, stdout=subprocess.DEVNULL)
    else:
        with Image.open(picture) as image:
            image.convert("RGB").save(target, compress_level=1)
    return target
