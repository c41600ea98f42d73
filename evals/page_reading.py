"""Reads a site's procedure pages again, from its web server or from a folder; a page that looks broken is left as it was."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote, urldefrag, urljoin

from app.settings import PagePlace
from evals.errors import PagesMissing
from evals.page_copies import PageCopy
from evals.page_fetch import Fetcher, Unread, web_client
from knowledge.entry import Entry, Kind
from knowledge.page_files import PageFile, page_files
from knowledge.problem import Problem

SHRUNK = 0.3
"""Share of its former length under which a page is taken for a notice in its place."""
LESS = 0.7
"""The same for a page that asks for a password: who only adds a box for members takes nothing away."""
ENOUGH = 200
"""Characters that a page must have had to be judged by its length."""
_PASSWORD = re.compile(r"""<input\b[^>]*\btype\s*=\s*["']?password\b""", re.IGNORECASE)


class Reading(NamedTuple):
    """The pages as they are now, and those of which nobody can say."""

    pages: tuple[PageCopy, ...]
    unread: tuple[Unread, ...]


def read_again(place: PagePlace, entries: Iterable[Entry], known: Mapping[str, PageCopy]) -> Reading:
    """All pages of a folder, or those on the web that entries link to. Raises PagesMissing."""
    if place.folder is not None:
        found = list(_from_folder(place))
        gone = known.keys() - {each.url for each in found}
        return judged([*found, *(Unread(url, "gone_file") for url in sorted(gone))], known)
    with web_client() as client:
        return read_web(Fetcher(place, client), entries, known)


def read_web(fetcher: Fetcher, entries: Iterable[Entry], known: Mapping[str, PageCopy]) -> Reading:
    """The pages on the web that entries link to."""
    wanted = addresses(fetcher.place, entries)
    return judged((fetcher.read(url, path, known.get(url)) for url, path in wanted.items()), known)


def addresses(place: PagePlace, entries: Iterable[Entry]) -> dict[str, str]:
    """Every page of the site that an entry links to, with the path that an import calls it by."""
    found: dict[str, str] = {}
    for entry in entries:
        for link in filter(None, (entry.source, entry.procedure)):
            url = absolute(place, link)
            if url.startswith(place.url):
                path = entry.details.get("path", "") if entry.kind is Kind.PAGE else ""
                found[url] = path or found.get(url) or unquote(url.removeprefix(place.url))
    return dict(sorted(found.items()))


def absolute(place: PagePlace, link: str) -> str:
    """The address of a page without its anchor; entries may link by path."""
    return urldefrag(urljoin(place.url, link)).url


def judged(found: Iterable[PageCopy | Unread], known: Mapping[str, PageCopy]) -> Reading:
    """What was read, less the pages that look broken."""
    seen = [each if isinstance(each, Unread) else _judged(each, known.get(each.url)) for each in found]
    return Reading(
        tuple(each for each in seen if isinstance(each, PageCopy)), tuple(each for each in seen if isinstance(each, Unread))
    )


def _judged(copy: PageCopy, before: PageCopy | None) -> PageCopy | Unread:
    if before is not None and before.text == copy.text:
        return copy
    try:
        length = len(copy.told)
    except RecursionError:
        return Unread(copy.url, "too_deep")
    if _asks_for_password(copy, before) and (length < ENOUGH or (before and length < LESS * len(before.told))):
        return Unread(copy.url, "login")
    if not copy.page.sections:
        return Unread(copy.url, "empty")
    if before is not None and len(before.told) >= ENOUGH and length < SHRUNK * len(before.told):
        return Unread(copy.url, "shrunk", {"before": len(before.told), "after": length})
    return copy


def _asks_for_password(copy: PageCopy, before: PageCopy | None) -> bool:
    """Whether it does and did not before: some sites have a box for members on every page."""
    return bool(_PASSWORD.search(copy.text)) and not (before and _PASSWORD.search(before.text))


def _from_folder(place: PagePlace) -> Iterator[PageCopy | Unread]:
    if place.folder is None or not place.folder.is_dir():
        raise PagesMissing(str(place.folder))
    for file in page_files(place.folder):
        if isinstance(file, PageFile):
            yield PageCopy(f"{place.url}{quote(file.path)}", file.path, file.text, file.is_markdown)
        else:
            yield _unreadable(place, file)


def _unreadable(place: PagePlace, problem: Problem) -> Unread:
    path = str(problem.values.get("path", ""))
    return Unread(f"{place.url}{quote(path)}", "file", {"reason": problem.sentence})
