"""Copies of a site's procedure pages as they were last read, one file a page: what the next reading is compared with."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from knowledge.atomic import replace_file
from knowledge.sections import Page, Section, read_html, read_markdown

_FILE = re.compile(r"""(?:href\s*=\s*["']?|\]\()[^"'\s)>]*?([^"'\s)>/]+\.(?:pdf|docx?|xlsx?|odt|ods|zip))\b""", re.IGNORECASE)


@dataclass(frozen=True)
class PageCopy:
    """A page as it was read."""

    url: str
    """Without an anchor."""
    path: str
    """What `madoguchi import` calls it."""
    text: str
    is_markdown: bool = False
    etag: str = ""
    modified: str = ""

    @cached_property
    def page(self) -> Page:
        """Its sections. Raises RecursionError on elements nested several hundred deep."""
        return read_markdown(self.text) if self.is_markdown else read_html(self.text)

    @cached_property
    def told(self) -> str:
        """What it says, heading and text by turns, and the files it offers."""
        lines = [line for section in self.page.sections for line in (_heading(section), section.text)]
        return "\n".join([*lines, *dict.fromkeys(_FILE.findall(self.text))])

    @property
    def title(self) -> str:
        """How people know it."""
        headings = (section.headings[0] for section in self.page.sections if section.headings)
        return next(headings, self.page.title or self.path)


def read_copies(folder: Path) -> dict[str, PageCopy]:
    """All copies by address; one that cannot be read is as good as none, since the page can be read again."""
    found = (_read(file) for file in sorted(folder.glob("*.json")))
    return {copy.url: copy for copy in found if copy}


def keep_copies(folder: Path, copies: Iterable[PageCopy]) -> None:
    """Write copies over earlier ones of the same pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for copy in copies:
        with replace_file(folder / f"{hashlib.sha256(copy.url.encode()).hexdigest()[:32]}.json") as stream:
            stream.write(json.dumps(asdict(copy), ensure_ascii=False).encode())


def _read(file: Path) -> PageCopy | None:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return PageCopy(**value) if isinstance(value, Mapping) else None
    except (OSError, ValueError, TypeError):
        return None


def _heading(section: Section) -> str:
    return section.headings[-1] if section.headings else ""
