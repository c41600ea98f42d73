"""Procedure pages of the city's web site as entries, one for each section."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from knowledge.check import MAX_LENGTHS, MAX_QUESTION, from_json, short_digest
from knowledge.clean import shown
from knowledge.entry import Entry, Kind
from knowledge.errors import KnownError
from knowledge.links import is_safe_link
from knowledge.page_files import PageFile, page_files, page_problem
from knowledge.problem import Imported, Problem
from knowledge.sections import Page, Section, read_html, read_markdown
from knowledge.sentences import say

MAX_PART = 4_000
"""Characters of one entry; a longer section is cut where a paragraph ends."""
_MAX_PATH = MAX_QUESTION - 20
"""Leaves room for the number of a part."""
_JOINT = "："
_TITLE_PARTS = re.compile(r"\s*[|｜]\s*|\s+[-–—/／:：>＞»]\s+")
_CONTACT = re.compile(
    r"(?:この)?(?:ページ|記事|情報|内容)*の?(?:内容)?(?:に(?:関|かん)する|についての)?"
    r"お?問い?合わ?せ(?:先|窓口)?(?:[・、]連絡先)?|連絡先|担当(?:課|部署|部局|窓口)?(?:・連絡先)?"
)
_REFERENCE_LINE = re.compile(r"(?:参照|参考|出典)\s*(?:[:：]|$)")
_REFERENCES = re.compile(r"参照|参考|(?:関連|外部|参考)?(?:ページ|リンク|サイト)(?:集)?")


class BadBaseUrl(KnownError):
    """The pages cannot be linked to under this. `url`"""


@dataclass(frozen=True, slots=True)
class _Read:
    """A page file and what it says."""

    file: PageFile
    page: Page


def read_pages(source: Path, base_url: str = "") -> Imported:
    """The sections of a folder of .html, .htm and .md files, of a JSONL file of pages, or of the files that a .txt lists.

    An entry links to `base_url` + path + anchor, and keeps its ID as long as path and headings stay. Sections on whom to ask
    become the `contact` of the others. Raises BadBaseUrl, UnknownPageSource and the errors of `knowledge.sheet_errors`.
    """
    if not is_safe_link(base_url):
        raise BadBaseUrl(url=shown(base_url))
    problems: list[Problem] = []
    pages: list[_Read] = []
    for file in page_files(source):
        read = file if isinstance(file, Problem) else _read(file)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            pages.append(read)
    site_names = _site_names(pages)
    good: list[Entry] = []
    for page in pages:
        for item in _entries(page, site_names, base_url):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                good.append(item)
    return Imported(tuple(good), tuple(problems))


def _read(file: PageFile) -> _Read | Problem:
    try:
        page = read_markdown(file.text) if file.is_markdown else read_html(file.text)
    except RecursionError:
        return page_problem("page_too_deep", file.path, file.row)
    if page.is_frameset:
        return page_problem("page_frames", file.path, file.row)
    return _Read(file, page) if page.sections else page_problem("page_empty", file.path, file.row)


def _entries(read: _Read, site_names: frozenset[str], base_url: str) -> Iterator[Entry | Problem]:
    path, row = read.file.path, read.file.row
    if not any(section.headings for section in read.page.sections):
        yield page_problem("page_without_headings", path, row)
    sections = _titled(read, site_names)
    contacts = _contacts(sections)
    asked = [section for section in sections if not _is_told(section, contacts)] or sections
    times: Counter[tuple[str, ...]] = Counter()
    for section in asked:
        parts = cut(section.text)
        for number, part in enumerate(parts, 1):
            value = {
                "id": f"page-{short_digest(path, *section.headings, str(times[section.headings]))}",
                "kind": Kind.PAGE.value,
                "question": _question(section.headings, number, len(parts)),
                "answer": part,
                "source": _link(base_url, path, section.anchor),
                "contact": _contact(section.headings, contacts),
                "details": {"path": path, "headings": " > ".join(section.headings)},
            }
            times[section.headings] += 1
            checked = from_json(value)
            if isinstance(checked, Entry):
                yield checked
            else:
                yield from (Problem(row, "at_page", {"path": path, "sentence": each.sentence}) for each in checked)


def _site_names(pages: Sequence[_Read]) -> frozenset[str]:
    """The parts that most titles share, such as 〇〇市公式ホームページ."""
    titles = [set(_TITLE_PARTS.split(read.page.title)) for read in pages if read.page.title]
    counted = Counter(part for title in titles for part in title)
    return frozenset(part for part, times in counted.items() if times >= 3 and times * 2 >= len(titles))


def _titled(read: _Read, site_names: frozenset[str]) -> list[Section]:
    """The sections worth an entry, each with its full heading path: the page's title first, nothing twice."""
    parts = [part for part in _TITLE_PARTS.split(read.page.title) if part and part not in site_names]
    title = parts[0] if parts else ""
    found: list[Section] = []
    for section in read.page.sections:
        headings = section.headings
        if title and not (headings and _same(title, headings[0])):
            headings = (title, *headings)
        headings = tuple(next(group) for _, group in groupby(headings, _subject)) or (PurePosixPath(read.file.path).stem,)
        if not _only_refers(section):
            found.append(replace(section, headings=headings))
    return found


