"""Draws eng/icon/icon.png, the icon of the packages: three links of a chain, the last one ahead. Needs Python only."""

import math
import pathlib
import struct
import zlib

SIZE, SAMPLES = 128, 4
BACKGROUND, LINKS, AHEAD = (24, 43, 73), (236, 242, 250), (255, 176, 59)


def rounded(x, y, half_width, half_height, radius):
    """Signed distance to a rounded rectangle around the origin."""
    dx, dy = abs(x) - half_width + radius, abs(y) - half_height + radius
    return math.hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius


def link(x, y, center, tilt):
    """Whether a point is on the outline of a link."""
    x, y = x - center[0], y - center[1]
    x, y = x * math.cos(tilt) + y * math.sin(tilt), y * math.cos(tilt) - x * math.sin(tilt)
    return abs(rounded(x, y, 21, 12.5, 12.5)) < 4


def color(x, y):
    """Color and opacity at a point."""
    if rounded(x - SIZE / 2, y - SIZE / 2, SIZE / 2, SIZE / 2, 24) > 0:
        return (*BACKGROUND, 0)
    tilt = -math.pi / 4
    for center, paint in (((34, 94), LINKS), ((64, 64), LINKS), ((94, 34), AHEAD)):
        if link(x, y, center, tilt):
            return (*paint, 255)
    return (*BACKGROUND, 255)


def pixel(column, row):
    """The mean of the samples inside a pixel."""
    points = [color(column + (i + 0.5) / SAMPLES, row + (j + 0.5) / SAMPLES) for i in range(SAMPLES) for j in range(SAMPLES)]
    return bytes(round(sum(point[channel] for point in points) / len(points)) for channel in range(4))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


rows = b"".join(b"\0" + b"".join(pixel(column, row) for column in range(SIZE)) for row in range(SIZE))
png = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows, 9))
    + chunk(b"IEND", b"")
)
pathlib.Path(__file__).with_name("icon.png").write_bytes(png)
