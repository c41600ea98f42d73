"""Finds the font that menus are drawn with: the one in the settings, else Noto Sans CJK where Linux keeps its fonts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from PIL import ImageFont

from channels.errors import FontMissing

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
NAMES = ("NotoSansCJK-Bold.ttc", "NotoSansCJKjp-Bold.otf", "NotoSansJP-Bold.otf", "NotoSansJP-Bold.ttf")
"""Bold is easier to read on a small screen. The first font of a collection is the Japanese one."""
NOBODYS = "\U000fffff"
"""A character for private use that no font has a picture for."""


@dataclass(frozen=True)
class Font:
    """One font file, in any size."""

    path: Path
    sizes: dict[int, ImageFont.FreeTypeFont] = field(default_factory=dict)

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The font with letters of so many pixels."""
        if size not in self.sizes:
            self.sizes[size] = ImageFont.truetype(self.path, size)
        return self.sizes[size]

    def lacks(self, text: str) -> str:
        """The characters of the text that would be drawn as an empty frame."""
        return "".join(dict.fromkeys(each for each in text if not each.isspace() and self._drawn(each) == self._frame))

    @cached_property
    def _frame(self) -> bytes:
        return self._drawn(NOBODYS)

    def _drawn(self, character: str) -> bytes:
        drawn = self.at(32).getmask(character)
        return bytes(repr(drawn.size), "ascii") + bytes(drawn)


def find_font(path: str, folders: Iterable[Path] = FOLDERS) -> Font:
    """The font in the settings, or the first known one. Raises FontMissing."""
    found = Path(path) if path else _search(folders)
    if found is None:
        raise FontMissing(NAMES[0])
    font = Font(found)
    try:
        font.at(32)
    except OSError as error:
        raise FontMissing(str(found)) from error
    return font


def _search(folders: Iterable[Path]) -> Path | None:
    kept = list(folders)
    return next((file for name in NAMES for folder in kept for file in sorted(folder.rglob(name))), None)
