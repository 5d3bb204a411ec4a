"""Quality at equal bytes: ours beside sharp's, scored against a Lanczos3 in linear light.

    bin/bench quality [--json] [--photos DIR] [--case PATTERN] [--keep DIR]

For each photograph and size sharp makes its file at its default quality; ours is scored at the two qualities
whose files are just smaller and just larger than that, and the score is interpolated. Nothing is timed.
"""

import argparse
import fnmatch
import hashlib
import math
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

import engines
import judge
import photographs
import reference
import report

BOXES = {"cover_512": {"width": 512, "height": 512}, "width_768": {"width": 768}}
QUALITIES = {"jpeg": 80, "webp": 80, "avif": 50}  # sharp's defaults.
MODES = ("fast", "best")
QUALITY_OF_PNG = 92  # Sources without loss become JPEGs first, as a camera's.
JUDGE = judge.find()


@dataclass
class Photo:
    name: str
    file: pathlib.Path
    width: int
    height: int


@dataclass
class Score:
    case: str
    mode: str
    format: str
    ours: float
    theirs: float


def case_name(mode: str, encoding: str, box_name: str, photo: Photo) -> str:
    return f"{mode}_{encoding}_{box_name}_{photo.name}"


def cut_to_3_2(source: pathlib.Path) -> Photo:
    """A JPEG of the shape 3:2 and without metadata: neither size then makes an engine round, so that all
    show the same part of it to the last pixel, and nobody's colour management is compared."""
    key = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source) as image:
        width = min(image.width, image.height * 3 // 2) // 3 * 3
        height = width * 2 // 3
        if width < max(box["width"] for box in BOXES.values()) or image.mode not in ("RGB", "L", "RGBA"):
            raise ValueError("too small, or not RGB")

        def from_jpeg(target: pathlib.Path) -> None:
            photographs.run("jpegtran", "-copy", "none", "-crop", f"{width}x{height}+0+0", "-outfile", target, source)

        def from_pixels(target: pathlib.Path) -> None:
            pixels = target.with_suffix(".ppm")
            image.convert("RGB").crop((0, 0, width, height)).save(pixels, "PPM")
            photographs.run("cjpeg", "-quality", QUALITY_OF_PNG, "-sample", "2x2", "-outfile", target, pixels)
            pixels.unlink()

        file = photographs.made(f"quality/{key}.jpg", from_jpeg if image.format == "JPEG" else from_pixels)
    return Photo(source.stem, file, width, height)


def find_photos(folder: pathlib.Path | None) -> list[Photo]:
    files = photographs.of_debian()
    if folder:
        files += sorted(each for each in folder.iterdir() if each.suffix.lower() in (".jpg", ".jpeg", ".png"))
    found = []
    for file in files:
        try:
            found.append(cut_to_3_2(file))
        except (ValueError, UnidentifiedImageError, subprocess.CalledProcessError) as problem:
            report.note(f"{file.name}: left out: {problem}")
    return found


class Comparison:
    """One photograph at one size: the reference, and what both sides make of it."""

    def __init__(self, photo: Photo, box_name: str, folder: pathlib.Path):
        self.photo, self.box_name, self.folder = photo, box_name, folder
        self.folder.mkdir(parents=True, exist_ok=True)
        box = BOXES[box_name]
        self.width = box["width"]
        self.height = box.get("height", self.width * photo.height // photo.width)
        self.reference = photographs.made(
            f"quality/{photo.file.stem}_{box_name}.png",
            lambda target: reference.make(photo.file, self.width, self.height, target),
        )

    def render_theirs(self, encodings: list[str]) -> None:
        engines.sharp_task({"task": "render", "jobs": [
            {"input": str(self.photo.file), "output": str(self.theirs(encoding)), "format": encoding,
             "quality": QUALITIES[encoding], **BOXES[self.box_name]} for encoding in encodings
        ]})

    def theirs(self, encoding: str) -> pathlib.Path:
        return self.folder / f"sharp.{encoding}"

    def ours(self, mode: str, encoding: str, quality: int) -> pathlib.Path:
        target = self.folder / f"{mode}_{quality}.{encoding}"
        if not target.exists():
            box = BOXES[self.box_name]
            sides = [word for side in box for word in (f"--{side}", str(box[side]))]
            done = subprocess.run(
                [report.PROGRAM, "image", self.photo.file, target, *sides, "--fit", "cover", "--mode", mode,
                 "--quality", str(quality)], capture_output=True, text=True)
            if done.returncode != 0:
                raise engines.Failed(done.stderr.strip())
        return target

    def score_of(self, picture: pathlib.Path) -> float:
        return JUDGE.score(self.reference, judge.to_png(picture))

    def ours_at(self, mode: str, encoding: str, size: int) -> float:
        """Our score at `size` bytes, which is nearly always between two qualities."""
        def size_of(quality: int) -> int:
            return self.ours(mode, encoding, quality).stat().st_size

        lower = quality_below(size_of, size, QUALITIES[encoding])
        scores = [(math.log(size_of(each)), self.score_of(self.ours(mode, encoding, each)))
                  for each in (lower, lower + 1)]
        (less, worse), (more, better) = scores
        part = (math.log(size) - less) / (more - less) if more != less else 0
        return worse + (better - worse) * part

    def scores(self, wanted: list[tuple[str, str]]) -> list[Score]:
        """`wanted` are pairs of mode and format."""
        encodings = sorted({encoding for _, encoding in wanted})
        self.render_theirs(encodings)
        theirs = {encoding: self.score_of(self.theirs(encoding)) for encoding in encodings}
        return [
            Score(case_name(mode, encoding, self.box_name, self.photo), mode, encoding,
                  self.ours_at(mode, encoding, self.theirs(encoding).stat().st_size), theirs[encoding])
            for mode, encoding in wanted
        ]


def quality_below(size_of, size: int, guess: int) -> int:
    """The best quality whose file is not over `size`, from 1 to 99. From a guess outwards, then by halves."""
    low, high = 1, 100
    step = 4
    near = guess
    while low < near < high:
        if size_of(near) <= size:
            low, near = near, near + step
        else:
            high, near = near, near - step
        step *= 2
        if low != 1 and high != 100:
            break
    while high - low > 1:
        middle = (low + high) // 2
        if size_of(middle) <= size:
            low = middle
        else:
            high = middle
    return low


def show(scores: list[Score]) -> None:
    for each in scores:
        report.emit_difference("quality", each.case, JUDGE.unit, each.ours, engines.PEER, each.theirs,
                               goal=JUDGE.goals[each.mode])


def show_means(scores: list[Score]) -> None:
    for mode, encoding in sorted({(each.mode, each.format) for each in scores}):
        chosen = [each for each in scores if (each.mode, each.format) == (mode, encoding)]
        differences = [each.ours - each.theirs for each in chosen]
        report.emit_difference(
            "quality", f"{mode}_{encoding}_mean", JUDGE.unit, sum(each.ours for each in chosen) / len(chosen),
            engines.PEER, sum(each.theirs for each in chosen) / len(chosen), goal=JUDGE.goals[mode],
            least=round(min(differences), 3), most=round(max(differences), 3), pictures=len(chosen))


def compare(photo: Photo, box_name: str, folder: pathlib.Path, pattern: str) -> list[Score]:
    wanted = [(mode, encoding) for mode in MODES for encoding in QUALITIES
              if fnmatch.fnmatch(case_name(mode, encoding, box_name, photo), pattern)]
    if not wanted:
        return []
    return Comparison(photo, box_name, folder / f"{photo.name}_{box_name}").scores(wanted)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench quality", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="each case is a line of JSON")
    parser.add_argument("--photos", type=pathlib.Path, metavar="DIR", help="JPEG and PNG files to add")
    parser.add_argument("--case", default="*", metavar="PATTERN", help="only these, such as 'fast_jpeg_*'")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="leave both sides' pictures there")
    arguments = parser.parse_args()
    scores: list[Score] = []
    failed = 0
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(len(engines.ALL_CORES)) as pool:
        folder = arguments.keep or pathlib.Path(temporary)
        waiting = [pool.submit(compare, photo, box_name, folder, arguments.case)
                   for photo in find_photos(arguments.photos) for box_name in BOXES]
        for each in waiting:
            try:
                show(each.result())
                scores += each.result()
            except engines.Failed as problem:
                failed += 1
                report.note(str(problem))
    show_means(scores)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
