"""Lets matplotlib draw, and makes of its SVG what may stand in a page: named, scalable, nothing fetched, no font needed."""

import io
import logging
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 360
"""Units a figure is wide: about the pixels of a phone, so that its letters can be read there and on half a sheet of A4."""

SMALL, TEXT = 12, 13
"""Sizes of letters, in units."""

UNITS_PER_INCH = 72

NAMESPACE = "http://www.w3.org/2000/svg"

_LINK = "{http://www.w3.org/1999/xlink}href"
_DEFS, _STYLES = f"{{{NAMESPACE}}}defs", f"{{{NAMESPACE}}}style"
_FONT = re.compile(r"font-family:[^;]*;?\s*")
_REFERENCE = re.compile(r"url\(#([\w-]+)\)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]")

# Letters are measured with the font that comes with matplotlib and drawn with the reader's: the same on every server, and
# none needs a Japanese font. Dollar signs are money, not formulas.
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.parse_math": False,
    "axes.unicode_minus": False,
}


@dataclass(frozen=True, slots=True)
class Caption:
    """What a figure is called, and what it shows in words for those who do not see it."""

    name: str
    """Distinguishes its ids from those of the other figures of a page."""
    title: str
    description: str


def draw(caption: Caption, height: float, paint: Callable[["Figure"], None]) -> str:
    """The SVG of a figure of WIDTH × height units; equal drawings give equal text."""
    # A read-only home makes matplotlib say that it keeps its list of fonts elsewhere; that helps nobody.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({**_STYLE, "svg.hashsalt": caption.name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure = Figure(figsize=(WIDTH / UNITS_PER_INCH, height / UNITS_PER_INCH))
        paint(figure)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    return _for_page(drawn.getvalue(), caption)


def printable(text: str, limit: int = 0) -> str:
    """Text that can stand in a drawing: without characters that cannot be drawn or turn the direction, and not too long."""
    clean = _UNPRINTABLE.sub("", text)
    return f"{clean[: limit - 1]}…" if limit and len(clean) > limit else clean


def _for_page(drawn: bytes, caption: Caption) -> str:
    ET.register_namespace("", NAMESPACE)
    root = ET.fromstring(drawn)  # noqa: S314 (drawn a moment ago, by ourselves)
    _strip(root)
    prefix = f"plot-{caption.name}"
    _rename(root, prefix)
    for each in root.iter(f"{{{NAMESPACE}}}text"):
        each.set("style", _FONT.sub("", each.get("style", "")))
        if each.get("transform", "").startswith("rotate(-0 "):
            del each.attrib["transform"]
    for name in ("width", "height"):
        del root.attrib[name]
    _describe(root, prefix, caption)
    return ET.tostring(root, encoding="unicode")


def _strip(root: ET.Element) -> None:
    """No metadata, and no style sheet, which inside a page would be for all of it; a page may choose another font."""
    for each in root.findall(f"{{{NAMESPACE}}}metadata") + [d for d in root.findall(_DEFS) if d.find(_STYLES) is not None]:
        root.remove(each)
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    root.set("font-family", "sans-serif")


def _rename(root: ET.Element, prefix: str) -> None:
    """Only ids that something refers to stay, each with the prefix of its figure before it."""
    used = {each.get(_LINK, "").removeprefix("#") for each in root.iter()}
    used |= {found for each in root.iter() for value in each.attrib.values() for found in _REFERENCE.findall(value)}
    for each in root.iter():
        if (own := each.attrib.pop("id", "")) in used - {""}:
            each.set("id", f"{prefix}-{own}")
        if link := each.attrib.pop(_LINK, ""):
            each.set("href", f"#{prefix}-{link.removeprefix('#')}")
        for key, value in each.attrib.items():
            each.set(key, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))


def _describe(root: ET.Element, prefix: str, caption: Caption) -> None:
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    for place, (tag, words) in enumerate((("title", caption.title), ("desc", caption.description))):
        element = ET.Element(f"{{{NAMESPACE}}}{tag}", id=f"{prefix}-{tag}")
        element.text = printable(words)
        root.insert(place, element)
