"""A candidate: a snapshot built aside, which nobody serves until it has passed the gate, and the bot over one snapshot."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session, sessionmaker

from app.live import Live
from app.migrations.migrate import migrate
from app.records.store import Records
from app.wiring import Service
from indexer.corpus import Progress
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotOfAnotherModel
from indexer.search import Searcher
from indexer.snapshot import Manifest, SnapshotStore
from knowledge.calendar import TOKYO
from knowledge.database import connect, sessions, writing
from knowledge.entry import Site
from knowledge.sites import add_site
from knowledge.store import published

ASIDE = ".candidates"
"""Beside the sites' folders, so that a candidate becomes one of them by a change of name."""


class _BuiltAside(SnapshotStore):
    """Takes the words that did not change from the snapshot in use, and writes elsewhere."""

    def write(self, site: str, fill: Callable[[Path], Manifest]) -> Manifest:
        return SnapshotStore(self.root / ASIDE).write(site, fill)


@dataclass(frozen=True, slots=True)
class Candidates:
    """At most one candidate for each site; whoever uses it holds the site's night."""

    running: Service

    @property
    def store(self) -> SnapshotStore:
        """Where they are until they are promoted."""
        return SnapshotStore(self.running.engine.store.root / ASIDE)

    def build(self, site: str, made_at: datetime, progress: Progress | None = None) -> Manifest:
        """Build from what is published at that moment. Raises UnknownSite, NothingToBuild or SnapshotNotWritten."""
        self.drop(site)
        self.running.find_site(site)
        with self.running.sessions() as session:
            entries = published(session, site, made_at.astimezone(TOKYO).date())
        builder = replace(self.running.engine.builder(site), store=_BuiltAside(self.running.engine.store.root))
        # What small changes of the day have let drift is adapted and calibrated anew.
        return builder.build(site, entries, made_at, progress, anew=True)

    def open(self, site: str, snapshot: str) -> Searcher:
        """The candidate, or the snapshot it has become. Raises SnapshotDamaged or SnapshotOfAnotherModel."""
        aside = self.store.folder(site, snapshot).is_dir()
        return self.running.engine.open(site, snapshot, self.store if aside else None)

    def promote(self, site: str, snapshot: str) -> None:
        """Put it into use; doing it again changes nothing. Raises SnapshotDamaged or SnapshotNotWritten."""
        live = self.running.engine.store
        if not live.folder(site, snapshot).is_dir():
            self.store.verify(site, snapshot)
            live.folder(site, snapshot).parent.mkdir(parents=True, exist_ok=True)
            # One change of name: the folder is in one place or in the other, and whole in both.
            self.store.folder(site, snapshot).rename(live.folder(site, snapshot))
            _sync(live.folder(site, snapshot).parent)
        live.make_current(site, snapshot)
        self.drop(site)

    def drop(self, site: str) -> None:
        """Remove what was not promoted, and what an unfinished build left."""
        shutil.rmtree(self.store.root / site, ignore_errors=True)


def in_use(running: Service, site: str) -> str | None:
    """The id of the site's current snapshot; None before the first."""
    try:
        return running.engine.store.current(site)
    except SnapshotMissing:
        return None


def open_live(running: Service, site: str) -> Searcher | None:
    """The snapshot in use; None when there is none that this version can open."""
    current = in_use(running, site)
    if current is None:
        return None
    try:
        return running.engine.open(site, current)
    except (SnapshotDamaged, SnapshotOfAnotherModel):
        return None


@dataclass
class _Only(Live):
    """Whatever site is asked for, there is one snapshot."""

    only: Searcher = field(kw_only=True)

    def searcher(self, site: str) -> Searcher:  # noqa: ARG002
        return self.only


@dataclass(frozen=True, kw_only=True)
class SnapshotService(Service):
    """The bot over one snapshot as of one day; what is asked is kept in a database that is thrown away."""

    searcher: Searcher
    site: Site
    scratch: sessionmaker[Session]
    day: date

    @cached_property
    def records(self) -> Records:
        """Not those of residents."""
        return Records(self.scratch, self.clock)

    @cached_property
    def live(self) -> Live:
        """The one snapshot."""
        return _Only(self.engine.store, self.engine.open, only=self.searcher)

    def find_site(self, site_id: str) -> Site:  # noqa: ARG002
        """The one site."""
        return self.site

    def still_published(self, site_id: str, ids: list[str], on: date) -> set[str]:  # noqa: ARG002
        """As it was on the day: what staff have withdrawn since is no fault of the snapshot."""
        known = self.searcher.by_id
        return {each for each in ids if each in known and known[each].valid_on(self.day)}


@contextmanager
def snapshot_service(running: Service, site: str, searcher: Searcher, day: date) -> Iterator[SnapshotService]:
    """The bot over an opened snapshot. Raises UnknownSite."""
    with TemporaryDirectory(prefix="madoguchi-eval-") as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'records.db'}")
        try:
            migrate(engine)
            own, scratch = running.find_site(site), sessions(engine)
            with writing(scratch) as session:
                add_site(session, own, running.clock())
            yield SnapshotService(running.settings, running.clock, searcher=searcher, site=own, scratch=scratch, day=day)
        finally:
            engine.dispose()


def _sync(folder: Path) -> None:
    """Without this a power cut could forget the new name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
