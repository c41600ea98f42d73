"""Brings published entries to residents: check → build → gate → make current."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from app.clock import Clock
from app.live import OpenSnapshot
from indexer.build import Builder
from indexer.corpus import Progress
from indexer.snapshot import Manifest
from knowledge.calendar import TOKYO
from knowledge.sites import site as find_site
from knowledge.store import published


@dataclass(frozen=True, slots=True)
class Publisher:
    """Makes snapshots current; whoever serves them notices within a second."""

    sessions: sessionmaker[Session]
    builder: Callable[[str], Builder]
    """For one site, with how its residents speak today."""
    open_snapshot: OpenSnapshot
    clock: Clock

    def publish(self, site: str, progress: Progress | None = None, anew: bool = False) -> Manifest:
        """Build a snapshot of what is published today, from the one in use or anew, and make it current.

        Raises UnknownSite, NothingToBuild, SnapshotNotWritten, what a damaged sheet of resident speech raises, or
        SnapshotDamaged when the new snapshot cannot be opened again; the previous one then serves on.
        """
        now = self.clock()
        with self.sessions() as session:
            find_site(session, site)
            entries = published(session, site, now.astimezone(TOKYO).date())
        builder = self.builder(site)
        manifest = builder.build(site, entries, now, progress, anew)
        # The gate: what cannot be opened and searched here must not reach residents.
        self.open_snapshot(site, manifest.id).search(entries[0].question)
        builder.store.make_current(site, manifest.id)
        return manifest
