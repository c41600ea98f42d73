"""Snapshots on disk: whole folders with a manifest of digests, and one pointer file that is switched atomically."""

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer.calibrate import Calibration, calibration_from_json
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotNotWritten
from knowledge.atomic import replace_file

FORMAT = 3
"""Raise when files change meaning: older snapshots are then refused as damaged and built again."""

KEPT = 5
"""Snapshots kept a site, the current one included, so that going back is possible."""

MANIFEST = "manifest.json"
POINTER = "current"
UNFINISHED = ".unfinished-"

ABANDONED = 24 * 60 * 60
"""Seconds without a change after which an unfinished folder belongs to a build that died."""

_ID = re.compile(r"[0-9A-Za-z][\w-]{0,99}")


@dataclass(frozen=True, slots=True)
class Fitted:
    """When the encoder was fitted to the entries and the thresholds were chosen, which later builds may keep."""

    at: str
    entries: int
    changed: int
    """Entries that came, changed or went since."""
    state: str
    """The encoder's."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is made of."""

    id: str
    site: str
    created_at: str
    entries: int
    rows: int
    dimension: int
    model: str
    tokenizer: str
    second_look: str
    """Name of what looks once more at the best candidates; empty for nothing."""
    assurance: str
    """What the thresholds were chosen with: see `Assurance.digest`."""
    speech: str
    """The topics and nicknames it was built with: see `Builder.speech_digest`."""
    calibration: Calibration
    recipe: str
    """Digest of all that a snapshot depends on besides the entries: what another recipe made is not taken over."""
    fitted: Fitted
    files: dict[str, str]
    """Hex SHA-256 by file name."""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class SnapshotStore:
    """All snapshots of all sites under one folder: `<root>/<site>/<snapshot id>/` and `<root>/<site>/current`."""

    root: Path

    def write(self, site: str, fill: Callable[[Path], Manifest]) -> Manifest:
        """Let `fill` write the files into an unfinished folder, then give it its name; it is not yet current.

        `fill` returns the manifest without `files`. Raises SnapshotNotWritten, leaving nothing behind.
        """
        unfinished = self.root / site / f"{UNFINISHED}{secrets.token_hex(8)}"
        try:
            unfinished.mkdir(parents=True)
            manifest = _seal(unfinished, fill(unfinished))
            _name(unfinished, manifest.id)
        except OSError as error:
            raise SnapshotNotWritten(site, error.strerror or str(error)) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return manifest

    def make_current(self, site: str, snapshot: str) -> None:
        """Point the site at a snapshot once it is verified, and drop the oldest ones and what dead builds left.

        Raises SnapshotDamaged or SnapshotNotWritten.
        """
        self.verify(site, snapshot)
        try:
            with replace_file(self.root / site / POINTER) as pointer:
                pointer.write(snapshot.encode())
        except OSError as error:
            raise SnapshotNotWritten(site, error.strerror or str(error)) from error
        self._tidy(site, snapshot)

    def current(self, site: str) -> str:
        """The id of the snapshot in use. Raises SnapshotMissing, or SnapshotDamaged when the pointer cannot be read."""
        try:
            return (self.root / site / POINTER).read_text(encoding="utf-8", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise SnapshotMissing(site) from None
        except OSError as error:
            raise SnapshotDamaged(site, POINTER) from error

    def all(self, site: str) -> list[str]:
        """The ids of the site's finished snapshots, oldest first."""
        folder = self.root / site
        return sorted(each.parent.name for each in folder.glob(f"*/{MANIFEST}") if not each.parent.name.startswith("."))

    def folder(self, site: str, snapshot: str) -> Path:
        """Where a snapshot's files are."""
        return self.root / site / snapshot

    def verify(self, site: str, snapshot: str) -> Manifest:
        """The manifest, every file checked against its digest. Raises SnapshotDamaged naming the first file that is wrong."""
        if not _ID.fullmatch(snapshot):
            raise SnapshotDamaged(snapshot, POINTER)
        folder = self.folder(site, snapshot)
        manifest = _read_manifest(folder)
        if manifest.format != FORMAT or manifest.id != snapshot or manifest.site != site:
            raise SnapshotDamaged(snapshot, MANIFEST)
        for name, digest in manifest.files.items():
            if not _is_whole(folder / name, digest):
                raise SnapshotDamaged(snapshot, name)
        return manifest

    def _tidy(self, site: str, current: str) -> None:
        folder = self.root / site
        for old in [each for each in self.all(site) if each != current][: -KEPT + 1]:
            shutil.rmtree(folder / old, ignore_errors=True)
        for unfinished in folder.glob(f"{UNFINISHED}*"):
            if _seconds_unchanged(unfinished) > ABANDONED:
                shutil.rmtree(unfinished, ignore_errors=True)


def snapshot_id(made_at: datetime, content: str) -> str:
    """Sorts by time; the digest keeps two builds of one second apart."""
    return f"{made_at:%Y%m%d-%H%M%S}-{made_at.microsecond:06d}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def _seal(folder: Path, manifest: Manifest) -> Manifest:
    files = {each.name: _digest(each) for each in sorted(folder.iterdir())}
    for name in files:
        _sync(folder / name)
    sealed = replace(manifest, files=files)
    values = asdict(sealed)
    with replace_file(folder / MANIFEST) as file:
        file.write(json.dumps({**values, "seal": _seal_of(values)}, indent=1).encode())
    return sealed


def _seal_of(values: dict[str, Any]) -> str:
    """Hex SHA-256 of the manifest's own values, which no other file could vouch for."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _name(unfinished: Path, snapshot: str) -> None:
    finished = unfinished.rename(unfinished.with_name(snapshot))
    try:
        _sync(finished.parent)
    except OSError:
        shutil.rmtree(finished, ignore_errors=True)
        raise


def _sync(path: Path) -> None:
    """Force a file's content, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_manifest(folder: Path) -> Manifest:
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if raw.pop("seal") != _seal_of(raw):
            raise SnapshotDamaged(folder.name, MANIFEST)
        return Manifest(**{**raw, "calibration": calibration_from_json(raw["calibration"]), "fitted": Fitted(**raw["fitted"])})
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise SnapshotDamaged(folder.name, MANIFEST) from error


def _is_whole(path: Path, digest: str) -> bool:
    try:
        return _digest(path) == digest
    except OSError:
        return False


def _seconds_unchanged(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
