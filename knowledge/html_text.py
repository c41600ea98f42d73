"""HTML as the plain text of an answer: headings, and paragraphs with lists and tables readable line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from knowledge.html_table import BETWEEN, Cell, table_lines

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
_LISTS = ("ul", "ol", "menu", "dir")
_BLOCKS = [
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr"),
    *("legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "ul"),
]
_SILENT = frozenset(
    {
        *("audio", "button", "canvas", "embed", "head", "iframe", "input", "link", "map", "meta", "nav", "noscript", "object"),
        *("script", "select", "style", "svg", "template", "textarea", "title", "video"),
        *("del", "s", "strike"),  # struck text is no longer true
        *("rp", "rt", "rtc"),  # the reading of a word would stand beside the word
    }
)
_SOFT_BREAK = "\r"
"""A line end in the source: nothing between two Japanese characters, a space elsewhere."""
_SPACES = re.compile(r"[ \t\n\f\r\v]+")
_WIDE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_MARKER = re.compile(r"^(?:- |\d+\. )")


@dataclass(frozen=True, slots=True)
class Heading:
    """h1 to h4 with its text."""

    level: int
    text: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, a whole list or a whole table; lines are parted by LF."""

    text: str
    only_links: bool = False
    """A list of which every item is a link and nothing else."""


class TextReader:
    """Reads the elements below a root, having looked once at where its headings and blocks are."""

    def __init__(self, root: Tag) -> None:
        self._headings: dict[int, Tag] = {}
        self._blocks: dict[int, Tag] = {}
        for tag in root.find_all(True):
            if tag.name in HEADINGS:
                _mark(self._headings, tag)
            if tag.name in _BLOCKS:
                _mark(self._blocks, tag)

    def first_heading(self, tag: Tag) -> Tag | None:
        """The first of the h1 to h4 that stand in an element."""
        return self._headings.get(id(tag))

    def blocks(self, parent: Tag) -> Iterator[Heading | Paragraph]:
        """What stands in an element, in order. Raises RecursionError on elements nested several hundred deep."""
        run: list[str] = []
        for child in parent.children:
            if isinstance(child, Tag) and self._is_block(child):
                yield from _paragraph("".join(run))
                run.clear()
                yield from self._block(child)
            else:
                run.append(_inline(child))
        yield from _paragraph("".join(run))

    def texts(self, parent: Tag) -> list[str]:
        """The paragraphs and headings in an element, as texts."""
        return [block.text for block in self.blocks(parent)]

    def _is_block(self, tag: Tag) -> bool:
        return tag.name not in _SILENT and (tag.name in _BLOCKS or id(tag) in self._blocks)

    def _block(self, tag: Tag) -> Iterator[Heading | Paragraph]:
        if tag.name in HEADINGS:
            yield from _heading(tag)
        elif tag.name == "pre":
            yield from _paragraph(tag.get_text().strip("\n").replace("\n", "\v"))
        elif id(tag) in self._headings:
            yield from self.blocks(tag)
        elif tag.name in _LISTS:
            yield from _whole(self._list_lines(tag), only_links=_is_only_links(tag))
        elif tag.name == "dl":
            yield from _whole(self._definition_lines(tag))
        elif tag.name == "table" and _is_data(tag):
            yield from _whole(table_lines(self._cells(tag)))
        else:
            yield from self.blocks(tag)

    def _list_lines(self, tag: Tag) -> list[str]:
        lines: list[str] = []
        number = _number(tag, "start", 1)
        for child in tag.find_all(True, recursive=False):
            if child.name in _LISTS:  # a list straight in a list, without an item around it
                lines += [f"  {line}" for line in self._list_lines(child)]
                continue
            item = [line for text in self.texts(child) for line in text.split("\n") if line]
            if item:
                marker = f"{number}. " if tag.name == "ol" else "- "
                lines += [marker + item[0].removeprefix("・"), *(f"  {line}" for line in item[1:])]
                number += 1
        return lines

    def _definition_lines(self, tag: Tag) -> list[str]:
        lines: list[str] = []
        term = ""
        for part in tag.find_all(["dt", "dd"]):
            if part.find_parent("dl") is not tag:
                continue
            text = "\n".join(self.texts(part))
            if part.name == "dt":
                lines += [term] if term else []
                term = text
            else:
                lines.append(labelled(term, text) if term else text)
                term = ""
        return [*lines, term] if term else lines

    def _cells(self, table: Tag) -> tuple[str, list[list[Cell]], int]:
        """The caption, the rows, and how many of them `thead` declares to be the heading."""
        caption = table.find("caption")
        rows = [[self._cell(cell) for cell in row.find_all(["td", "th"], recursive=False)] for row in table.find_all("tr")]
        declared = len(table.select("thead > tr"))
        return (" ".join(self.texts(caption)) if caption else ""), rows, declared

    def _cell(self, tag: Tag) -> Cell:
        return Cell(
            text=" ".join(_flat(text) for text in self.texts(tag)),
            is_heading=tag.name == "th",
            columns=_number(tag, "colspan", 1),
            rows=_number(tag, "rowspan", 1),
        )


