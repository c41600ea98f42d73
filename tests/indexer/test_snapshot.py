"""Snapshots on disk: whole or refused, and the pointer that is switched at once."""

import json
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.calibrate import load_borrowed
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotNotWritten
from indexer.snapshot import ABANDONED, FORMAT, KEPT, Fitted, Manifest, SnapshotStore, snapshot_id

FILES = {"one.npy": b"first" * 50, "two.txt": "二".encode()}

FITTED = Fitted("2026-04-01T00:00:00+00:00", 2, 0, "0")

Damage = Callable[[bytes], bytes | None]
DAMAGES = {
    "deleted": lambda _: None,
    "emptied": lambda _: b"",
    "truncated": lambda old: old[:-1],
    "first bit": lambda old: bytes([old[0] ^ 1]) + old[1:],
    "middle bit": lambda old: old[: len(old) // 2] + bytes([old[len(old) // 2] ^ 4]) + old[len(old) // 2 + 1 :],
    "longer": lambda old: old + b"x",
}


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def manifest(snapshot: str, site: str = "city") -> Manifest:
    return Manifest(
        snapshot, site, "2026-04-01T00:00:00+00:00", 2, 3, 8, "words-0", "t", "", "j", "s", load_borrowed(), "r", FITTED, {}
    )


def write(store: SnapshotStore, snapshot: str, site: str = "city") -> Manifest:
    def fill(folder: Path) -> Manifest:
        for name, content in FILES.items():
            (folder / name).write_bytes(content)
        return manifest(snapshot, site)

    return store.write(site, fill)


def publish(store: SnapshotStore, snapshot: str, site: str = "city") -> None:
    store.make_current(site, write(store, snapshot, site).id)


def listing(store: SnapshotStore) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*"))


def test_a_snapshot_is_used_once_it_is_made_current(store: SnapshotStore) -> None:
    publish(store, "s1")
    written = write(store, "s2")
    assert store.current("city") == "s1"
    assert store.verify("city", "s2") == written
    store.make_current("city", "s2")
    assert store.current("city") == "s2"
    assert set(written.files) == set(FILES)


def test_going_back_to_an_older_snapshot_is_possible(store: SnapshotStore) -> None:
    publish(store, "s1")
    publish(store, "s2")
    store.make_current("city", "s1")
    assert store.current("city") == "s1"


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_every_damage_to_every_file_is_refused_by_name(store: SnapshotStore, name: str, damage: Damage) -> None:
    write(store, "s1")
    path = store.folder("city", "s1") / name
    content = damage(path.read_bytes())
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=name):
        store.verify("city", "s1")
    with pytest.raises(SnapshotDamaged, match=name):
        store.make_current("city", "s1")
    with pytest.raises(SnapshotMissing):
        store.current("city")


def test_every_changed_character_of_the_manifest_is_noticed(store: SnapshotStore) -> None:
    write(store, "s1")
    path = store.folder("city", "s1") / "manifest.json"
    whole = path.read_text(encoding="utf-8")
    for position in [place for place, character in enumerate(whole) if character.isalnum()]:
        path.write_text(f"{whole[:position]}{'7' if whole[position] != '7' else '8'}{whole[position + 1 :]}", encoding="utf-8")
        with pytest.raises(SnapshotDamaged, match=r"manifest\.json"):
            store.verify("city", "s1")


GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b"{}",
    b'{"seal": 1}',
    b"\xff\xfe",
    b"\0" * 10,
    b"[" * 100_000,
    b'{"a":' * 100_000,
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_in_place_of_the_manifest_is_refused(store: SnapshotStore, garbage: bytes) -> None:
    write(store, "s1")
    (store.folder("city", "s1") / "manifest.json").write_bytes(garbage)
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json"):
        store.verify("city", "s1")


def test_a_folder_in_place_of_a_file_is_refused(store: SnapshotStore) -> None:
    write(store, "s1")
    path = store.folder("city", "s1") / "two.txt"
    path.unlink()
    path.mkdir()
    with pytest.raises(SnapshotDamaged, match=r"two\.txt"):
        store.verify("city", "s1")


def test_a_snapshot_of_another_format_is_refused(store: SnapshotStore, monkeypatch: pytest.MonkeyPatch) -> None:
    write(store, "s1")
    monkeypatch.setattr("indexer.snapshot.FORMAT", FORMAT + 1)
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json"):
        store.verify("city", "s1")


def test_a_renamed_snapshot_is_refused(store: SnapshotStore) -> None:
    write(store, "s1")
    store.folder("city", "s1").rename(store.folder("city", "s9"))
    with pytest.raises(SnapshotDamaged, match="s9"):
        store.verify("city", "s9")


def test_a_snapshot_of_another_site_is_refused(store: SnapshotStore) -> None:
    publish(store, "s1", "city")
    shutil.copytree(store.root / "city", store.root / "town")
    assert store.current("town") == "s1"
    with pytest.raises(SnapshotDamaged, match="s1"):
        store.verify("town", "s1")


