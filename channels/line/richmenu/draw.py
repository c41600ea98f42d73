"""Draws the picture of each tab, and says where a text cannot be set so that people can read it."""

from io import BytesIO

from PIL import Image, ImageDraw

from channels.line.limits import IMAGE_BYTES
from channels.line.richmenu import icons
from channels.line.richmenu.fonts import Font
from channels.line.richmenu.layout import Box, area_boxes, tab_boxes
from channels.line.richmenu.lettering import Lettering, fit, write
from channels.line.richmenu.menu import Area, Menu, Tab, spoken
from channels.line.richmenu.problem import MenuProblem, Place

LARGEST = 0.054
LEAST = 0.036
LEAST_NOTE = 0.028
"""Letters in shares of the menu's width. A telephone shows it about 380 points wide: 20, 13.5 and 10.5 points."""
MARGIN = 0.014
ICON = 0.40
"""Share of an area's height."""
COLORS = 64
"""Enough for the few colors of a menu with their soft edges, and a small file."""


def draw(menu: Menu, font: Font) -> tuple[dict[str, bytes], tuple[MenuProblem, ...]]:
    """The picture of each tab as PNG, by its key, and what is wrong with them."""
    images, problems = {}, []
    for tab in menu.tabs:
        drawing = _Drawing(menu, tab, font)
        images[tab.key] = drawing.png()
        problems += drawing.problems
        if len(images[tab.key]) > IMAGE_BYTES:
            problems.append(MenuProblem("image_too_large", Place(spoken(tab.label)), {"size": len(images[tab.key])}))
    # What is wrong with a tab's name is found once in every picture.
    return images, tuple(problem for number, problem in enumerate(problems) if problem not in problems[:number])


class _Drawing:
    """One tab being drawn."""

    def __init__(self, menu: Menu, tab: Tab, font: Font) -> None:
        self.menu, self.tab, self.font = menu, tab, font
        self.image = Image.new("RGB", (menu.width, menu.height), menu.colors.paper)
        self.pen = ImageDraw.Draw(self.image)
        self.margin = round(menu.width * MARGIN)
        self.problems: list[MenuProblem] = []
        for number, (area, box) in enumerate(zip(tab.areas, area_boxes(menu, tab), strict=True), 1):
            self._area(area, box, Place(spoken(tab.label), number))
        self._strip()

    def png(self) -> bytes:
        out = BytesIO()
        self.image.quantize(COLORS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def _strip(self) -> None:
        colors = self.menu.colors
        for tab, box in zip(self.menu.tabs, tab_boxes(self.menu), strict=False):
            is_open = tab.key == self.tab.key
            self._fill(box, colors.accent if is_open else colors.tab)
            self._frame(box)
            room = box.inset(round(self.margin * 0.75))
            self._write(tab.label, room, colors.accent_ink if is_open else colors.tab_ink, LEAST, Place(spoken(tab.label)))
            # The open tab and what it opens belong together.
            self._fill(Box(box.x, box.y + box.height - self.margin // 3, box.width, self.margin // 2), colors.accent)

    def _area(self, area: Area, box: Box, place: Place) -> None:
        self._frame(box)
        room = box.inset(self.margin)
        if area.icon:
            size = round(room.height * ICON)
            place_of_icon = (room.x + (room.width - size) // 2, room.y + self.margin // 2)
            self.image.paste(self.menu.colors.accent, place_of_icon, icons.mask(area.icon, size))
            room = Box(room.x, room.y + size + self.margin // 2, room.width, room.height - size - self.margin // 2)
        if area.note:
            below = round(room.height * 0.3)
            foot = Box(room.x, room.y + room.height - below, room.width, below)
            self._write(area.note, foot, self.menu.colors.ink, LEAST_NOTE, place, LEAST)
            room = Box(room.x, room.y, room.width, room.height - below)
        self._write(area.label, room, self.menu.colors.ink, LEAST, place)

    def _write(self, text: str, room: Box, color: str, least: float, place: Place, largest: float = LARGEST) -> None:
        missing = self.font.lacks(text)
        if missing:
            self.problems.append(MenuProblem("no_glyph", place, {"text": missing}))
        width = self.menu.width
        set_text: Lettering | None = fit(text, self.font, room, round(width * largest), round(width * least))
        if set_text is None:
            self.problems.append(MenuProblem("does_not_fit", place, {"text": spoken(text)}))
        else:
            write(self.pen, set_text, self.font, room, color)

    def _fill(self, box: Box, color: str) -> None:
        self.pen.rectangle((box.x, box.y, box.x + box.width, box.y + box.height), fill=color)

    def _frame(self, box: Box) -> None:
        line = max(2, self.margin // 8)
        self.pen.rectangle((box.x, box.y, box.x + box.width - 1, box.y + box.height - 1), outline="#b3b3b3", width=line)
