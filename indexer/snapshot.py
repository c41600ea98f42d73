"""Snapshots on disk: whole folders with a manifest of digests, and one pointer file that is switched atomically."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotNotWritten

FORMAT = 1
"""Raise when files change meaning: older snapshots are then refused as damaged and built again."""

KEPT = 5
"""Snapshots kept a site, the current one included, so that going back is possible."""

MANIFEST = "manifest.json"
POINTER = "current"
UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Fused scores from which an entry is given as the answer, and from which it is offered as a suggestion."""

    answer: float
    suggest: float


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
    thresholds: Thresholds
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
        folder = self.root / site
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        except OSError as error:
            raise SnapshotNotWritten(folder.name, error.strerror or str(error)) from error
        try:
            manifest = _seal(unfinished, fill(unfinished))
            unfinished.rename(folder / manifest.id)
            sync(folder)
        except OSError as error:
            raise SnapshotNotWritten(folder.name, error.strerror or str(error)) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return manifest

    def make_current(self, site: str, snapshot: str) -> None:
        """Point the site at a snapshot that has been verified, and drop the oldest ones and unfinished ones."""
        self.verify(site, snapshot)
        folder = self.root / site
        try:
            write_atomically(folder / POINTER, snapshot.encode())
        except OSError as error:
            raise SnapshotNotWritten(folder.name, error.strerror or str(error)) from error
        for old in [each for each in self.all(site) if each != snapshot][: -KEPT + 1]:
            shutil.rmtree(folder / old, ignore_errors=True)

    def current(self, site: str) -> str:
        """The id of the snapshot in use. Raises SnapshotMissing."""
        try:
            return (self.root / site / POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise SnapshotMissing(site) from None

    def all(self, site: str) -> list[str]:
        """The ids of the site's finished snapshots, oldest first."""
        folder = self.root / site
        return sorted(each.parent.name for each in folder.glob(f"*/{MANIFEST}") if not each.parent.name.startswith("."))

    def folder(self, site: str, snapshot: str) -> Path:
        """Where a snapshot's files are."""
        return self.root / site / snapshot

    def verify(self, site: str, snapshot: str) -> Manifest:
        """The manifest, every file checked against its digest. Raises SnapshotDamaged."""
        folder = self.folder(site, snapshot)
        manifest = _read_manifest(folder)
        for name, digest in manifest.files.items():
            if not (folder / name).is_file() or _digest(folder / name) != digest:
                raise SnapshotDamaged(snapshot, name)
        return manifest


def snapshot_id(made_at: datetime, content: str) -> str:
    """Sorts by time; the digest keeps two builds of one second apart."""
    return f"{made_at:%Y%m%d-%H%M%S}-{made_at.microsecond:06d}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a small file so that a reader, or a power cut, sees the old or the new one and nothing between."""
    unfinished = path.with_name(f".{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Force a file's content, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seal(folder: Path, manifest: Manifest) -> Manifest:
    files = {each.name: _digest(each) for each in sorted(folder.iterdir())}
    for name in files:
        sync(folder / name)
    sealed = replace(manifest, files=files)
    write_atomically(folder / MANIFEST, json.dumps(asdict(sealed), indent=1).encode())
    return sealed


def _read_manifest(folder: Path) -> Manifest:
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**{**raw, "thresholds": Thresholds(**raw["thresholds"])})
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise SnapshotDamaged(folder.name, MANIFEST) from error
    if manifest.format != FORMAT or manifest.id != folder.name:
        raise SnapshotDamaged(folder.name, MANIFEST)
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
