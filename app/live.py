"""Holds the opened snapshot of every site and swaps it whole when another one becomes current."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

import structlog

from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotOfAnotherModel
from indexer.search import Searcher
from indexer.snapshot import POINTER, SnapshotStore

LOOK_AGAIN = 30.0
"""Seconds until a snapshot that could not be opened is tried again: the disk may have been at fault."""

LOOK_EVERY = 1.0
"""Seconds between two looks at a site's pointer: how late a process may notice a new snapshot."""

OpenSnapshot = Callable[[str, str], Searcher]
"""Opens a snapshot of a site; raises SnapshotDamaged or SnapshotOfAnotherModel."""

log = structlog.get_logger()


@dataclass
class _Slot:
    searcher: Searcher | None = None
    looked_at: float = float("-inf")
    refused: str | None = None
    """A snapshot that could not be opened: said once in the log, not on every question."""
    reason: SnapshotDamaged | SnapshotOfAnotherModel | None = None
    refused_at: float = float("-inf")


@dataclass
class Live:
    """The searchers in use. Safe to share between threads."""

    store: SnapshotStore
    open_snapshot: OpenSnapshot
    _slots: dict[str, _Slot] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def searcher(self, site: str) -> Searcher:
        """The site's searcher.

        Raises SnapshotMissing, or SnapshotDamaged or SnapshotOfAnotherModel when no snapshot of the site can be opened.
        """
        with self._lock:
            slot = self._slots.setdefault(site, _Slot())
            if monotonic() - slot.looked_at >= LOOK_EVERY:
                self._look(site, slot)
                slot.looked_at = monotonic()
            if slot.searcher is None:
                # The same error is raised for every question, and must not carry the traceback of each.
                raise slot.reason.with_traceback(None) if slot.reason else SnapshotMissing(site)
            return slot.searcher

    def refused(self, site: str) -> str | None:
        """The current snapshot's id when it could not be opened and an older one serves on."""
        slot = self._slots.get(site)
        return slot.refused if slot else None

    def _look(self, site: str, slot: _Slot) -> None:
        try:
            current = self.store.current(site)
        except SnapshotMissing:
            return
        except SnapshotDamaged as error:
            _refuse(slot, site, POINTER, error)
            return
        if current == slot.refused and monotonic() - slot.refused_at < LOOK_AGAIN:
            return
        slot.refused = slot.reason = None
        if slot.searcher and slot.searcher.manifest.id == current:
            return
        for snapshot in self._candidates(site, current, slot):
            try:
                slot.searcher = self.open_snapshot(site, snapshot)
            except (SnapshotDamaged, SnapshotOfAnotherModel) as error:
                _refuse(slot, site, snapshot, error)
            else:
                log.info("snapshot in use", site=site, snapshot=snapshot)
                return

    def _candidates(self, site: str, current: str, slot: _Slot) -> list[str]:
        """The current snapshot; the older ones, newest first, only while nothing serves yet."""
        older = [] if slot.searcher else [each for each in reversed(self.store.all(site)) if each < current]
        return [current, *older]


def _refuse(slot: _Slot, site: str, snapshot: str, error: SnapshotDamaged | SnapshotOfAnotherModel) -> None:
    """The first refusal is the one to tell: that of the current snapshot."""
    if slot.refused != snapshot:
        log.error("snapshot refused", site=site, snapshot=snapshot, reason=str(error))
    slot.refused, slot.reason, slot.refused_at = slot.refused or snapshot, slot.reason or error, monotonic()
