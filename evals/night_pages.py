"""The steps that read procedure pages again: what changed is listed, and put before staff as drafts."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from app.settings import PagePlace
from evals import page_changes
from evals.night import PageChange, page_change_from, plain
from evals.night_work import Work
from evals.page_changes import City
from evals.page_copies import PageCopy, keep_copies, read_copies
from evals.page_entries import draft_entries, entries_of
from evals.page_fetch import Unread, host
from evals.page_reading import read_again
from knowledge.database import writing
from knowledge.entry import Entry, Kind
from knowledge.errors import KnownError
from knowledge.rows import By
from knowledge.sentences import say
from knowledge.store import live_entries

ACTOR = "nightly"
"""Who is named in the history of entries."""

READ = "pages"
"""Folder of the night with the pages as they were read in it."""

OPEN_FOR = timedelta(days=31)
"""How long a change is listed again while entries still say what the page used to say."""

_NONE: Mapping[str, str] = MappingProxyType({})

_OF_THE_SERVER = frozenset({"unreachable", "slow", "not_tried"})
"""Reasons that are the server's or the network's, and told once for all its pages."""


def read_pages(work: Work) -> object:
    """Read the pages again and list what they say otherwise; a page that cannot be read is kept as it was."""
    place = work.running.settings.page_places.get(work.site)
    shutil.rmtree(work.folder.path / READ, ignore_errors=True)
    if place is None:
        return _found()
    entries, known = _live(work), read_copies(work.copies)
    try:
        pages, unread = read_again(place, entries, known)
    except KnownError as error:
        return _found(remarks=[str(error)])
    fresh = [page for page in pages if page != known.get(page.url)]
    keep_copies(work.folder.path / READ, fresh)
    city = City(place, entries, work.running.engine.tokenizer.words)
    # On most nights nothing has changed, and a thousand pages need not be taken apart.
    made = entries_of(_all(known, fresh), place) if fresh else ()
    found = page_changes.changes(known, fresh, made, city, work.started_at)
    told = [*found, *_still_open(work, entries), *_kept(unread, known, work)]
    paths = {page.url: page.path for page in fresh}
    return _found(told, _remarks(unread, place), {each.url: paths[each.url] for each in found})


def draft_changes(work: Work) -> object:
    """Put changed sections before staff as texts that wait for approval, then remember the pages as they are now."""
    place = work.running.settings.page_places.get(work.site)
    fresh = list(read_copies(work.folder.path / READ).values())
    if place is None or not fresh:
        return {}
    made = entries_of(_all(read_copies(work.copies), fresh), place)
    by = By(ACTOR, say("evals", "nightly.draft_reason"), work.started_at)
    with writing(work.running.sessions) as session:
        drafted = draft_entries(session, work.site, made, work.result("pages")["paths"].values(), by)
    keep_copies(work.copies, fresh)
    return drafted


def listed(work: Work) -> tuple[PageChange, ...]:
    """What both steps found, as far as they were done."""
    found = work.result("pages") if work.folder.is_done("pages") else _found()
    drafted = work.result("drafts") if work.folder.is_done("drafts") else {}
    changes = (page_change_from(each) for each in found["changes"])
    return tuple(replace(each, drafts=tuple(drafted.get(found["paths"].get(each.url), ()))) for each in changes)


def _all(known: Mapping[str, PageCopy], fresh: Iterable[PageCopy]) -> list[PageCopy]:
    """Every page as it is now."""
    return list({**known, **{page.url: page for page in fresh}}.values())


def _live(work: Work) -> tuple[Entry, ...]:
    with work.running.sessions() as session:
        return tuple(each.entry for kind in Kind for each in live_entries(session, work.site, kind))


def _still_open(work: Work, entries: Iterable[Entry]) -> list[PageChange]:
    """Changes of earlier nights that entries have not followed yet."""
    by_id = {entry.id: entry for entry in entries}
    noticed = {(each.url, each.noticed_at): each for night in work.history for each in night.pages if each.differences}
    earlier = [each for each in noticed.values() if work.started_at - each.noticed_at < OPEN_FOR]
    return [still for each in earlier if (still := page_changes.still_open(each, by_id))]


def _kept(unread: Iterable[Unread], known: Mapping[str, PageCopy], work: Work) -> list[PageChange]:
    return [
        PageChange(each.url, known[each.url].title if each.url in known else each.url, work.started_at, each.sentence)
        for each in unread
        if each.key not in _OF_THE_SERVER
    ]


def _remarks(unread: Iterable[Unread], place: PagePlace) -> list[str]:
    out = [each for each in unread if each.key in _OF_THE_SERVER]
    return [say("evals", "nightly.server", host=host(place), pages=len(out), reason=out[0].sentence)] if out else []


def _found(changes: Sequence[PageChange] = (), remarks: Sequence[str] = (), paths: Mapping[str, str] = _NONE) -> dict[str, Any]:
    """What the first step tells the second: changes, sentences, and the paths of the pages that changed."""
    return {"changes": plain(list(changes)), "remarks": list(remarks), "paths": dict(paths)}
