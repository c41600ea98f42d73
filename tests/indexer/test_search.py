"""Searching one snapshot."""

import math
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.build import Builder, word_vector_fit
from indexer.embed import Encoder
from indexer.errors import SnapshotDamaged, SnapshotOfAnotherJudge, SnapshotOfAnotherModel
from indexer.search import Searcher, SearchResult, open_snapshot, word_encoder_opener
from indexer.snapshot import Manifest, SnapshotStore
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry, Translation
from tests.assured import assurance

OpenCity = Callable[[Sequence[Entry]], Searcher]

SUBJECTS = {
    "registry": "住民票の写し",
    "waste": "粗大ごみの収集",
    "insurance": "国民健康保険の加入",
    "nursery": "保育所の入所",
    "dog": "犬の登録",
    "water": "水道の開栓",
    "seal": "印鑑登録",
    "card": "マイナンバーカードの受け取り",
    "tax": "固定資産税の納付",
    "library": "図書館の利用",
}
TEN = [Entry(name, f"{subject}の手続きを知りたい", f"{subject}は市役所で受け付けます。") for name, subject in SUBJECTS.items()]
ALIKE = [Entry(str(number), "住民票の写しの取り方", "窓口で請求します。", wordings=("住民票をください",)) for number in range(8)]
SYMBOLS = [Entry("1", "？？？", "！！！"), Entry("2", "★", "→", wordings=("♪",)), Entry("3", "😀", "。")]
ENGLISH = [
    Entry("1", "How can I get a certificate?", "Come to the city hall."),
    Entry("2", "Garbage collection days", "Mondays."),
]
LONG = [Entry("1", "住民票の写し", "窓口で請求します。" * 5_600), Entry("2", "粗大ごみの収集", "電話してください" * 6_250)]
CITIES = {"ten": TEN, "one": TEN[:1], "two": TEN[:2], "alike": ALIKE, "symbols": SYMBOLS, "english": ENGLISH, "long": LONG}

QUESTIONS = [
    "住民票",
    "票",
    "あ",
    "？！",
    "",
    " \n",
    "😀",
    "ぬるぽガッ",
    "qwertyzx",
    "住民票 certificate ＧＡＲＢＡＧＥ 💧",
    "ｺﾞﾐ",
    "の",
    "手続き" * 500,
]


@pytest.fixture(scope="module")
def cities(open_city: OpenCity) -> dict[str, Searcher]:
    return {name: open_city(entries) for name, entries in CITIES.items()}


def check(result: SearchResult, city: Searcher) -> None:
    """What holds for every question to every city."""
    scores = [hit.score for hit in result.ranking]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(number) for hit in result.ranking for number in (hit.score, hit.dense, hit.lexical))
    assert all(-1.001 <= hit.dense <= 1.001 and hit.lexical >= 0 for hit in result.ranking)
    assert 0 <= result.confidence.first <= 1
    assert 0 <= result.confidence.three <= 1
    sure = result.confidence.three >= city.manifest.calibration.suggest
    assert sure or not result.hits or result.hits[0].named > 0
    assert not (sure and result.rejected)
    assert len({id(hit.entry) for hit in result.ranking}) == len(result.ranking)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("住民票をとりたい", "registry"),
        ("ソダイゴミを捨てたい", "waste"),
        ("犬を飼い始めました", "dog"),
        ("ＭＹＮＵＭＢＥＲ　ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ", "card"),
        ("税金を払う", "tax"),
        ("本を借りたい", "library"),
        ("幼稚園や保育園に入りたい", "nursery"),
    ],
)
def test_the_entry_that_answers_comes_first(cities: dict[str, Searcher], question: str, expected: str) -> None:
    assert cities["ten"].search(question).ranking[0].entry.id == expected


