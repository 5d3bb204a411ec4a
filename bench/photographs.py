"""The photographs of the benchmarks, made once from those of Debian's mate-backgrounds, in build/bench/.

A camera's or a phone's file: 4:2:0, standard Huffman tables. Usual ones have about two bits a pixel, 3 MB at 12
megapixels; `dense` ones have three, which is much. The more bits, the more of the work is decoding them, which
everybody has to do. The progressive ones hold the same coefficients, so the two differ in nothing but how the file
is written.
"""

import pathlib
import subprocess

from PIL import Image

import report

FOLDER = report.ROOT / "build/bench"
BACKGROUNDS = pathlib.Path("/usr/share/backgrounds/mate")
SIDES = {"6mp": (3000, 2000), "12mp": (4000, 3000), "24mp": (6000, 4000), "800px": (800, 600)}
QUALITY = 80
QUALITY_OF_DENSE = 90


def run(*command) -> None:
    subprocess.run([str(each) for each in command], check=True)


def made(name: str, make) -> pathlib.Path:
    """FOLDER/name, by make(path) where it is missing; never half a file."""
    target = FOLDER / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        make(partial)
        partial.rename(target)
    return target


def crop_and_resize(source: pathlib.Path, size: tuple[int, int], target: pathlib.Path) -> None:
    """The largest part in the middle that has the shape of `size`, as a PPM."""
    Image.MAX_IMAGE_PIXELS = None
    image = Image.open(source).convert("RGB")
    scale = min(image.width / size[0], image.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    left, top = max(0, (image.width - width) / 2), max(0, (image.height - height) / 2)
    box = (left, top, min(left + width, image.width), min(top + height, image.height))
    image.resize(size, Image.Resampling.LANCZOS, box=box).save(target, "PPM")


def baseline(name: str, quality: int = QUALITY) -> pathlib.Path:
    """`name` is a key of SIDES."""

    def make(target: pathlib.Path) -> None:
        pixels = target.with_suffix(".ppm")
        crop_and_resize(BACKGROUNDS / "abstract/Elephants_5640x3172.jpg", SIDES[name], pixels)
        run("cjpeg", "-quality", quality, "-sample", "2x2", "-outfile", target, pixels)
        pixels.unlink()

    return made(f"{name}_q{quality}.jpg", make)


def dense(name: str) -> pathlib.Path:
    return baseline(name, QUALITY_OF_DENSE)


def with_restarts(name: str) -> pathlib.Path:
    """A restart marker after each row of blocks, as many phones write them."""
    source = baseline(name)
    return made(f"{name}_q{QUALITY}_restarts.jpg",
                lambda target: run("jpegtran", "-restart", 1, "-outfile", target, source))


def progressive(name: str) -> pathlib.Path:
    source = baseline(name)
    return made(f"{name}_q{QUALITY}_progressive.jpg",
                lambda target: run("jpegtran", "-progressive", "-outfile", target, source))


def different_24mp() -> list[pathlib.Path]:
    """Sixteen files, half of them progressive: one photograph turned and mirrored without loss."""
    source = baseline("24mp")
    turns = {"flip-h": ("-flip", "horizontal"), "flip-v": ("-flip", "vertical"), "transpose": ("-transpose",),
             "transverse": ("-transverse",), "90": ("-rotate", 90), "180": ("-rotate", 180), "270": ("-rotate", 270)}
    files = [source, progressive("24mp")]
    for name, turn in turns.items():
        for written in ((), ("-progressive",)):
            files.append(made(
                f"24mp_q{QUALITY}_different/{name}{''.join(written)}.jpg",
                lambda target, how=(*turn, *written): run("jpegtran", *how, "-outfile", target, source),
            ))
    return files


def of_debian() -> list[pathlib.Path]:
    """Photographs only; the JPEGs beside them are patterns or smaller copies."""
    return [BACKGROUNDS / "abstract/Elephants_5640x3172.jpg", *sorted(BACKGROUNDS.glob("nature/*.jpg"))]
