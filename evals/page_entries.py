"""The entries that importing pages would give, and changed ones put before staff as texts that wait for approval."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from app.commands.import_ import with_divisions
from app.settings import PagePlace
from evals.page_copies import PageCopy
from knowledge.entry import Entry, Kind, State
from knowledge.pages import read_pages
from knowledge.rows import By
from knowledge.sites import site as find_site
from knowledge.store import Stored, UnknownEntry, live_entries, stored
from knowledge.workflow import draft, submit


def path_of(entry: Entry) -> str:
    """The page that an entry was made of; empty for an entry of another kind."""
    return entry.details.get("path", "") if entry.kind is Kind.PAGE else ""


def entries_of(pages: Sequence[PageCopy], place: PagePlace) -> tuple[Entry, ...]:
    """What importing these pages gives. All of a site are needed at once: what titles share is left out of the questions."""
    if not pages:
        return ()
    with TemporaryDirectory(prefix="madoguchi-pages-") as folder:
        file = Path(folder) / "pages.jsonl"
        with file.open("w", encoding="utf-8") as stream:
            for page in pages:
                row = {"path": page.path, "markdown" if page.is_markdown else "html": page.text}
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        return read_pages(file, place.url).good


def draft_entries(session: Session, site: str, made: Sequence[Entry], paths: Collection[str], by: By) -> dict[str, list[str]]:
    """Put what changed pages say now before staff, as new texts that wait for approval; by page, the entries concerned.

    Only pages that have entries already get any, and that can still be recognised by one of their sections: of a page that
    was made anew from top to bottom staff decide. Nothing live is touched, nor an entry that somebody works on or has
    retired. Doing it again changes nothing.
    """
    live = {each.entry.id: each for each in live_entries(session, site, Kind.PAGE)}
    ours = {path_of(entry) for entry in made if entry.id in live} & set(paths)
    drafted: dict[str, list[str]] = {}
    for entry in with_divisions(made, find_site(session, site)):
        if path_of(entry) in ours and _drafted(session, site, entry, live, by):
            drafted.setdefault(path_of(entry), []).append(entry.id)
    return drafted


def _drafted(session: Session, site: str, entry: Entry, live: Mapping[str, Stored], by: By) -> bool:
    """Whether a new text of the entry now waits for approval because of its page."""
    known = live.get(entry.id)
    if known is None:
        return _added(session, site, entry, by)
    wanted = _brought_up_to_date(known.entry, entry)
    if wanted == known.entry:
        return False
    if known.latest == known.live:
        _hand_in(session, site, wanted, known.latest, by)
        return True
    return known.state is State.PENDING and stored(session, site, entry.id).entry == wanted


def _added(session: Session, site: str, entry: Entry, by: By) -> bool:
    """A section that is new on its page."""
    try:
        known = stored(session, site, entry.id)
    except UnknownEntry:
        _hand_in(session, site, entry, None, by)
        return True
    return known.state is State.PENDING and known.entry == entry


def _hand_in(session: Session, site: str, entry: Entry, based_on: int | None, by: By) -> None:
    submit(session, site, entry.id, draft(session, site, entry, based_on, by), by)


def _brought_up_to_date(live: Entry, read: Entry) -> Entry:
    """The live entry with what its page says now; division, wordings, dates and translations are the staff's work and stay."""
    return replace(live, answer=read.answer, contact=read.contact or live.contact)
