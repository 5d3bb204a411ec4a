"""Looks at finished variants: is each what it says, upright, and of the photograph's colours?

Pixels are read by libvips' command line (`vips`, Debian's libvips-tools).
"""

import pathlib
import subprocess
import tempfile

SIDE = 24  # Pictures are compared as SIDE x SIDE averages: enough to see lying, mirrored or washed out.
DIFFERENCE_MAX = 14.0  # Mean difference per channel, of 255; another crop or encoder costs a few.

Grid = list[list[tuple[float, float, float]]]


def vips(*arguments) -> str:
    done = subprocess.run(["vips", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"vips {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def vipsheader(name: str, path: pathlib.Path) -> str:
    # What libvips warns of on standard error is not about the picture's size.
    return subprocess.run(
        ["vipsheader", "-f", name, path], capture_output=True, text=True, check=True
    ).stdout


def size_of(path: pathlib.Path) -> tuple[int, int]:
    def field(name):
        return int(vipsheader(name, path))

    return field("width"), field("height")


def type_of(data: bytes) -> str:
    """The media type by the first bytes, whatever the headers said."""
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] == b"ftypavif":
        return "image/avif"
    return "unknown"


def pixels(path: pathlib.Path, box: int) -> Grid:
    """Upright sRGB rows of `path`, made to fit into box x box."""
    with tempfile.TemporaryDirectory() as folder:
        flat = pathlib.Path(folder) / "flat.ppm"
        small = pathlib.Path(folder) / "small.v"
        vips("thumbnail", path, small, box, "--height", box, "--export-profile", "srgb")
        bands = int(vipsheader("bands", small))
        if bands in (2, 4):
            opaque = pathlib.Path(folder) / "opaque.v"
            vips("flatten", small, opaque, "--background", "255 255 255")
            small = opaque
        vips("colourspace", small, flat, "srgb")
        magic, size, body = read_ppm(flat.read_bytes())
        assert magic == b"P6", magic
        width, height = map(int, size.split())
        at = iter(range(0, width * height * 3, 3))
        return [[tuple(body[i : i + 3]) for i in (next(at) for _ in range(width))] for _ in range(height)]


def read_ppm(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Magic, "width height", and the samples; comment lines and the maximum are passed over."""
    lines = []
    while len(lines) < 3:
        line, data = data.split(b"\n", 1)
        if not line.startswith(b"#"):
            lines.append(line)
    return lines[0], lines[1], data


def averaged(rows: Grid, left: float, top: float, width: float, height: float) -> Grid:
    """The window of `rows` as SIDE x SIDE averages."""
    grid = []
    for y in range(SIDE):
        y0 = int(top + y * height / SIDE)
        y1 = max(y0 + 1, int(top + (y + 1) * height / SIDE))
        line = []
        for x in range(SIDE):
            x0 = int(left + x * width / SIDE)
            x1 = max(x0 + 1, int(left + (x + 1) * width / SIDE))
            cells = [rows[j][i] for j in range(y0, min(y1, len(rows))) for i in range(x0, min(x1, len(rows[0])))]
            line.append(tuple(sum(cell[k] for cell in cells) / len(cells) for k in range(3)))
        grid.append(line)
    return grid


def difference(a: Grid, b: Grid) -> float:
    total = sum(abs(p[k] - q[k]) for r, s in zip(a, b) for p, q in zip(r, s) for k in range(3))
    return total / (SIDE * SIDE * 3)


def windows(rows: Grid, aspect: float):
    """Every crop of `rows` with that shape, in steps along the longer way: gravity chose one of them."""
    width, height = len(rows[0]), len(rows)
    if width / height > aspect:
        inner = height * aspect
        for step in range(33):
            yield averaged(rows, (width - inner) * step / 32, 0, inner, height)
    else:
        inner = width / aspect
        for step in range(33):
            yield averaged(rows, 0, (height - inner) * step / 32, width, inner)


def turned(grid: Grid) -> list[Grid]:
    """The seven wrong ways to hold a picture."""
    ways, now = [], grid
    for _ in range(4):
        ways += [now, [row[::-1] for row in now]]
        now = [list(row) for row in zip(*now[::-1])]
    return ways[1:]


def compare(source: pathlib.Path, variant: pathlib.Path) -> None:
    """Raises ValueError unless `variant` shows a part of `source`, upright and in its colours."""
    width, height = size_of(variant)
    small = pixels(variant, 96)
    grid = averaged(small, 0, 0, len(small[0]), len(small))
    crops = list(windows(pixels(source, 192), width / height))
    upright = min(difference(grid, crop) for crop in crops)
    lying = min(difference(way, crop) for way in turned(grid) for crop in crops)
    if upright > DIFFERENCE_MAX:
        raise ValueError(f"does not look like the photograph (difference {upright:.1f})")
    if lying < upright:
        raise ValueError(f"is not upright ({lying:.1f} the other way, {upright:.1f} as it is)")
