"""Asks a city's own web server for pages: one at a time, only under the configured address, never for longer than a guest may."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from app.settings import PagePlace
from evals.page_copies import PageCopy
from knowledge import VERSION
from knowledge.clean import clean
from knowledge.page_files import MAX_PAGE, decode_page
from knowledge.sentences import say

AGENT = "madoguchi"
SECONDS = 20.0
"""For one page, redirects included."""
PAUSE = 0.3
"""Seconds between two pages."""
MOST_REDIRECTS = 5
PATIENCE = 3
"""Pages in a row that did not come, after which the rest is left for the next night."""
_PAGES = ("text/html", "application/xhtml+xml", "text/markdown", "text/plain")
_GONE = (404, 410)
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that was kept as it was, and why; the sentence is `page_kept.<key>` in the wording."""

    url: str
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What to show staff."""
        return say("evals", f"page_kept.{self.key}", **self.values)


class _Refused(Exception):
    """Why no page came."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class _Came(NamedTuple):
    status: int
    headers: httpx.Headers
    body: bytes


@dataclass
class Fetcher:
    """Reads the pages of one site; close the client afterwards."""

    place: PagePlace
    client: httpx.Client
    clock: Callable[[], float] = time.monotonic
    rest: Callable[[float], None] = time.sleep
    _rules: RobotFileParser | None = None
    _failed: int = 0
    """Pages in a row that did not come."""

    def read(self, url: str, path: str, known: PageCopy | None) -> PageCopy | Unread:
        """The page as it is now; the known copy when the server says that nothing changed."""
        if self._failed >= PATIENCE:
            return Unread(url, "not_tried")
        try:
            came = self._ask(url, known)
        except _Refused as refusal:
            self._failed = self._failed + 1 if refusal.key in ("slow", "unreachable") else 0
            return Unread(url, refusal.key, refusal.values)
        self._failed = 0
        if came.status == httpx.codes.NOT_MODIFIED and known:
            return known
        text = decode_page(came.body)
        if text is None:
            return Unread(url, "encoding")
        markdown = _content_type(came.headers) == "text/markdown"
        return PageCopy(url, path, clean(text), markdown, came.headers.get("etag", ""), came.headers.get("last-modified", ""))

    def _ask(self, url: str, known: PageCopy | None) -> _Came:
        until = self.clock() + SECONDS
        if self._rules is None:
            self._rules = self._robots(until)
        if not self._rules.can_fetch(AGENT, url):
            raise _Refused("robots")
        self.rest(PAUSE)
        came = self._follow(url, _conditions(known), until)
        if came.status in _GONE:
            raise _Refused("gone", status=came.status)
        if came.status not in (httpx.codes.OK, httpx.codes.NOT_MODIFIED):
            raise _Refused("status", status=came.status)
        if came.status == httpx.codes.OK and _content_type(came.headers) not in _PAGES:
            raise _Refused("not_a_page", kind=_content_type(came.headers)[:40])
        return came

    def _follow(self, url: str, conditions: Mapping[str, str], until: float) -> _Came:
        """The answer behind redirects, none of which may lead out of the site."""
        target = url
        for _ in range(MOST_REDIRECTS + 1):
            came = self._get(target, conditions, until)
            if came.status not in _MOVED or "location" not in came.headers:
                return came
            target = _joined(target, came.headers["location"])
            if not target.startswith(self.place.url):
                raise _Refused("elsewhere", target=target[:200])
        raise _Refused("redirects", limit=MOST_REDIRECTS)

    def _get(self, url: str, conditions: Mapping[str, str], until: float) -> _Came:
        with _told_apart(), self.client.stream("GET", url, headers=dict(conditions)) as answer:
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > MAX_PAGE:
                    raise _Refused("too_large", limit=MAX_PAGE // 1_000_000)
                if self.clock() > until:  # a server that sends a byte now and then never times out by itself
                    raise _Refused("slow", seconds=SECONDS)
            return _Came(answer.status_code, answer.headers, bytes(body))

    def _robots(self, until: float) -> RobotFileParser:
        """What the server lets programs read; no file means everything, a server in trouble means nothing (RFC 9309, 2.3.1)."""
        came = self._get(urljoin(self.place.url, "/robots.txt"), {}, until)
        if came.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _Refused("status", status=came.status)
        rules = RobotFileParser()
        found = came.status == httpx.codes.OK
        rules.parse(came.body.decode("utf-8", "replace").splitlines() if found else [])
        return rules


@contextmanager
def web_client() -> Iterator[httpx.Client]:
    """A client that follows nothing by itself."""
    with httpx.Client(timeout=SECONDS / 2, headers={"User-Agent": f"{AGENT}/{VERSION}"}) as client:
        yield client


def host(place: PagePlace) -> str:
    """The web server's name."""
    return urlsplit(place.url).netloc


@contextmanager
def _told_apart() -> Iterator[None]:
    """httpx's errors as ours."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise _Refused("slow", seconds=SECONDS) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _Refused("unreachable", reason=str(error)[:200] or type(error).__name__) from error


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError as error:  # http://[
        raise _Refused("unreachable", reason=location[:200]) from error


def _conditions(known: PageCopy | None) -> dict[str, str]:
    """Asks only for what is newer than what we have."""
    if known is None:
        return {}
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in given.items() if value}


def _content_type(headers: httpx.Headers) -> str:
    return str(headers.get("content-type", "")).partition(";")[0].strip().lower()