def heading_text(tag: Tag) -> str:
    """A heading on one line; a heading that is a picture is read by its alternative text."""
    text = " ".join(_tidy(_inline(tag)).split("\n"))
    return text or " ".join(str(picture.get("alt", "")) for picture in tag.find_all("img")).strip()


def labelled(label: str, text: str) -> str:
    """見出し：値, or the value on its own lines when it has several."""
    short = label.rstrip("：: ")
    return f"{short}：\n{text}" if "\n" in text else f"{short}：{text}"


def _mark(marked: dict[int, Tag], tag: Tag) -> None:
    """Note the tag for all elements around it that have none yet; it is the first one in them."""
    for parent in tag.parents:
        if id(parent) in marked:
            return
        marked[id(parent)] = tag


def _heading(tag: Tag) -> Iterator[Heading]:
    text = heading_text(tag)
    if text:
        yield Heading(HEADINGS[tag.name], text, tag)


def _whole(lines: list[str], *, only_links: bool = False) -> Iterator[Paragraph]:
    if lines:
        yield Paragraph("\n".join(lines), only_links)


def _is_only_links(tag: Tag) -> bool:
    linked = "".join(link.get_text() for link in tag.find_all("a"))
    return len("".join(linked.split())) == len("".join(tag.get_text().split()))


def _paragraph(text: str) -> Iterator[Paragraph]:
    tidy = _tidy(text)
    if tidy:
        yield Paragraph(tidy)


def _inline(node: PageElement) -> str:
    if isinstance(node, Tag):
        if node.name == "br":
            return "\v"
        return "" if node.name in _SILENT else "".join(_inline(child) for child in node.children)
    if not isinstance(node, NavigableString) or isinstance(node, PreformattedString):
        return ""  # comments and the like
    return _SPACES.sub(lambda run: _SOFT_BREAK if "\n" in run[0] else " ", str(node))


def _tidy(text: str) -> str:
    """Spaces as a browser shows them; a vertical tab is a line break that is meant."""
    text = re.sub("[\u00ad\u200b\ufeff]", "", text).replace("\u00a0", " ")
    text = re.sub(rf"(?<={_WIDE}){_SOFT_BREAK}+(?={_WIDE})", "", text).replace(_SOFT_BREAK, " ")
    text = "\n".join(re.sub(" +", " ", line).strip() for line in text.split("\v"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _is_data(table: Tag) -> bool:
    """A table inside a table, or one of a single column, only arranges a page."""
    if table.find("table") is not None:
        return False
    return any(len(row.find_all(["td", "th"], recursive=False)) > 1 for row in table.find_all("tr"))


def _flat(text: str) -> str:
    """A list in a cell becomes 甲、乙, and so does 甲 / 乙, which is how we part cells; other lines are parted by a space."""
    lines = [line.strip() for line in text.replace(BETWEEN, "、").split("\n") if line.strip()]
    items = [_MARKER.sub("", line) for line in lines]
    return "、".join(items) if items != lines else " ".join(lines)


def _number(tag: Tag, name: str, default: int) -> int:
    value = str(tag.get(name, ""))
    return max(int(value), 1) if value.isascii() and value.isdigit() and len(value) < 6 else default
