"""An approved answer as lines of marked text, which is what LINE can show of Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from channels.line.counting import blank
from channels.markdown import SCHEMES, close_lists, parser

BULLET = "・"
BETWEEN_CELLS = " ｜ "
INDENT = "　"


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look."""

    text: str
    strong: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, an item of a list or a row of a table; a paragraph may hold line breaks."""

    spans: tuple[Span, ...]
    marker: str = ""
    """What stands before it: ・ or a number, indented."""

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    def cut(self, start: int, end: int | None = None) -> "Line":
        """The part between two characters; what does not begin at the beginning has no marker."""
        kept, position = [], 0
        stop = len(self.text) if end is None else end
        for span in self.spans:
            first, last = max(start - position, 0), min(stop - position, len(span.text))
            position += len(span.text)
            if first < last:
                kept.append(replace(span, text=span.text[first:last]))
        return Line(tuple(kept), "" if start else self.marker)


def read(text: str) -> tuple[Line, ...]:
    """The lines of an answer; those on which nothing is to be seen are left out."""
    reader = _Reader()
    for token in _parser().parse(close_lists(text)):
        reader.take(token)
    return tuple(line for line in reader.lines if not blank(line.text))


def plain(lines: Sequence[Line]) -> str:
    """The lines as a text message or a notification shows them: every link's address on a line of its own."""
    return "\n".join(_plain_line(line) for line in lines)


def links(lines: Sequence[Line]) -> list[Span]:
    """The links, each address once under its first label; a label may have been in several pieces."""
    found: dict[str, str] = {}
    for line in lines:
        for href, spans in groupby(line.spans, key=lambda span: span.href):
            if href:
                found.setdefault(href, "".join(span.text for span in spans))
    return [Span(label, href=href) for href, label in found.items()]


def address_of(href: str) -> str:
    """What people would write down: the page's address, the number or the mail address."""
    return unquote(href.partition(":")[2]) if href.startswith(("tel:", "mailto:")) else href


def _plain_line(line: Line) -> str:
    text = line.marker + line.text
    said = [address_of(span.href) for span in links([line])]
    return "\n".join([text, *(each for each in said if each not in text)])


class _Reader:
    """Collects lines while the tokens of the parser go by."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.counters: list[int | None] = []
        """The lists that are open; the next number of each ordered one."""
        self.marker = ""
        self.cells: list[Span] | None = None
        """The row of a table that is open."""
        self.heading = False

    def take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.counters.append(None)
            case "ordered_list_open":
                self.counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self.counters.pop()
            case "list_item_open":
                self._item()
            case "tr_open":
                self.cells = []
            case "th_open" | "td_open":
                self.heading = token.type == "th_open"
            case "tr_close":
                self._add(tuple(self.cells or ()))
                self.cells = None
            case "inline":
                self._inline(token)

    def _item(self) -> None:
        number = self.counters[-1]
        self.marker = INDENT * (len(self.counters) - 1) + (BULLET if number is None else f"{number}. ")
        if number is not None:
            self.counters[-1] = number + 1

    def _inline(self, token: Token) -> None:
        spans = _merged(_spans(token.children or []))
        if self.cells is None:
            self._add(spans)
        else:
            self.cells += [Span(BETWEEN_CELLS)] * bool(self.cells)
            self.cells += [replace(span, strong=span.strong or self.heading) for span in spans]

    def _add(self, spans: tuple[Span, ...]) -> None:
        # A second paragraph of an item stands under the first, without a marker of its own.
        self.lines.append(Line(spans, self.marker if self.counters else ""))
        self.marker = INDENT * len(self.counters)


def _spans(tokens: Sequence[Token]) -> Iterator[Span]:
    strong, href = 0, ""
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            strong += token.nesting
        elif token.type == "link_open":
            href = _followable(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            href = ""
        elif token.type in ("softbreak", "hardbreak"):
            yield Span("\n")
        elif token.content:
            yield Span(token.content, strong > 0, href)


def _merged(spans: Iterator[Span]) -> tuple[Span, ...]:
    """Neighbours that look alike as one; what cannot be seen, such as a blank between two words, joins what is before it."""
    merged: list[Span] = []
    for span in spans:
        if merged and (blank(span.text) or replace(span, text="") == replace(merged[-1], text="")):
            merged[-1] = replace(merged[-1], text=merged[-1].text + span.text)
        else:
            merged.append(span)
    return tuple(merged)


def _followable(href: str) -> str:
    """The address when a resident may follow it; the same ones as on the web."""
    try:
        return href if urlsplit(href).scheme in SCHEMES else ""
    except ValueError:  # https://[
        return ""


@cache
def _parser() -> MarkdownIt:
    return parser()
