"""What a power cut or a disk error at any single step leaves of the snapshots."""

import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from indexer.calibrate import load_borrowed
from indexer.errors import SnapshotDamaged, SnapshotNotWritten
from indexer.snapshot import Fitted, Manifest, SnapshotStore
from knowledge.errors import KnownError

BORROWED = load_borrowed()
FITTED = Fitted("2026-04-01T00:00:00+00:00", 2, 0, "0")


class PowerCut(BaseException):
    """Nothing is done any more, not even cleaning up."""


def write(store: SnapshotStore, snapshot: str) -> Manifest:
    def fill(folder: Path) -> Manifest:
        (folder / "one.npy").write_bytes(b"first" * 50)
        (folder / "two.txt").write_bytes(b"second")
        return Manifest(
            snapshot, "city", "2026-04-01T00:00:00+00:00", 2, 3, 8, "words-0", "t", "", "j", "s", BORROWED, "r", FITTED, {}
        )

    return store.write("city", fill)


def publish(store: SnapshotStore, snapshot: str) -> None:
    store.make_current("city", write(store, snapshot).id)


def listing(store: SnapshotStore) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*"))


class Disk:
    """Counts what is asked of the disk and lets one step, or all from one on, fail."""

    STEPS = ((os, "mkdir"), (io, "open"), (os, "open"), (os, "fsync"), (os, "rename"), (os, "replace"))

    def __init__(self, fail_at: int, error: Callable[[], BaseException], *, for_good: bool) -> None:
        self.fail_at, self.error, self.for_good = fail_at, error, for_good
        self.done: list[str] = []
        self.failed = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for module, name in self.STEPS:
                patch.setattr(module, name, self._step(name, getattr(module, name)))
            for name in ("unlink", "rmdir"):
                patch.setattr(os, name, self._cleaning(getattr(os, name)))
            yield

    def _step(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if len(self.done) == self.fail_at and (self.for_good or not self.failed):
                self.failed = True
                raise self.error()
            self.done.append(name)
            return real(*args, **kwargs)

        return step

    def _cleaning(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def clean(*args: Any, **kwargs: Any) -> Any:
            if self.failed and self.for_good:
                raise self.error()
            return real(*args, **kwargs)

        return clean


def no_space() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def every_step(
    folder: Path, act: Callable[[SnapshotStore], object], error: Callable[[], BaseException]
) -> Iterator[tuple[SnapshotStore, Disk, BaseException]]:
    """The store after each failing step in turn, each time in a new folder where s1 is current and s2 is written."""
    for_good = isinstance(error(), PowerCut)
    for step in range(200):
        store = SnapshotStore(folder / str(step))
        publish(store, "s1")
        write(store, "s2")
        disk = Disk(step, error, for_good=for_good)
        try:
            with disk.at_work():
                act(store)
        except (KnownError, PowerCut) as raised:
            yield store, disk, raised
        if not disk.failed:
            assert step > 5
            return
    pytest.fail("too many steps")


def test_a_power_cut_at_any_step_of_writing_leaves_the_old_snapshot_in_use(tmp_path: Path) -> None:
    for store, _, _ in every_step(tmp_path, lambda store: write(store, "s3"), PowerCut):
        assert store.current("city") == "s1"
        assert all(store.verify("city", snapshot).id == snapshot for snapshot in store.all("city"))
        publish(store, "s4")
        assert store.verify("city", store.current("city")).id == "s4"


def test_a_power_cut_at_any_step_of_switching_leaves_one_whole_snapshot_in_use(tmp_path: Path) -> None:
    for store, disk, _ in every_step(tmp_path, lambda store: store.make_current("city", "s2"), PowerCut):
        assert store.current("city") == ("s2" if "replace" in disk.done else "s1")
        assert store.verify("city", store.current("city"))
        publish(store, "s4")
        assert store.current("city") == "s4"


def test_an_error_at_any_step_of_writing_changes_nothing(tmp_path: Path) -> None:
    for store, _, raised in every_step(tmp_path, lambda store: write(store, "s3"), no_space):
        assert isinstance(raised, SnapshotNotWritten)
        assert "No space left" in str(raised)
        assert store.current("city") == "s1"
        fresh = SnapshotStore(tmp_path / "fresh")
        publish(fresh, "s1")
        write(fresh, "s2")
        assert listing(store) == listing(fresh)
        shutil.rmtree(fresh.root)


def test_an_error_at_any_step_of_switching_leaves_one_whole_snapshot_in_use(tmp_path: Path) -> None:
    for store, disk, raised in every_step(tmp_path, lambda store: store.make_current("city", "s2"), no_space):
        assert isinstance(raised, SnapshotNotWritten | SnapshotDamaged)
        assert store.current("city") == ("s2" if "replace" in disk.done else "s1")
        assert store.all("city") == ["s1", "s2"]
        assert store.verify("city", store.current("city"))
        assert [path for path in listing(store) if path.endswith(".tmp")] == []
