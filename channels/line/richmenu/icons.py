"""The pictures that areas may have, and how one is drawn."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from PIL import Image, ImageDraw

GRID = 24
PEN = 2
FINER = 4
"""Drawn so many times larger and then made smaller, so that slanting lines are smooth."""
STEPS = 12

Point = tuple[float, float]


@cache
def icons() -> Mapping[str, tuple[str, ...]]:
    """The strokes of every picture, by its name."""
    table = tomllib.loads(files(__package__).joinpath("icons.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: tuple(strokes) for name, strokes in table.items()})


def mask(name: str, size: int) -> Image.Image:
    """The picture as a mask of the given width and height."""
    scale = size * FINER / GRID
    drawn = Image.new("L", (size * FINER, size * FINER), 0)
    pen = ImageDraw.Draw(drawn)
    for stroke in icons()[name]:
        kind, *given = stroke.split()
        _stroke(pen, kind, [_point(each, scale) for each in given], PEN * scale)
    return drawn.resize((size, size), Image.Resampling.LANCZOS)


def _stroke(pen: ImageDraw.ImageDraw, kind: str, points: list[Point], width: float) -> None:
    match kind:
        case "p" | "s":
            line = _smooth(points) if kind == "s" else points
            pen.line(line, fill=255, width=round(width), joint="curve")
            for point in line:
                _dot(pen, point, width / 2)
        case "o":
            (x, y), (across, down) = points
            out = width / 2
            pen.ellipse((x - across - out, y - down - out, x + across + out, y + down + out), outline=255, width=round(width))
        case "d":
            _dot(pen, points[0], width * 0.65)


def _smooth(points: list[Point]) -> list[Point]:
    """A Catmull-Rom curve through the points; one that ends where it began has no corner there."""
    closed = points[0] == points[-1]
    around = [points[-2] if closed else points[0], *points, points[1] if closed else points[-1]]
    curve = [
        (_between(x, step / STEPS), _between(y, step / STEPS))
        for start in range(len(points) - 1)
        for x, y in [tuple(zip(*around[start : start + 4], strict=True))]
        for step in range(STEPS)
    ]
    return [*curve, points[-1]]


def _between(along: Sequence[float], t: float) -> float:
    """Of four numbers in a row, the curve's between the second and the third."""
    a, b, c, d = along
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _dot(pen: ImageDraw.ImageDraw, middle: Point, radius: float) -> None:
    x, y = middle
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _point(written: str, scale: float) -> Point:
    x, y = written.split(",")
    return float(x) * scale, float(y) * scale
