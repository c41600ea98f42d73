"""Where pages come from: a folder, one JSONL file, or a text file that lists files; each page as text with its path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.clean import clean, shown
from knowledge.encoding import detect, lines, open_text_file
from knowledge.errors import KnownError
from knowledge.problem import Problem
from knowledge.tables import json_rows

MAX_PAGE = 5_000_000
"""Bytes of a page; a longer one is a data dump and nothing residents read."""
_MARKDOWN = (".md", ".markdown")
_SUFFIXES = (".html", ".htm", *_MARKDOWN)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CODECS = {
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis", "windows-31j", "ms_kanji", "cp932"), "cp932"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    "iso-2022-jp": "iso2022_jp",
}
_HALF_KANA = re.compile("[\uff61-\uff9f]")


class UnknownPageSource(KnownError):
    """Neither a folder, nor a JSONL file, nor a list of files. `name`"""

    status = 415


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page as it was found."""

    path: str
    text: str
    is_markdown: bool
    row: int | None = None


def page_files(source: Path) -> Iterator[PageFile | Problem]:
    """The pages of a folder, a .jsonl file (also .gz) or a .txt list, each path once.

    Raises UnknownPageSource, and the errors of `knowledge.sheet_errors` for the JSONL file or the list.
    """
    seen: dict[str, int | None] = {}
    for page in _found(source):
        if isinstance(page, Problem):
            yield page
        elif page.path in seen:
            yield page_problem("page_twice", page.path, page.row)
        elif not page.text.strip():
            yield page_problem("page_empty", page.path, page.row)
        else:
            seen[page.path] = page.row
            yield page


def page_problem(key: str, path: str, row: int | None = None, **values: object) -> Problem:
    """A problem whose sentence begins with the page."""
    return Problem(row, key, {"path": shown(path, 200), **values})


def decode_page(data: bytes) -> str | None:
    """The text of a page: UTF-8 where it is valid, else as declared, unless the other encoding of old pages reads better."""
    declared = _DECLARED.search(data[:4096])
    codec = _CODECS.get(declared[1].decode().lower()) if declared else None
    if codec == "iso2022_jp" or b"\x1b$B" in data[:MAX_PAGE]:
        return _decoded(data, "iso2022_jp")
    text = _decoded(data, "utf-8-sig")
    if text is not None:
        return text
    guesses = [text for text in (_decoded(data, each) for each in (codec, "cp932", "euc_jp") if each) if text is not None]
    # Read as Shift_JIS, EUC-JP turns into a row of half-width kana.
    return min(guesses, key=lambda text: len(_HALF_KANA.findall(text)), default=None)


def _found(source: Path) -> Iterator[PageFile | Problem]:
    if source.is_dir():
        return _from_folder(source)
    name = source.name.lower()
    if name.endswith((".jsonl", ".jsonl.gz")):
        return _from_json(source)
    if name.endswith(".txt"):
        return _from_list(source)
    raise UnknownPageSource(name=source.name)


def _from_folder(folder: Path) -> Iterator[PageFile | Problem]:
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder)
        if file.suffix.lower() in _SUFFIXES and file.is_file() and not any(part.startswith(".") for part in inner.parts):
            yield _from_file(file, folder, None)


def _from_list(source: Path) -> Iterator[PageFile | Problem]:
    with open_text_file(source) as stream:
        encoding = detect(stream, source.name)
        stream.seek(0)
        listed = [clean(line.decode(encoding)).strip() if line else "" for line in lines(stream, source.name)]
    for row, name in enumerate(listed, 1):
        if name and not name.startswith("#"):
            yield _from_file(source.parent / name, source.parent, row)


def _from_file(file: Path, folder: Path, row: int | None) -> PageFile | Problem:
    """A page named by its path from the folder, outside of which nothing is read, not even through a link."""
    try:
        inside = file.resolve().relative_to(folder.resolve())
        named = file.relative_to(folder).as_posix() if ".." not in file.parts else inside.as_posix()
    except ValueError:
        return page_problem("page_outside", file.name, row)
    if file.suffix.lower() not in _SUFFIXES:
        return page_problem("page_format", named, row)
    try:
        if file.stat().st_size > MAX_PAGE:
            return page_problem("page_too_large", named, row, limit=MAX_PAGE // 1_000_000)
        text = decode_page(file.read_bytes())
    except OSError:
        return page_problem("page_unreadable", named, row)
    if text is None:
        return page_problem("page_encoding", named, row)
    return PageFile(named, clean(text), file.suffix.lower() in _MARKDOWN, row)


def _from_json(source: Path) -> Iterator[PageFile | Problem]:
    for item in json_rows(source):
        yield item if isinstance(item, Problem) else _from_value(*item)


def _from_value(row: int, value: object) -> PageFile | Problem:
    """From {"path", "markdown"} or {"path", "html"}; what else a crawler noted is not looked at."""
    fields = value if isinstance(value, dict) else {}
    path, markdown, html = (fields.get(name) for name in ("path", "markdown", "html"))
    text = html if markdown is None else markdown
    if not isinstance(path, str) or not isinstance(text, str) or (markdown is not None and html is not None):
        return Problem(row, "page_shape")
    if not path.strip() or path != clean(path) or "\n" in path or path.startswith("/") or ".." in PurePosixPath(path).parts:
        return Problem(row, "page_path", {"path": shown(path)})
    if len(text) > MAX_PAGE:
        return page_problem("page_too_large", path, row, limit=MAX_PAGE // 1_000_000)
    return PageFile(path, clean(text), markdown is not None, row)


def _decoded(data: bytes, codec: str) -> str | None:
    for variant in (codec, "euc_jis_2004") if codec == "euc_jp" else (codec,):  # ① and its kind are only in the second
        try:
            return data.decode(variant)
        except UnicodeDecodeError:
            continue
    return None
