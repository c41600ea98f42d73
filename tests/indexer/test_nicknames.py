"""A question is said in the city hall's names before it is searched."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.build import Builder, word_vector_fit
from indexer.corpus import cut
from indexer.lexical import build_lexical
from indexer.nicknames import Nicknames, collect_nicknames, folded
from indexer.search import Searcher, open_snapshot, word_encoder_opener
from indexer.snapshot import SnapshotStore
from indexer.text import normalise
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry
from knowledge.speech_sheet import Nickname
from tests.assured import assurance

HALL = Nickname("ゆめホール", ("みほん市文化会館",))
ENTRIES = (
    Entry("hall", "文化会館の予約", "みほん市文化会館は窓口かインターネットで予約します。"),
    Entry("gym", "体育館の予約", "総合体育館は電話で予約します。ホールではありません。"),
    Entry("bag", "ごみ袋はどこで買えますか", "スーパーで買えます。"),
    Entry("home", "ぽかぽかでできること", "子育て支援センター「ぽかぽか」で遊べます。"),
)


@pytest.fixture
def names(tokenizer: Tokenizer) -> Nicknames:
    given = [
        HALL,
        Nickname("ゆめ", ("夢づくり課",)),
        Nickname("ＹＢ", ("夢バス",)),
        Nickname("国保", ("国民健康保険", "保険年金課")),
        Nickname("ぽかぽか", ("子育て支援センター",)),
        Nickname("文化", ("文化課",)),
    ]
    return collect_nicknames(given, ENTRIES, build_lexical(cut(ENTRIES, tokenizer)), tokenizer)


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("ゆめホールの予約", "みほん市文化会館の予約"),
        ("ユメほーるの予約", "みほん市文化会館の予約"),
        ("ﾕﾒﾎｰﾙ", "みほん市文化会館"),
        ("明日ゆめホール行く", "明日みほん市文化会館行く"),
        ("ゆめの窓口", "夢づくり課の窓口"),
        ("ybの時刻、YB", "夢バスの時刻、夢バス"),
        ("国保加入", "国民健康保険 保険年金課加入"),
        ("みほん市文化会館とゆめホール", "みほん市文化会館とみほん市文化会館"),
        ("ゆめ ホール", "夢づくり課 ホール"),
        ("ぽかぽかで遊ぶ", "ぽかぽか 子育て支援センターで遊ぶ"),
        ("ごみ袋", "ごみ袋"),
        ("", ""),
    ],
)
def test_a_nickname_is_replaced_by_the_official_name(names: Nicknames, asked: str, searched: str) -> None:
    assert names.spelled_out(normalise(asked)) == searched


@pytest.mark.parametrize("asked", ["ゆめホールディングス", "BYB", "YB2"])
def test_part_of_a_longer_word_is_no_nickname(names: Nicknames, asked: str) -> None:
    assert "文化会館" not in names.spelled_out(asked)
    assert "夢バス" not in names.spelled_out(asked)


def test_an_official_name_is_not_taken_apart(names: Nicknames) -> None:
    assert names.spelled_out("みほん市文化会館の文化") == "みほん市文化会館の文化 文化課"


@pytest.mark.parametrize("pairs", [["ab", "ba"], ["ああ", "ああ"], ["ab", "abab"]])
def test_names_that_go_round_in_circles_are_followed_once(pairs: Sequence[str], tokenizer: Tokenizer) -> None:
    one, other = pairs
    given = [Nickname(one, (other,)), Nickname(other, (one,))]
    found = collect_nicknames(given, ENTRIES, build_lexical(cut(ENTRIES, tokenizer)), tokenizer)
    assert found.spelled_out(f"{one}は") == f"{other}は"


@given(st.text(max_size=60))
def test_whatever_is_asked_stays_the_same_without_nicknames_in_it(text: str) -> None:
    clean = normalise(text)
    assert Nicknames({"ゆめほーる": "文化会館"}).spelled_out(clean) == clean or "ゆめほーる" in folded(clean)


@given(st.text(max_size=60))
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


def test_saved_nicknames_are_the_same_again(names: Nicknames, tmp_path: Path) -> None:
    names.save(tmp_path)
    assert Nicknames.load(tmp_path) == names


def test_ten_thousand_nicknames_cost_a_question_nothing_one_could_feel(tokenizer: Tokenizer) -> None:
    given = [Nickname(f"愛称{number}", (f"施設{number}",)) for number in range(10_000)]
    names = collect_nicknames(given, ENTRIES, build_lexical(cut(ENTRIES, tokenizer)), tokenizer)
    assert names.spelled_out("愛称9999の予約") == "施設9999の予約"
    start = perf_counter()
    for _ in range(20):
        names.spelled_out("愛称" * 250)
    assert perf_counter() - start < 1


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, built_in: WordVectors) -> dict[bool, Searcher]:
    """The entries without and with the nickname."""
    store = SnapshotStore(tmp_path_factory.mktemp("city"))
    opened = {}
    for told in (False, True):
        builder = Builder(store, tokenizer, word_vector_fit(built_in), assurance(), nicknames=[HALL] if told else [])
        manifest = builder.build("city", ENTRIES, datetime(2026, 4, 1, tzinfo=UTC))
        opened[told] = open_snapshot(store, "city", manifest.id, tokenizer, word_encoder_opener(built_in), assurance())
    return opened


@pytest.mark.parametrize("asked", ["ゆめホール", "ゆめホールを借りたい"])
def test_what_is_asked_by_its_nickname_is_found(city: dict[bool, Searcher], asked: str) -> None:
    found = city[True].search(asked)
    assert found.ranking[0].entry.id == "hall"
    assert {"文化", "会館"} <= set(found.words)
    assert found.confidence.first > city[False].search(asked).confidence.first


def test_other_questions_are_not_touched(city: dict[bool, Searcher]) -> None:
    for asked in ("ごみ袋", "体育館の予約", "文化会館"):
        assert city[True].search(asked).ranking == city[False].search(asked).ranking


def test_a_change_of_nicknames_alone_makes_another_snapshot(city: dict[bool, Searcher]) -> None:
    one, other = (city[told].manifest for told in (False, True))
    assert (one.id != other.id, one.speech != other.speech) == (True, True)
