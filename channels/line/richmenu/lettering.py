"""Sets a text into a rectangle: as large as fits, broken where it was asked to be, else where Japanese may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from PIL import ImageDraw

from channels.line.richmenu.fonts import Font
from channels.line.richmenu.layout import Box

LEADING = 1.25
"""Line height to letter height."""
STEP = 4
NOT_FIRST = frozenset("、。，．・：；？！ー～）」』】〉》〕］ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々,.!?)]")
"""What no line begins with (JIS X 4051)."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of one size."""

    lines: tuple[str, ...]
    size: int

    @property
    def height(self) -> int:
        return round(len(self.lines) * self.size * LEADING)


def fit(text: str, font: Font, room: Box, largest: int, least: int) -> Lettering | None:
    """The largest lettering that fits, its lines as given if they can be read at all; nothing when the least is too large."""
    given = text.split("\n")
    sizes = range(largest, least - 1, -STEP)
    as_given = (Lettering(tuple(given), size) for size in sizes)
    broken = (Lettering(tuple(_broken(given, font, size, room.width)), size) for size in sizes)
    return next((made for made in chain(as_given, broken) if _fits(made, font, room)), None)


def write(pen: ImageDraw.ImageDraw, lettering: Lettering, font: Font, room: Box, color: str) -> None:
    """Draw the lines in the middle of the rectangle."""
    top = room.y + (room.height - lettering.height) / 2
    middle = room.x + room.width / 2
    for number, line in enumerate(lettering.lines):
        y = top + (number + 0.5) * lettering.size * LEADING
        pen.text((middle, y), line, font=font.at(lettering.size), fill=color, anchor="mm")


def _fits(made: Lettering, font: Font, room: Box) -> bool:
    return made.height <= room.height and max(font.at(made.size).getlength(line) for line in made.lines) <= room.width


def _broken(lines: Sequence[str], font: Font, size: int, width: int) -> list[str]:
    return [piece for line in lines for piece in _break(line, font, size, width)]


def _break(line: str, font: Font, size: int, width: int) -> list[str]:
    """The line in pieces no wider than the room: at a space where there is one, else before what may begin a line."""
    pieces: list[str] = []
    while font.at(size).getlength(line) > width and len(line) > 1:
        end = max((n for n in range(1, len(line)) if font.at(size).getlength(line[:n]) <= width), default=1)
        space = line.rfind(" ", 1, end + 1)
        while end > 1 and line[end] in NOT_FIRST:
            end -= 1
        end = space if space > 0 else end
        pieces.append(line[:end].rstrip())
        line = line[end:].lstrip()
    return [*pieces, line]