@pytest.mark.parametrize("name", CITIES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_any_question_to_any_city_gives_a_sensible_ranking_or_nothing(
    cities: dict[str, Searcher], name: str, question: str
) -> None:
    result = cities[name].search(question, 20)
    check(result, cities[name])
    if not result.words:
        assert result.ranking == ()


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(CITIES)), st.text() | st.text("住民票のゴミ手続き引越しabc？。 \n", max_size=60))
def test_whatever_is_typed_gives_a_sensible_ranking_or_nothing(cities: dict[str, Searcher], name: str, question: str) -> None:
    check(cities[name].search(question), cities[name])


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.builds(
            Entry,
            id=st.uuids().map(str),
            question=st.text("住民票ごみの。a？\n", max_size=8),
            answer=st.text("窓口で。手続き■問合せ\n", max_size=20),
            wordings=st.lists(st.text("税金ab ", max_size=5), max_size=2).map(tuple),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_the_entries_are_they_can_be_searched(open_city: OpenCity, entries: list[Entry]) -> None:
    city = open_city(entries)
    for question in ("住民票", "ごみ", "a", "窓口で手続き", entries[0].question):
        check(city.search(question), city)


def test_entries_that_are_all_alike_are_ranked_in_their_order_and_none_stands_out(cities: dict[str, Searcher]) -> None:
    for question in ("住民票", "住民票をください", "窓口"):
        result = cities["alike"].search(question)
        assert [hit.entry.id for hit in result.ranking] == [entry.id for entry in ALIKE]
        assert {hit.score for hit in result.ranking} == {0.0}


def test_ties_are_broken_by_the_entries_order(open_city: OpenCity) -> None:
    twins = [Entry("z", "犬の登録", "窓口"), Entry("a", "犬の登録", "窓口"), *TEN[:4]]
    result = open_city(twins).search("犬")
    assert [hit.entry.id for hit in result.ranking[:2]] == ["z", "a"]


def test_english_entries_are_found_by_their_words(cities: dict[str, Searcher]) -> None:
    assert cities["english"].search("certificate").ranking[0].entry.id == "1"
    assert cities["english"].search("GARBAGE").ranking[0].entry.id == "2"


def test_an_entry_is_found_by_its_wordings_and_translations(open_city: OpenCity) -> None:
    named = Entry("new", "転入届", "窓口", wordings=("引っ越してきた",), translations={"en": Translation("Moving in", "Counter")})
    city = open_city([*TEN, named])
    assert city.search("引っ越してきた").ranking[0].entry.id == "new"
    assert city.search("moving").ranking[0].entry.id == "new"


def test_as_many_as_asked_for_are_given_the_rejected_included(cities: dict[str, Searcher]) -> None:
    assert [len(cities["ten"].search("手続き", limit).ranking) for limit in (1, 3, 10, 1000)] == [1, 3, 10, 10]


def test_the_same_question_always_gets_the_same_ranking(cities: dict[str, Searcher]) -> None:
    first = [cities["ten"].search(question).ranking for question in QUESTIONS]
    with ThreadPoolExecutor(8) as threads:
        again = list(threads.map(lambda question: cities["ten"].search(question).ranking, QUESTIONS * 20))
    assert again == first * 20


def test_the_result_says_where_it_is_from_and_how_long_it_took(cities: dict[str, Searcher]) -> None:
    result = cities["ten"].search("住民票")
    assert result.snapshot == cities["ten"].manifest.id
    assert result.calibration == cities["ten"].manifest.calibration
    assert result.words == ("住民", "票")
    assert set(result.milliseconds) == {"encode", "rank", "judge"}
    assert min(result.milliseconds.values()) >= 0


def test_entries_can_be_looked_up_by_id(cities: dict[str, Searcher]) -> None:
    assert cities["ten"].by_id["dog"] == TEN[4]
    assert "cat" not in cities["ten"].by_id


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path)


@pytest.fixture
def built(store: SnapshotStore, tokenizer: Tokenizer, built_in: WordVectors) -> Manifest:
    return Builder(store, tokenizer, word_vector_fit(built_in), assurance()).build("city", TEN, datetime(2026, 4, 1, tzinfo=UTC))


def test_a_damaged_snapshot_is_not_opened(
    store: SnapshotStore, built: Manifest, tokenizer: Tokenizer, built_in: WordVectors
) -> None:
    whole = store.folder("city", built.id)
    for name in [*built.files, "manifest.json"]:
        content = (whole / name).read_bytes()
        (whole / name).write_bytes(content[:-1])
        with pytest.raises(SnapshotDamaged, match=name):
            open_snapshot(store, "city", built.id, tokenizer, word_encoder_opener(built_in), assurance())
        (whole / name).write_bytes(content)
    opened = open_snapshot(store, "city", built.id, tokenizer, word_encoder_opener(built_in), assurance())
    assert list(opened.entries) == TEN


