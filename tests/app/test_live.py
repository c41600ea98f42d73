"""The snapshot in use is swapped whole, soon, and never for one that cannot be opened."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
import structlog

from app import live
from app.live import LOOK_EVERY, Live
from app.wiring import Service
from channels.message import Outcome
from indexer.embed import WordEncoder
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotOfAnotherJudge, SnapshotOfAnotherModel
from indexer.search import Searcher
from indexer.snapshot import SnapshotStore
from tests.app.small_city import ENTRIES, KITA, SITE, SetClock, ask, service, take


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass for Live, which otherwise stands still."""
    now = [100.0]
    monkeypatch.setattr(live, "monotonic", lambda: now[0])

    def wait(some: float) -> None:
        now[0] += some

    return wait


def published(running: Service, clock: SetClock, answer: str) -> str:
    """A newer snapshot, current, in which 住民票 is answered so."""
    clock.now += timedelta(seconds=1)
    take(running, SITE, [replace(ENTRIES[0], answer=answer), *ENTRIES[1:]])
    return running.publisher.publish(KITA).id


def damage(running: Service, snapshot: str, file: str = "entries.jsonl") -> None:
    path = running.engine.store.folder(KITA, snapshot) / file
    path.write_bytes(path.read_bytes()[:-1])


def test_a_new_snapshot_is_in_use_within_a_second(own_city: Service, clock: SetClock, seconds: Callable[[float], None]) -> None:
    assert "1通300円" in ask(own_city, "住民票がほしい").entries[0].answer
    published(own_city, clock, "1通400円です。")
    seconds(LOOK_EVERY - 0.01)
    assert "1通300円" in ask(own_city, "住民票がほしい").entries[0].answer
    seconds(0.01)
    assert "1通400円" in ask(own_city, "住民票がほしい").entries[0].answer
    assert LOOK_EVERY <= 1


def test_the_disk_is_left_alone_between_looks(own_city: Service, seconds: Callable[[float], None]) -> None:
    searcher = own_city.live.searcher(KITA)
    (own_city.settings.snapshots / KITA / "current").unlink()
    assert own_city.live.searcher(KITA) is searcher
    seconds(LOOK_EVERY)
    assert own_city.live.searcher(KITA) is searcher, "a pointer that is gone for a moment must not end the service"


def test_a_damaged_snapshot_is_refused_and_the_previous_one_serves_on(
    own_city: Service, clock: SetClock, seconds: Callable[[float], None]
) -> None:
    good = own_city.live.searcher(KITA)
    bad = published(own_city, clock, "1通400円です。")
    damage(own_city, bad)
    seconds(LOOK_EVERY)
    with structlog.testing.capture_logs() as logged:
        for _ in range(3):
            assert own_city.live.searcher(KITA) is good
            seconds(LOOK_EVERY)
    assert own_city.live.refused(KITA) == bad
    assert [(each["event"], each["snapshot"]) for each in logged] == [("snapshot refused", bad)]


def test_the_next_good_snapshot_ends_the_refusal(own_city: Service, clock: SetClock, seconds: Callable[[float], None]) -> None:
    own_city.live.searcher(KITA)
    damage(own_city, published(own_city, clock, "1通400円です。"))
    seconds(LOOK_EVERY)
    own_city.live.searcher(KITA)
    newest = published(own_city, clock, "1通500円です。")
    seconds(LOOK_EVERY)
    assert own_city.live.searcher(KITA).manifest.id == newest
    assert own_city.live.refused(KITA) is None


def test_going_back_to_an_older_snapshot_is_noticed(own_city: Service, clock: SetClock, seconds: Callable[[float], None]) -> None:
    first = own_city.live.searcher(KITA).manifest.id
    published(own_city, clock, "1通400円です。")
    seconds(LOOK_EVERY)
    own_city.live.searcher(KITA)
    own_city.engine.store.make_current(KITA, first)
    seconds(LOOK_EVERY)
    assert own_city.live.searcher(KITA).manifest.id == first


@pytest.mark.parametrize("file", ["entries.jsonl", "manifest.json", "vectors.faiss"])
def test_a_start_with_a_damaged_snapshot_takes_the_newest_good_one(own_city: Service, clock: SetClock, file: str) -> None:
    published(own_city, clock, "1通400円です。")
    good = published(own_city, clock, "1通500円です。")
    damage(own_city, published(own_city, clock, "1通600円です。"), "entries.jsonl")
    bad = published(own_city, clock, "1通700円です。")
    damage(own_city, bad, file)
    restarted = service(own_city.settings.data_dir, clock)
    with structlog.testing.capture_logs() as logged:
        assert restarted.live.searcher(KITA).manifest.id == good
    assert restarted.live.refused(KITA) == bad
    assert [each["event"] for each in logged] == ["snapshot refused", "snapshot refused", "snapshot in use"]
    assert "1通500円" in ask(restarted, "住民票がほしい").entries[0].answer


@pytest.mark.parametrize("pointer", [b"", b"\n", b"..", b"/"])
def test_a_damaged_pointer_is_like_a_damaged_snapshot(own_city: Service, pointer: bytes) -> None:
    (own_city.settings.snapshots / KITA / "current").write_bytes(pointer)
    with pytest.raises(SnapshotDamaged):
        own_city.live.searcher(KITA)


