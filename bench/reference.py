"""The reference that quality is judged by: Lanczos3 in linear light, in double precision, from all pixels.

Slow and plain on purpose, and none of the engines' code.
"""

import pathlib

import numpy
from PIL import Image

LOBES = 3


def linear_of_srgb() -> numpy.ndarray:
    """IEC 61966-2-1, for each of the 256 values."""
    encoded = numpy.arange(256) / 255
    return numpy.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def srgb_of_linear(linear: numpy.ndarray) -> numpy.ndarray:
    linear = linear.clip(0, 1)
    encoded = numpy.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return numpy.rint(encoded * 255).astype(numpy.uint8)


def resized_rows(rows: numpy.ndarray, count: int) -> numpy.ndarray:
    """`count` rows instead of those of `rows`; beyond the edges the last one goes on."""
    scale = len(rows) / count
    radius = LOBES * max(scale, 1)
    found = numpy.empty((count, *rows.shape[1:]))
    for y in range(count):
        centre = (y + 0.5) * scale  # In the coordinates of the source, where row r covers r to r + 1.
        taps = numpy.arange(int(numpy.floor(centre - radius)), int(numpy.ceil(centre + radius)) + 1)
        at = (taps + 0.5 - centre) / max(scale, 1)
        weights = numpy.where(abs(at) < LOBES, numpy.sinc(at) * numpy.sinc(at / LOBES), 0)
        weights /= weights.sum()
        # Taps beyond an edge count for the row at it.
        inside = taps.clip(0, len(rows) - 1)
        first, last = inside[0], inside[-1]
        folded = numpy.bincount(inside - first, weights)
        found[y] = numpy.tensordot(folded, rows[first : last + 1], 1)
    return found


def crop_to_shape(pixels: numpy.ndarray, width: int, height: int) -> numpy.ndarray:
    """The largest part in the middle that has the shape of width x height."""
    rows, columns = pixels.shape[:2]
    scale = min(columns / width, rows / height)
    kept_columns, kept_rows = round(width * scale), round(height * scale)
    left, top = (columns - kept_columns) // 2, (rows - kept_rows) // 2
    return pixels[top : top + kept_rows, left : left + kept_columns]


def make(source: pathlib.Path, width: int, height: int, target: pathlib.Path) -> None:
    """`source` covering width x height, as a PNG. Its shape has to be such that nothing is rounded."""
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source) as image:
        pixels = numpy.asarray(image.convert("RGB"))
    # Of the cut picture only: the engines, too, may look beyond the cut, which matters at its rim alone.
    linear = linear_of_srgb()[crop_to_shape(pixels, width, height)]
    resized = resized_rows(resized_rows(linear, height).swapaxes(0, 1), width).swapaxes(0, 1)
    Image.fromarray(numpy.ascontiguousarray(srgb_of_linear(resized))).save(target, "PNG", compress_level=1)
