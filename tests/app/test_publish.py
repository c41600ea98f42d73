"""What was approved reaches residents; what cannot be served does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.live import Live
from app.publish import Publisher
from app.wiring import Service
from indexer.errors import NothingToBuild, SnapshotDamaged, SnapshotNotWritten
from indexer.search import Searcher
from knowledge.database import writing
from knowledge.entry import Kind
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.sites import UnknownSite, add_site
from tests.app.small_city import ENTRIES, KITA, SITE, SetClock, service, take


def live_now(running: Service) -> Searcher:
    """The searcher that a process which looks at this moment would use."""
    return Live(running.engine.store, running.engine.open).searcher(KITA)


def test_a_publication_holds_what_is_published_and_is_current(own_city: Service, clock: SetClock) -> None:
    clock.now += timedelta(seconds=1)
    seen: list[tuple[int, int]] = []
    manifest = own_city.publisher.publish(KITA, lambda done, total: seen.append((done, total)))
    assert own_city.engine.store.current(KITA) == manifest.id
    assert set(live_now(own_city).by_id) == {each.id for each in ENTRIES}
    assert seen[-1] == (len(ENTRIES), len(ENTRIES))


def test_drafts_are_not_published(own_city: Service, clock: SetClock) -> None:
    clock.now += timedelta(seconds=1)
    with writing(own_city.sessions) as session:
        changed = [replace(ENTRIES[0], answer="未承認"), *ENTRIES[1:], replace(ENTRIES[1], id="new")]
        take_in(session, KITA, Kind.FAQ, changed, 0, By("import", "draft", clock()), publish=False)
    own_city.publisher.publish(KITA)
    searcher = live_now(own_city)
    assert "new" not in searcher.by_id
    assert searcher.by_id["juminhyo"].answer == ENTRIES[0].answer


def test_what_has_ended_in_japan_is_left_out(own_city: Service, clock: SetClock) -> None:
    clock.now = datetime(2026, 11, 23, 14, 59, tzinfo=UTC)
    own_city.publisher.publish(KITA)
    assert "ended" in live_now(own_city).by_id
    clock.now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    own_city.publisher.publish(KITA)
    assert "ended" not in live_now(own_city).by_id


def test_nothing_to_publish_leaves_the_old_snapshot(own_city: Service, clock: SetClock) -> None:
    before = own_city.engine.store.current(KITA)
    take(own_city, SITE, [replace(ENTRIES[0], valid_until=date(2026, 11, 1))])
    clock.now += timedelta(seconds=1)
    with pytest.raises(NothingToBuild):
        own_city.publisher.publish(KITA)
    assert own_city.engine.store.current(KITA) == before


def test_a_disk_that_refuses_leaves_the_old_snapshot(own_city: Service, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    blocked = Service(
        own_city.settings.model_copy(update={"data_dir": tmp_path / "file", "database_url": own_city.settings.database})
    )
    before = own_city.engine.store.current(KITA)
    with pytest.raises(SnapshotNotWritten):
        blocked.publisher.publish(KITA)
    assert own_city.engine.store.current(KITA) == before


@pytest.mark.parametrize("file", ["entries.jsonl", "vectors.faiss", "manifest.json"])
def test_the_gate_refuses_what_cannot_be_opened(own_city: Service, clock: SetClock, file: str) -> None:
    before = own_city.engine.store.current(KITA)
    clock.now += timedelta(seconds=1)
    engine = own_city.engine

    def open_after_a_disk_error(site: str, snapshot: str) -> Searcher:
        path = engine.store.folder(site, snapshot) / file
        path.write_bytes(path.read_bytes()[:-1])
        return engine.open(site, snapshot)

    publisher = Publisher(own_city.sessions, engine.builder, open_after_a_disk_error, clock)
    with pytest.raises(SnapshotDamaged):
        publisher.publish(KITA)
    assert engine.store.current(KITA) == before
    assert own_city.live.searcher(KITA).manifest.id == before
    clock.now += timedelta(seconds=1)
    assert own_city.publisher.publish(KITA).id == engine.store.current(KITA)


def test_an_unknown_site_is_not_published(own_city: Service) -> None:
    with pytest.raises(UnknownSite):
        own_city.publisher.publish("nowhere")
    assert not (own_city.settings.snapshots / "nowhere").exists()


def test_a_site_without_entries_has_nothing_to_publish(tmp_path: Path) -> None:
    running = service(tmp_path)
    with writing(running.sessions) as session:
        add_site(session, SITE, running.clock())
    with pytest.raises(NothingToBuild):
        running.publisher.publish(KITA)
