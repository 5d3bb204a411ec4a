"""Pictures that tests make: no test needs a file that is not here."""

import io
import struct
import zlib

from PIL import Image

# The four quadrants of quadrants(), clockwise from the upper left.
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 60), (40, 60, 220), (230, 220, 40)


def quadrants(width: int = 800, height: int = 600) -> Image.Image:
    """Red and green above yellow and blue: shows orientation and mirror at a glance."""
    picture = Image.new("RGB", (width, height))
    for box, colour in (
        ((0, 0, width // 2, height // 2), RED),
        ((width // 2, 0, width, height // 2), GREEN),
        ((width // 2, height // 2, width, height), BLUE),
        ((0, height // 2, width // 2, height), YELLOW),
    ):
        picture.paste(colour, box)
    return picture


def encode(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 800, height: int = 600, **options) -> bytes:
    return encode(quadrants(width, height), "JPEG", quality=90, **options)


def solid_jpeg(colour, width: int = 640, height: int = 480) -> bytes:
    return encode(Image.new("RGB", (width, height), colour), "JPEG", quality=90)


def with_orientation(orientation: int, width: int = 800, height: int = 600, gps: bool = False) -> bytes:
    """A JPEG whose pixels are upright only after EXIF orientation is applied."""
    turn = {1: None, 3: Image.ROTATE_180, 6: Image.ROTATE_90, 8: Image.ROTATE_270}[orientation]
    picture = quadrants(width, height)
    if turn is not None:
        picture = picture.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 33.0), 3: "E", 4: (8.0, 32.0, 11.0)})
    return encode(picture, "JPEG", quality=90, exif=exif.tobytes())


def padded(data: bytes, size: int) -> bytes:
    """The same JPEG with comments behind its first marker, of at least `size` bytes."""
    segment = b"\xff\xfe" + struct.pack(">H", 0xFFFF) + b"-" * 0xFFFD
    count = max(0, -(-(size - len(data)) // len(segment)))
    return data[:2] + segment * count + data[2:]


def bomb_png(side: int = 30_000) -> bytes:
    """A few kilobytes that would decode to `side` * `side` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = zlib.compressobj(9)
    packed = b"".join(row.compress(b"\0" * (side + 1)) for _ in range(64)) + row.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def near(picture: Image.Image, position: tuple[float, float], colour, tolerance: int = 40) -> bool:
    """True if the pixel at the relative position (0..1) has about that colour."""
    pixel = picture.convert("RGB").getpixel(
        (int(position[0] * picture.width), int(position[1] * picture.height))
    )
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, colour))


def is_upright(data: bytes) -> bool:
    """True for quadrants(), after whatever the pipeline did to it."""
    picture = Image.open(io.BytesIO(data))
    return (
        near(picture, (0.1, 0.1), RED)
        and near(picture, (0.9, 0.1), GREEN)
        and near(picture, (0.9, 0.9), BLUE)
        and near(picture, (0.1, 0.9), YELLOW)
    )
