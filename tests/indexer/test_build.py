"""Making a snapshot from entries."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from indexer.bridge import Bridge
from indexer.build import Builder, word_vector_fit
from indexer.entries import StoredEntries
from indexer.errors import NothingToBuild, SnapshotNotWritten
from indexer.search import open_snapshot, word_encoder_opener
from indexer.snapshot import Manifest, SnapshotStore
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry, Kind, Translation, from_json
from knowledge.speech_sheet import Nickname
from knowledge.topics import Topic
from tests.assured import assurance

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)

ENTRIES = [
    Entry("1", "a b", "c\nd", wordings=("e", "f"), valid_until=date(2027, 3, 31), details={"kana": "え"}),
    Entry("2", "c", "line\u2028separator", kind=Kind.WASTE, translations={"en": Translation("g", "h", ("a",))}),
    Entry("3", "日本語 \U0001f600", 'quote " and \\ and \t'),
]


class CountingTokenizer(Tokenizer):
    """Cuts at spaces and remembers what it was asked to cut."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def words(self, text: str) -> list[str]:
        self.asked.append(text)
        return text.split()


@pytest.fixture
def counting() -> CountingTokenizer:
    return CountingTokenizer()


@pytest.fixture
def builder(tmp_path: Path, counting: CountingTokenizer, letter_vectors: WordVectors) -> Builder:
    return Builder(SnapshotStore(tmp_path / "snapshots"), counting, word_vector_fit(letter_vectors), assurance())


def publish(builder: Builder, entries: list[Entry], minute: int = 0) -> Manifest:
    manifest = builder.build("city", entries, NOON + timedelta(minutes=minute))
    builder.store.make_current("city", manifest.id)
    return manifest


def test_a_built_snapshot_says_what_it_is_made_of(builder: Builder, letter_vectors: WordVectors) -> None:
    manifest = builder.build("city", ENTRIES, NOON)
    assert builder.store.verify("city", manifest.id) == manifest
    assert (manifest.site, manifest.entries, manifest.rows, manifest.dimension) == ("city", 3, 3 + 4, 8)
    assert manifest.created_at == "2026-04-01T12:00:00+00:00"
    assert manifest.tokenizer == builder.tokenizer.digest
    assert (manifest.assurance, manifest.speech) == (builder.assurance.digest, builder.speech_digest)
    assert letter_vectors.digest.startswith(manifest.model.removeprefix("words-"))
    assert manifest.calibration == builder.assurance.borrowed
    assert set(manifest.files) == {path.name for path in builder.store.folder("city", manifest.id).iterdir()} - {"manifest.json"}


def test_building_does_not_yet_change_what_is_in_use(builder: Builder) -> None:
    first = publish(builder, ENTRIES)
    builder.build("city", ENTRIES[:1], NOON + timedelta(minutes=1))
    assert builder.store.current("city") == first.id


def test_the_entries_are_kept_whole_and_in_order(builder: Builder) -> None:
    manifest = builder.build("city", ENTRIES, NOON)
    folder = builder.store.folder("city", manifest.id)
    assert list(StoredEntries(folder)) == ENTRIES
    lines = (folder / "entries.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert [from_json(json.loads(line)) for line in lines] == ENTRIES


def test_another_topic_or_nickname_makes_another_snapshot_of_the_same_entries(builder: Builder) -> None:
    topic = Topic("f", "t", "a b", ("c", "d"), ("e",), ("f",), own=True)
    builders = [builder, replace(builder, topics=[topic]), replace(builder, topics=[replace(topic, says=("c",))])]
    builders.append(replace(builder, nicknames=[Nickname("gg", ("hh",))]))
    manifests = [each.build("city", ENTRIES, NOON) for each in builders]
    assert len({each.id for each in manifests}) == len({each.speech for each in manifests}) == len(builders)


def test_all_sentences_of_an_own_topic_lead(builder: Builder) -> None:
    says = tuple("abcdefgh")
    topic = Topic("f", "t", "a b", says, ("e",), ("f",))
    led = []
    for own in (False, True):
        manifest = replace(builder, topics=[replace(topic, own=own)]).build("city", ENTRIES, NOON)
        led.append(len(Bridge.load(builder.store.folder("city", manifest.id)).says))
    assert led == [7, 8]


def test_a_site_without_entries_is_not_built(builder: Builder) -> None:
    publish(builder, ENTRIES)
    with pytest.raises(NothingToBuild, match="city"):
        builder.build("city", [], NOON)
    assert len(builder.store.all("city")) == 1


def test_what_did_not_change_is_not_cut_again(builder: Builder, counting: CountingTokenizer) -> None:
    publish(builder, ENTRIES)
    counting.asked.clear()
    manifest = publish(builder, [ENTRIES[2], replace(ENTRIES[0], answer="new"), replace(ENTRIES[1], division="tax")], 1)
    assert counting.asked == ["a b", "e", "f", "new"]
    assert manifest.entries == 3


def test_a_snapshot_made_from_the_previous_one_finds_the_same_as_one_made_from_nothing(
    tmp_path: Path, builder: Builder, letter_vectors: WordVectors
) -> None:
    changed = [ENTRIES[1], Entry("4", "h h", "a\nb c"), ENTRIES[0]]
    publish(builder, ENTRIES)
    again = publish(builder, changed, 1)
    fresh = replace(builder, store=SnapshotStore(tmp_path / "fresh"))
    first = publish(fresh, changed, 1)
    opener = word_encoder_opener(letter_vectors)
    one = open_snapshot(builder.store, "city", again.id, builder.tokenizer, opener, assurance())
    other = open_snapshot(fresh.store, "city", first.id, builder.tokenizer, opener, assurance())
    for question in ("a", "h c", "g", "b b d"):
        assert one.search(question).ranking == other.search(question).ranking != ()


@pytest.mark.parametrize("name", ["words.npz", "vocabulary.txt", "manifest.json", "entries.jsonl"])
def test_a_damaged_previous_snapshot_is_not_used(builder: Builder, counting: CountingTokenizer, name: str) -> None:
    previous = publish(builder, ENTRIES)
    path = builder.store.folder("city", previous.id) / name
    path.write_bytes(path.read_bytes()[:-1])
    counting.asked.clear()
    assert publish(builder, ENTRIES, 1).entries == 3
    assert "a b" in counting.asked


def test_progress_is_told(builder: Builder) -> None:
    told: list[tuple[int, int]] = []
    builder.build("city", ENTRIES, NOON, lambda done, of: told.append((done, of)))
    assert told[-1] == (3, 3)


@pytest.mark.parametrize("size", [64, 200, 500, 1000])
def test_a_full_disk_is_reported_and_the_previous_snapshot_stays(
    builder: Builder, files_up_to: Callable[[int], AbstractContextManager[None]], size: int
) -> None:
    first = publish(builder, ENTRIES)
    many = [Entry(str(number), f"a{number}", "b c d") for number in range(30)]
    with files_up_to(size), pytest.raises(SnapshotNotWritten, match="書き込めませんでした"):
        builder.build("city", many, NOON + timedelta(minutes=1))
    assert builder.store.current("city") == first.id
    assert sorted(path.name for path in (builder.store.root / "city").iterdir()) == [first.id, "current"]
    assert builder.store.verify("city", first.id) == first


def test_a_folder_that_cannot_be_written_is_reported(builder: Builder) -> None:
    builder.store.root.write_text("a file, not a folder")
    with pytest.raises(SnapshotNotWritten, match="city"):
        builder.build("city", ENTRIES, NOON)