def test_a_snapshot_that_is_dropped_while_it_is_opened_is_refused(
    store: SnapshotStore, built: Manifest, tokenizer: Tokenizer, built_in: WordVectors
) -> None:
    def drop_first(folder: Path, manifest: Manifest, rows: dict[str, int]) -> Encoder:
        shutil.rmtree(folder)
        return word_encoder_opener(built_in)(folder, manifest, rows)

    with pytest.raises(SnapshotDamaged, match=r"encoder\.npy"):
        open_snapshot(store, "city", built.id, tokenizer, drop_first, assurance())


@pytest.mark.parametrize(
    ("counts", "file"), [({"entries": 9}, "vectors"), ({"rows": 11}, "vectors"), ({"dimension": 255}, "vectors")]
)
def test_files_that_do_not_fit_the_manifest_are_refused(
    store: SnapshotStore, tokenizer: Tokenizer, built_in: WordVectors, built: Manifest, counts: dict[str, int], file: str
) -> None:
    def fill(folder: Path) -> Manifest:
        for name in built.files:
            shutil.copy(store.folder("city", built.id) / name, folder)
        return Manifest(**{**{name: getattr(built, name) for name in Manifest.__slots__}, **counts, "id": "other"})

    store.write("city", fill)
    with pytest.raises(SnapshotDamaged, match=file):
        open_snapshot(store, "city", "other", tokenizer, word_encoder_opener(built_in), assurance())


def test_a_snapshot_of_another_tokenizer_is_refused(store: SnapshotStore, built: Manifest, built_in: WordVectors) -> None:
    class Other(Tokenizer):
        digest = "another"

    with pytest.raises(SnapshotOfAnotherModel, match="another"):
        open_snapshot(store, "city", built.id, Other(), word_encoder_opener(built_in), assurance())


def test_a_snapshot_of_another_model_is_refused(
    store: SnapshotStore, built: Manifest, tokenizer: Tokenizer, letter_vectors: WordVectors
) -> None:
    with pytest.raises(SnapshotOfAnotherModel, match=built.model):
        open_snapshot(store, "city", built.id, tokenizer, word_encoder_opener(letter_vectors), assurance())


def test_a_snapshot_of_another_judge_is_refused(
    store: SnapshotStore, built: Manifest, tokenizer: Tokenizer, built_in: WordVectors
) -> None:
    other = replace(assurance(), domain=replace(assurance().domain, intercept=1.0))
    with pytest.raises(SnapshotOfAnotherJudge, match=rf"{built.assurance}.*{other.digest}.*madoguchi build"):
        open_snapshot(store, "city", built.id, tokenizer, word_encoder_opener(built_in), other)


def test_the_thresholds_are_those_of_the_snapshot(store: SnapshotStore, tokenizer: Tokenizer, built_in: WordVectors) -> None:
    for suggest, shown in ((0.0, 10), (1.0, 0)):
        chosen = replace(assurance(), borrowed=replace(assurance().borrowed, suggest=suggest))
        builder = Builder(store, tokenizer, word_vector_fit(built_in), chosen)
        manifest = builder.build("city", TEN, datetime(2026, 4, 1, 12, shown, tzinfo=UTC))
        city = open_snapshot(store, "city", manifest.id, tokenizer, word_encoder_opener(built_in), assurance())
        result = city.search("紙をなくした")
        assert result.calibration.suggest == suggest
        assert len(result.hits) == shown
        assert len(result.ranking) == 10


def test_searching_is_exact_beyond_the_candidates(
    store: SnapshotStore, split_tokenizer: Tokenizer, letter_vectors: WordVectors
) -> None:
    random = np.random.default_rng(2)
    entries = [Entry(str(number), " ".join(random.choice(list("abcdefgh"), 4)), "") for number in range(600)]
    manifest = Builder(store, split_tokenizer, word_vector_fit(letter_vectors), assurance()).build(
        "city", entries, datetime(2026, 4, 1, tzinfo=UTC)
    )
    city = open_snapshot(store, "city", manifest.id, split_tokenizer, word_encoder_opener(letter_vectors), assurance())
    best = city.search("a b c", 600).ranking
    assert len(best) == 600
    assert [hit.entry.id for hit in city.search("a b c", 20).ranking] == [hit.entry.id for hit in best[:20]]