def _subject(heading: str) -> str:
    """What a heading is on: 転入届について is followed by 転入届 only to say it again."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).removesuffix("について")


def _same(title: str, heading: str) -> bool:
    """Whether the title says the heading again, with or without something around it."""
    left, right = _subject(title), _subject(heading)
    return left in right or right in left


def _only_refers(section: Section) -> bool:
    """Whether it only sends the reader elsewhere, by links whose targets an answer does not show."""
    return section.only_links and len(section.headings) > 1 and _REFERENCES.fullmatch(section.headings[-1]) is not None


_Contacts = Mapping[tuple[str, ...], str]
"""Whom to ask, by the headings above the section that says so."""


def _contacts(sections: Sequence[Section]) -> _Contacts:
    told: dict[tuple[str, ...], list[str]] = {}
    for section in sections:
        depth = _contact_depth(section.headings)
        if depth:
            told.setdefault(section.headings[:depth], []).extend([*section.headings[depth + 1 :], section.text])
    joined = {above: "\n".join(_contact_lines("\n".join(texts))) for above, texts in told.items()}
    return {above: text for above, text in joined.items() if len(text) <= MAX_LENGTHS["contact"]}


def _contact_lines(text: str) -> Iterator[str]:
    """Without list marks, and without the references that pages put at their end, below whatever comes last."""
    lines = (line.strip().removeprefix("- ") for line in text.split("\n") if line.strip())
    return takewhile(lambda line: not _REFERENCE_LINE.match(line), lines)


def _contact_depth(headings: Sequence[str]) -> int:
    """How many headings stand above the one on whom to ask; 0 when there is none, or when it is the page's own subject."""
    plain = [unicodedata.normalize("NFKC", text).replace(" ", "") for text in headings]
    return next((depth for depth, text in enumerate(plain) if depth and _CONTACT.fullmatch(text)), 0)


def _is_told(section: Section, contacts: _Contacts) -> bool:
    depth = _contact_depth(section.headings)
    return depth > 0 and section.headings[:depth] in contacts


def _contact(headings: tuple[str, ...], contacts: _Contacts) -> str:
    """What the closest heading above says."""
    return next((contacts[headings[:depth]] for depth in range(len(headings), 0, -1) if headings[:depth] in contacts), "")


def _question(headings: Sequence[str], number: int, parts: int) -> str:
    question = _JOINT.join(headings)
    if len(question) > _MAX_PATH:
        question = _JOINT.join((headings[0], "…", headings[-1]))[:_MAX_PATH]
    return question if parts == 1 else say("knowledge", "pages.part", question=question, part=number, parts=parts)


def _link(base_url: str, path: str, anchor: str) -> str:
    place = f"#{quote(anchor)}" if anchor else ""
    if re.match(r"https?://", path):
        return path.partition("#")[0] + place
    return f"{base_url.rstrip('/')}/{quote(path)}{place}" if base_url else quote(path) + place


def cut(text: str, limit: int = MAX_PART) -> list[str]:
    """The text in parts of at most `limit` characters, cut between paragraphs, else lines, else sentences, else anywhere."""
    return _cut(text, limit, ("\n\n", "\n", "。"))


def _cut(text: str, limit: int, borders: tuple[str, ...]) -> list[str]:
    if len(text) <= limit:
        return [text]
    if not borders:
        return [text[start : start + limit] for start in range(0, len(text), limit)]
    parts = [""]
    for piece in re.split(f"(?<={re.escape(borders[0])})", text):
        if len(parts[-1]) + len(piece.rstrip("\n")) > limit:
            parts.append("")
        parts[-1] += piece
    trimmed = (part.strip("\n") for part in parts)
    return [small for part in trimmed if part for small in _cut(part, limit, borders[1:])]