def test_a_pointer_that_cannot_be_read_for_a_while_is_told_and_forgotten(
    own_city: Service, seconds: Callable[[float], None]
) -> None:
    pointer = own_city.settings.snapshots / KITA / "current"
    current = pointer.read_bytes()
    searcher = own_city.live.searcher(KITA)
    pointer.unlink()
    pointer.mkdir()
    with structlog.testing.capture_logs() as logged:
        for _ in range(3):
            seconds(LOOK_EVERY)
            assert own_city.live.searcher(KITA) is searcher
    assert own_city.live.refused(KITA)
    assert [each["event"] for each in logged] == ["snapshot refused"]
    pointer.rmdir()
    pointer.write_bytes(current)
    seconds(LOOK_EVERY)
    assert own_city.live.searcher(KITA) is searcher
    assert own_city.live.refused(KITA) is None


def test_going_back_to_the_snapshot_that_serves_ends_the_refusal(
    own_city: Service, clock: SetClock, seconds: Callable[[float], None]
) -> None:
    good = own_city.live.searcher(KITA).manifest.id
    damage(own_city, published(own_city, clock, "1通400円です。"))
    seconds(LOOK_EVERY)
    own_city.live.searcher(KITA)
    own_city.engine.store.make_current(KITA, good)
    seconds(LOOK_EVERY)
    own_city.live.searcher(KITA)
    assert own_city.live.refused(KITA) is None


def test_when_nothing_can_be_opened_it_says_which_file_and_recovers(
    own_city: Service, clock: SetClock, seconds: Callable[[float], None]
) -> None:
    current = own_city.engine.store.current(KITA)
    damage(own_city, current, "words.npz")
    for _ in range(3):
        with pytest.raises(SnapshotDamaged, match=rf"{current}.*words\.npz"):
            own_city.live.searcher(KITA)
    published(own_city, clock, "1通400円です。")
    seconds(LOOK_EVERY)
    assert own_city.live.searcher(KITA)


def test_a_refusal_does_not_drag_along_every_traceback(own_city: Service) -> None:
    damage(own_city, own_city.engine.store.current(KITA))
    depths = []
    for _ in range(5):
        with pytest.raises(SnapshotDamaged) as refusal:
            own_city.live.searcher(KITA)
        depths.append(len(refusal.traceback))
    assert len(set(depths)) == 1


def test_a_snapshot_of_another_model_is_told_apart_from_a_damaged_one(own_city: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordEncoder, "name", "another")
    with pytest.raises(SnapshotOfAnotherModel, match="another"):
        own_city.live.searcher(KITA)


def with_another_judge(running: Service) -> Service:
    """The service as a newer version of the program would be, whose judge was fitted again."""
    usual = running.engine.assurance
    running.engine.__dict__["assurance"] = replace(usual, domain=replace(usual.domain, intercept=usual.domain.intercept + 1))
    return running


def test_a_new_judge_refuses_the_thresholds_of_the_old_one_until_the_next_build(own_city: Service, clock: SetClock) -> None:
    newer = with_another_judge(service(own_city.settings.data_dir, clock))
    with pytest.raises(SnapshotOfAnotherJudge, match="madoguchi build"):
        newer.live.searcher(KITA)
    assert ask(newer, "住民票がほしい").outcome is Outcome.ERROR_NOT_READY
    clock.now += timedelta(seconds=1)
    newer.publisher.publish(KITA)
    rebuilt = with_another_judge(service(own_city.settings.data_dir, clock))
    assert ask(rebuilt, "住民票がほしい").outcome is Outcome.ANSWERED_ENTRY


def test_a_running_service_serves_on_when_a_newer_version_builds(
    own_city: Service, clock: SetClock, seconds: Callable[[float], None]
) -> None:
    good = own_city.live.searcher(KITA)
    clock.now += timedelta(seconds=1)
    newest = with_another_judge(service(own_city.settings.data_dir, clock)).publisher.publish(KITA).id
    seconds(LOOK_EVERY)
    assert own_city.live.searcher(KITA) is good
    assert own_city.live.refused(KITA) == newest


def test_a_site_without_snapshots_is_missing_until_there_is_one(own_city: Service, seconds: Callable[[float], None]) -> None:
    minami = replace(SITE, id="minami")
    take(own_city, minami, ENTRIES)
    with pytest.raises(SnapshotMissing):
        own_city.live.searcher("minami")
    assert own_city.live.refused("minami") is None
    own_city.publisher.publish("minami")
    seconds(LOOK_EVERY)
    assert own_city.live.searcher("minami").manifest.site == "minami"
    assert own_city.live.searcher(KITA).manifest.site == KITA


def test_many_threads_open_a_snapshot_once(own_city: Service) -> None:
    opened = count()
    engine = own_city.engine
    together = Barrier(8)

    def open_and_count(site: str, snapshot: str) -> Searcher:
        next(opened)
        return engine.open(site, snapshot)

    shared = Live(engine.store, open_and_count)

    def first_question(_: int) -> str:
        together.wait()
        return shared.searcher(KITA).search("住民票").hits[0].entry.id

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(first_question, range(8))) == {"juminhyo"}
    assert next(opened) == 1


def test_questions_from_many_threads_while_snapshots_change(
    own_city: Service, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.0)
    texts = {f"1通{price}円です。" for price in range(3)}

    def one(_: int) -> str:
        return ask(own_city, "住民票がほしい").entries[0].answer

    published(own_city, clock, "1通0円です。")
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(one, number) for number in range(10)]
        for price in (1, 2):
            published(own_city, clock, f"1通{price}円です。")
            answers += [threads.submit(one, number) for number in range(10)]
        assert {answer.result() for answer in answers} <= texts
    assert one(0) == "1通2円です。"


def test_a_store_that_does_not_exist_is_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing):
        Live(SnapshotStore(tmp_path / "nowhere"), lambda *_: pytest.fail("nothing to open")).searcher(KITA)