def test_a_site_that_was_never_built_has_no_snapshot(store: SnapshotStore) -> None:
    assert store.all("city") == []
    with pytest.raises(SnapshotMissing, match="city"):
        store.current("city")


@pytest.mark.parametrize(
    "pointer",
    [b"", b"s9", b"../town/s1", b".", b"..", b"\xff\xfe", b"a\0b", b"x" * 5000, b".unfinished-s1", b"s1/"],
    ids=range(10),
)
def test_a_pointer_to_nothing_is_refused(store: SnapshotStore, pointer: bytes) -> None:
    publish(store, "s1", "town")
    publish(store, "s1")
    (store.root / "city" / "current").write_bytes(pointer)
    current = store.current("city")
    with pytest.raises(SnapshotDamaged):
        store.verify("city", current)


def test_a_pointer_that_cannot_be_read_is_refused(store: SnapshotStore) -> None:
    (store.root / "city" / "current").mkdir(parents=True)
    with pytest.raises(SnapshotDamaged, match="current"):
        store.current("city")


def test_unfinished_and_half_written_snapshots_are_not_listed(store: SnapshotStore) -> None:
    write(store, "s1")
    shutil.copytree(store.folder("city", "s1"), store.root / "city" / ".unfinished-0")
    (store.root / "city" / "s2").mkdir()
    assert store.all("city") == ["s1"]


@pytest.mark.parametrize("place", ["snapshots", "snapshots/city"])
def test_a_folder_that_cannot_be_made_is_reported_with_its_reason(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("a file, not a folder")
    store = SnapshotStore(tmp_path / "snapshots")
    with pytest.raises(SnapshotNotWritten, match=r"city.*(File exists|Not a directory)"):
        write(store, "s1")
    with pytest.raises(SnapshotMissing):
        store.current("city")
    assert store.all("city") == []


def test_the_same_snapshot_is_not_written_twice(store: SnapshotStore) -> None:
    publish(store, "s1")
    with pytest.raises(SnapshotNotWritten):
        write(store, "s1")
    assert store.verify("city", store.current("city")).id == "s1"


def test_a_programming_mistake_leaves_nothing_behind(store: SnapshotStore) -> None:
    publish(store, "s1")
    before = listing(store)
    with pytest.raises(ZeroDivisionError):
        store.write("city", lambda _: manifest(str(1 // 0)))
    assert listing(store) == before


def test_only_the_newest_snapshots_are_kept(store: SnapshotStore) -> None:
    for number in range(KEPT + 3):
        publish(store, f"s{number}")
    assert store.all("city") == [f"s{number}" for number in range(3, KEPT + 3)]


def test_the_snapshot_in_use_is_kept_however_old_it_is(store: SnapshotStore) -> None:
    for number in range(KEPT):
        publish(store, f"s{number}")
    for number in range(KEPT, KEPT + 3):
        write(store, f"s{number}")
    store.make_current("city", "s0")
    assert store.all("city") == ["s0", *(f"s{number}" for number in range(4, KEPT + 3))]
    assert len(store.all("city")) == KEPT


def test_what_dead_builds_left_is_dropped_and_what_others_write_is_not(store: SnapshotStore) -> None:
    publish(store, "s1")
    dead, alive = store.root / "city" / ".unfinished-dead", store.root / "city" / ".unfinished-alive"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "one.npy").write_bytes(b"half")
    long_ago = time.time() - ABANDONED - 60
    os.utime(dead, (long_ago, long_ago))
    publish(store, "s2")
    assert not dead.exists()
    assert alive.exists()


def test_snapshots_can_be_read_by_whoever_may_read_the_folder(store: SnapshotStore) -> None:
    write(store, "s1")
    assert store.folder("city", "s1").stat().st_mode == store.root.stat().st_mode


def test_builds_at_the_same_time_do_not_disturb_each_other(store: SnapshotStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: publish(store, f"s{number}"), range(KEPT)))
    assert store.all("city") == [f"s{number}" for number in range(KEPT)]
    assert store.verify("city", store.current("city"))
    assert not [path for path in listing(store) if "unfinished" in path or path.endswith(".tmp")]


def test_ids_sort_by_time_and_differ_by_content() -> None:
    early, late = datetime(2026, 4, 1, 9, 0, 0, 5, tzinfo=UTC), datetime(2026, 4, 1, 9, 0, 0, 10, tzinfo=UTC)
    assert snapshot_id(early, "b") < snapshot_id(late, "a")
    assert snapshot_id(early, "a") != snapshot_id(early, "b")


def test_the_manifest_on_disk_can_be_read_by_people(store: SnapshotStore) -> None:
    written = write(store, "s1")
    value = json.loads((store.folder("city", "s1") / "manifest.json").read_text(encoding="utf-8"))
    assert value["entries"] == written.entries
    assert value["calibration"]["source"] == "borrowed"
