"""Building from the snapshot in use: only what changed is made again, and what comes out is as good as new."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer

import indexer.kept
from indexer.bags import Matrix, unit
from indexer.build import Builder, word_vector_fit
from indexer.calibrate import Source
from indexer.corpus import cut
from indexer.kept import DRIFT, match
from indexer.search import Searcher, open_snapshot, word_encoder_opener
from indexer.snapshot import Manifest, SnapshotStore
from indexer.transformer import Prefixes, TransformerEncoder
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry, Kind
from knowledge.sheet import read_entries
from knowledge.topics import read_topics
from tests.assured import assurance

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
SEED = Path(__file__).parents[2] / "knowledge" / "seed" / "entries"

CITY = [entry for file in sorted(SEED.glob("*.jsonl")) for entry in read_entries(file).good]
"""The sample city: two entries are less than one in a hundred."""
MOVED = replace(CITY[70], question="ドローンの飛ばし方を教わりたいときは")
CHANGED = [*CITY[:70], MOVED, *CITY[71:]]
assert 1 <= DRIFT * len(CITY) < 3
QUIET = [replace(entry, wordings=()) for entry in CITY]
"""The same with no wording to rehearse with, which is quicker to build."""


def questions(entries: Sequence[Entry]) -> list[str]:
    return [wording for entry in entries for wording in entry.wordings[:2]]


class Building:
    """Builds one site again and again."""

    def __init__(self, root: Path, tokenizer: Tokenizer, model: WordVectors) -> None:
        self.builder = Builder(SnapshotStore(root), tokenizer, word_vector_fit(model), assurance(), read_topics()[::20])
        self.model, self.minute = model, 0

    def publish(self, entries: Sequence[Entry], anew: bool = False) -> Manifest:
        self.minute += 1
        manifest = self.builder.build("city", entries, NOON + timedelta(minutes=self.minute), anew=anew)
        self.builder.store.make_current("city", manifest.id)
        return manifest

    def open(self, manifest: Manifest) -> Searcher:
        opener = word_encoder_opener(self.model)
        return open_snapshot(self.builder.store, "city", manifest.id, self.builder.tokenizer, opener, assurance())

    def bytes_of(self, manifest: Manifest, name: str) -> bytes:
        return (self.builder.store.folder("city", manifest.id) / name).read_bytes()


@pytest.fixture
def building(tmp_path: Path, tokenizer: Tokenizer, built_in: WordVectors) -> Building:
    return Building(tmp_path, tokenizer, built_in)


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, built_in: WordVectors
) -> tuple[Building, Manifest, Manifest, Manifest]:
    """The city, the city with one entry changed built from it, and the same built anew."""
    building = Building(tmp_path_factory.mktemp("city"), tokenizer, built_in)
    first, again = building.publish(CITY), building.publish(CHANGED)
    return building, first, again, building.publish(CHANGED, anew=True)


def test_the_manifest_says_when_all_was_fitted_and_how_much_has_changed_since(
    both: tuple[Building, Manifest, Manifest, Manifest],
) -> None:
    _, first, again, anew = both
    assert (first.fitted.at, first.fitted.entries, first.fitted.changed) == (first.created_at, len(CITY), 0)
    assert again.fitted == replace(first.fitted, changed=1)
    assert again.calibration == first.calibration
    assert (anew.fitted.at, anew.fitted.changed) == (anew.created_at, 0)


def test_what_did_not_change_keeps_its_very_bytes(both: tuple[Building, Manifest, Manifest, Manifest]) -> None:
    building, first, again, _ = both
    before, after = building.open(first).ranker, building.open(again).ranker
    assert before.passages
    assert after.passages
    for one, other in ((before.vectors.rows, after.vectors.rows), (before.passages, after.passages)):
        for entry in range(len(CITY)):
            own, same = (each.codes.table[each.starts[entry] : each.starts[entry + 1]] for each in (one, other))
            assert (own.tolist() == same.tolist()) == (entry != 70)
    assert building.bytes_of(first, "bridge.npz") == building.bytes_of(again, "bridge.npz")


def test_word_scores_are_those_of_a_snapshot_made_anew(both: tuple[Building, Manifest, Manifest, Manifest]) -> None:
    """Every entry changes how telling words are, and this costs nothing to do."""
    building, _, again, anew = both
    for name in ("words.npz", "vocabulary.txt", "lexical.entries.npy", "lexical.scores.npy", "entries.jsonl"):
        assert building.bytes_of(again, name) == building.bytes_of(anew, name)


def test_the_same_entries_are_found_as_in_a_snapshot_made_anew(both: tuple[Building, Manifest, Manifest, Manifest]) -> None:
    building, _, again, anew = both
    one, other = building.open(again), building.open(anew)
    asked = questions(CITY)
    firsts, tens = [], []
    for question in asked:
        rankings = [[hit.entry.id for hit in each.search(question, 10).ranking] for each in (one, other)]
        firsts.append(rankings[0][0] == rankings[1][0])
        tens.append(len(set(rankings[0]) & set(rankings[1])) / len(rankings[1]))
    assert np.mean(firsts) > 0.99
    assert np.mean(tens) > 0.98


def test_the_changed_entry_is_found_by_its_new_words(both: tuple[Building, Manifest, Manifest, Manifest]) -> None:
    building, _, again, _ = both
    found = building.open(again).search("ドローンを飛ばしたい").ranking[0].entry
    assert found == MOVED


def test_entries_that_come_go_and_change_places_are_where_they_belong(building: Building) -> None:
    building.publish(QUIET)
    new = Entry("new", "ドローンを飛ばす許可", "ドローンの飛行は公園課に申請します。", wordings=("ドローン飛ばしたい",))
    turned = building.publish([new, *QUIET[:0:-1]])
    assert turned.fitted.changed == 1
    city = building.open(turned)
    assert city.search("ドローンを飛ばしたい").ranking[0].entry == new
    anew = building.open(building.publish([new, *QUIET[:0:-1]], anew=True))
    same = [city.search(each).ranking[0].entry == anew.search(each).ranking[0].entry for each in questions(CITY[1:])]
    assert np.mean(same) > 0.99


def test_changes_add_up_until_all_is_made_anew(building: Building, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer.kept, "DRIFT", 3 / len(CITY))
    building.publish(QUIET)
    entries, changes = list(QUIET), []
    for number in range(5):
        entries[number] = replace(entries[number], answer=f"{entries[number].answer}\n第{number}庁舎で受け付けます。")
        changes.append(building.publish(entries).fitted.changed)
    assert changes == [1, 2, 3, 0, 1]


def test_an_entry_that_has_become_boilerplate_elsewhere_is_made_again(tokenizer: Tokenizer) -> None:
    entries = [Entry(str(number), f"質問{number}", f"答え{number}です。\n窓口へ。") for number in range(5)]
    earlier = cut(entries, tokenizer)
    corpus = cut([*entries, Entry("5", "質問5", "窓口へ。"), Entry("6", "質問6", "一階です。")], tokenizer, earlier)
    assert match(corpus, earlier).tolist() == [-1] * 7
    assert match(cut(entries[::-1], tokenizer, earlier), earlier).tolist() == [4, 3, 2, 1, 0]


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 3), max_size=8))
def test_entries_are_matched_one_to_one_and_in_order(split_tokenizer: Tokenizer, before: list[int], now: list[int]) -> None:
    """Even if several are alike."""
    earlier, corpus = (cut([Entry("1", "abcd"[number], "") for number in each], split_tokenizer) for each in (before, now))
    rows = match(corpus, earlier).tolist()
    taken = [row for row in rows if row >= 0]
    assert len(taken) == len(set(taken)) == sum(min(before.count(each), now.count(each)) for each in range(4))
    assert all(before[row] == each for row, each in zip(rows, now, strict=True) if row >= 0)


def test_waste_items_keep_their_names_and_new_ones_get_theirs(building: Building) -> None:
    items = [Entry(name, f"「{name}」は何ごみですか。", "燃やすごみ", (name,), Kind.WASTE) for name in ("障子", "座布団")]
    building.publish([*QUIET, *items])
    new = Entry("冷蔵庫", "「冷蔵庫」は何ごみですか。", "粗大ごみ", ("冷蔵庫",), Kind.WASTE)
    manifest = building.publish([new, *QUIET, *items[1:]])
    assert manifest.fitted.changed > 0
    city = building.open(manifest)
    for asked, item in (("ざぶとん", "座布団"), ("れいぞうこ", "冷蔵庫")):
        assert city.search(asked).ranking[0].entry.id == item
    assert all(hit.entry.id != "障子" for hit in city.search("障子", 50).ranking)


def test_another_bound_makes_all_anew(building: Building) -> None:
    building.publish(CITY)
    building.builder = replace(building.builder, assurance=replace(assurance(), bound=0.2))
    manifest = building.publish(CITY)
    assert manifest.calibration.bound == 0.2
    assert manifest.fitted.at == manifest.created_at


def test_other_resident_speech_makes_all_anew(building: Building) -> None:
    first = building.publish(QUIET)
    building.builder = replace(building.builder, topics=read_topics()[::30])
    assert building.publish(QUIET).recipe != first.recipe


def test_another_model_makes_all_anew(building: Building, letter_vectors: WordVectors) -> None:
    building.publish(QUIET)
    building.builder = replace(building.builder, fit=word_vector_fit(letter_vectors))
    manifest = building.publish(QUIET)
    assert manifest.dimension == 8
    assert manifest.fitted.at == manifest.created_at


def test_a_site_that_can_promise_for_the_first_time_does(building: Building) -> None:
    """One wording more may be the hundredth."""
    few = [replace(entry, wordings=entry.wordings[: (number < 33 and 3) or 0]) for number, entry in enumerate(CITY)]
    assert building.publish(few).calibration.source is Source.BORROWED
    assert building.publish([*few[:-1], CITY[-1]]).calibration.source is not Source.BORROWED


class LetterModel:
    """Stands for a transformer: a text is how often it has each letter."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: list[str], **_: object) -> Matrix:
        self.encoded += texts
        rows = np.array([np.bincount([ord(letter) % 64 for letter in text], minlength=64) for text in texts], np.float32)
        return unit(rows)


def test_a_model_that_does_not_adapt_encodes_only_what_changed(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much that is."""
    model = LetterModel()
    encoder = TransformerEncoder("letters", cast(SentenceTransformer, model), Prefixes())
    builder = Builder(SnapshotStore(tmp_path), tokenizer, lambda *_: encoder, assurance())
    builder.store.make_current("city", builder.build("city", QUIET, NOON).id)
    assert len(model.encoded) > len(QUIET)
    model.encoded.clear()
    monkeypatch.setattr(indexer.kept, "DRIFT", 0.0)
    changed = [QUIET[1], replace(QUIET[0], answer="窓口へ。"), *QUIET[2:]]
    manifest = builder.build("city", changed, NOON + timedelta(minutes=1))
    assert manifest.fitted.at == manifest.created_at
    encoded_entries = [text for text in model.encoded if text.startswith(tuple(each.question for each in QUIET))]
    assert encoded_entries == [f"{QUIET[0].question}\n窓口へ。"]
