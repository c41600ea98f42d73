"""Ranking entries for one question, compared with scoring every entry by the formula."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.assemble import assemble
from indexer.bags import Matrix, unit
from indexer.bridge import bridge_of
from indexer.corpus import cut
from indexer.embed import Encoder, fit_word_encoder
from indexer.fuse import LEAST_DEVIATION, lexical_share
from indexer.groups import CodedGroups
from indexer.names import SHORT
from indexer.neighbours import SHARE
from indexer.rank import HANDICAP, NAME_WORTH, NOTHING, Ranker, Ranking, worth
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry, Kind

WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4).map(" ".join)
ENTRY = st.builds(
    Entry,
    id=st.just("1"),
    question=WORDS,
    answer=st.lists(WORDS, max_size=3).map("\n".join),
    wordings=st.lists(WORDS, max_size=2).map(tuple),
    kind=st.sampled_from([Kind.FAQ, Kind.PAGE]),
)
ENTRIES = st.lists(ENTRY, min_size=1, max_size=12)

Asked = tuple[Ranker, Encoder]


def ranker_of(entries: Sequence[Entry], tokenizer: Tokenizer, model: WordVectors) -> Asked:
    corpus = cut(entries, tokenizer)
    encoder = fit_word_encoder(corpus, model)
    return assemble(entries, corpus, encoder, tokenizer, ()), encoder


def score_every_entry(ranker: Ranker, words: Sequence[str], query: Matrix, named: dict[int, float]) -> list[float]:
    """What the module's parts say, entry by entry."""
    size = ranker.vectors.size
    lexical = ranker.lexical.score(words)
    mean, deviation = ranker.vectors.spread(query)
    own = []
    for entry in range(size):
        dense = max(cosines_of(ranker.vectors.rows, entry, query))
        close = _nearest_sentence(ranker, query, entry, dense)
        standard = ((dense + close) / 2 - mean) / deviation if deviation > LEAST_DEVIATION else 0.0
        spread = float(lexical.std())
        told = (float(lexical[entry]) - float(lexical.mean())) / spread if spread > LEAST_DEVIATION else 0.0
        own.append(standard + lexical_share(words) * told)
    near = [np.mean([own[other] for other in others]) if len(others) else 0.0 for others in ranker.neighbours]
    worths = [NAME_WORTH * worth(named.get(entry, 0)) - float(ranker.handicaps[entry]) for entry in range(size)]
    return [float(own[entry] + SHARE * near[entry] + worths[entry]) for entry in range(size)]


def _nearest_sentence(ranker: Ranker, query: Matrix, entry: int, otherwise: float) -> float:
    assert ranker.passages
    return max(cosines_of(ranker.passages, entry, query), default=otherwise)


def cosines_of(groups: CodedGroups, entry: int, query: Matrix) -> list[float]:
    rows = groups.codes.vectors(slice(groups.starts[entry], groups.starts[entry + 1]))
    return [float(row @ query) for row in rows]


@settings(deadline=None)
@given(ENTRIES, WORDS, st.integers(1, 12))
def test_entries_are_ranked_by_the_formula(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors, entries: list[Entry], question: str, limit: int
) -> None:
    ranker, encoder = ranker_of(entries, split_tokenizer, letter_vectors)
    query = encoder.query(question, question.split())
    found = ranker.rank(question, question.split(), query, limit)
    if not query.any() and not ranker.lexical.score(question.split()).any():
        assert found is NOTHING
        return
    expected = score_every_entry(ranker, question.split(), query, {})
    assert len(found.entries) == min(limit, len(entries))
    assert found.scores == pytest.approx(np.sort(expected)[::-1][:limit], abs=2e-3)
    assert found.scores == pytest.approx([expected[entry] for entry in found.entries], abs=2e-3)
    assert found.lexical.tolist() == ranker.lexical.score(question.split())[found.entries].tolist()
    assert found.dense == pytest.approx(ranker.vectors.scores(query, found.entries), abs=1e-6)


@settings(deadline=None)
@given(ENTRIES, WORDS)
def test_fewer_are_the_first_of_more(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors, entries: list[Entry], question: str
) -> None:
    ranker, encoder = ranker_of(entries, split_tokenizer, letter_vectors)
    query = encoder.query(question, question.split())
    all_found, few = (ranker.rank(question, question.split(), query, limit) for limit in (100, 3))
    assert few.entries.tolist() == all_found.entries[:3].tolist()
    assert few.scores.tolist() == all_found.scores[:3].tolist()


def test_a_bridge_leads_the_question_before_it_is_compared(split_tokenizer: Tokenizer, letter_vectors: WordVectors) -> None:
    entries = [Entry(letter, f"{letter} {letter}", f"{letter} c\nd {letter}") for letter in "abefgh"]
    ranker, encoder = ranker_of(entries, split_tokenizer, letter_vectors)
    said, office = (encoder.query(word, [word]) for word in "ae")
    bridge = bridge_of(said[None], [0], office[None])
    led = replace(ranker, bridge=bridge).rank("a", ["a"], said, 6)
    plain = ranker.rank("a", ["a"], unit((said + office)[None])[0], 6)
    assert led.entries.tolist() == plain.entries.tolist()
    assert led.scores == pytest.approx(plain.scores, abs=1e-3)
    assert led.topics == pytest.approx([1.0], abs=1e-3)
    assert plain.topics.shape == (0,)
    rank_of_office = ranker.rank("a", ["a"], said, 6).entries.tolist().index(2)
    assert led.entries.tolist().index(2) < rank_of_office


def waste(name: str) -> Entry:
    return Entry(f"waste-{name}", f"「{name}」はどう出せばよいですか。", "区分：燃やせないごみ", (name,), Kind.WASTE)


CITY = [
    Entry(
        "loan",
        "ドライヤーの貸し出し",
        "ドライヤーは窓口で借りられます。ドライヤーは3台あります。",
        ("ドライヤー", "ドライヤー貸して"),
    ),
    Entry("chair", "車いすの貸し出し", "車いすを無料でお貸しします。"),
    Entry("days", "ごみの収集日を知りたい", "地区ごとに違います。"),
    *(waste(name) for name in ("いす", "障子", "ドライヤー", "ドライヤー(業務用)", "ソファー", "座布団", "冷蔵庫", "ミキサー")),
]

Ask = Callable[[str], Ranking]


@pytest.fixture(scope="module")
def ask(tokenizer: Tokenizer, built_in: WordVectors) -> Ask:
    ranker, encoder = ranker_of(CITY, tokenizer, built_in)

    def asked(question: str) -> Ranking:
        words = tokenizer.words(question)
        return ranker.rank(question, words, encoder.query(question, words), 5)

    return asked


def ids(found: Ranking) -> list[str]:
    return [CITY[entry].id for entry in found.entries]


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("ドライヤー", "ドライヤー"),
        ("ドライヤーの捨て方", "ドライヤー"),
        ("ショウジ", "障子"),
        ("椅子は何ゴミ？", "いす"),
        ("れいぞこ", "冷蔵庫"),
        ("れいぞうこって何ごみ", "冷蔵庫"),
    ],
)
def test_an_item_that_is_named_wins(ask: Ask, question: str, item: str) -> None:
    found = ask(question)
    assert ids(found)[0] == f"waste-{item}"
    assert found.named[int(found.entries[0])] > 0.7


def test_the_name_without_brackets_comes_second(ask: Ask) -> None:
    found = ask("ドライヤー")
    assert ids(found)[:2] == ["waste-ドライヤー", "waste-ドライヤー(業務用)"]
    assert [found.named[entry] for entry in found.entries[:2].tolist()] == [1.0, SHORT]
    assert found.scores[1] > found.scores[2] + 10


def test_a_question_that_names_nothing_is_ranked_by_what_it_means(ask: Ask) -> None:
    for question, expected in (
        ("ドライヤーを貸してください", "loan"),
        ("車いすを借りたい", "chair"),
        ("ごみはいつ出すの", "days"),
    ):
        found = ask(question)
        assert found.named == {}
        assert ids(found)[0] == expected


@pytest.mark.parametrize("question", ["", " ", "？！", "です。", "qwertyzx"])
def test_a_question_that_says_nothing_finds_nothing(ask: Ask, question: str) -> None:
    assert ask(question) is NOTHING


def test_a_name_is_enough_when_no_word_of_the_question_is_known(tokenizer: Tokenizer, built_in: WordVectors) -> None:
    ranker, encoder = ranker_of(CITY, tokenizer, built_in)
    found = ranker.rank("れいぞこ", [], encoder.query("", []), 3)
    assert ids(found)[0] == "waste-冷蔵庫"
    assert ranker.rank("車いす", [], encoder.query("", []), 3).entries.tolist() == []


def test_ties_are_broken_by_the_entries_order(split_tokenizer: Tokenizer, letter_vectors: WordVectors) -> None:
    entries = [Entry(str(number), "a b", "c d") for number in range(5)] + [Entry("other", "g h", "e f")]
    ranker, encoder = ranker_of(entries, split_tokenizer, letter_vectors)
    query = encoder.query("a", ["a"])
    for limit in (2, 6):
        found = ranker.rank("a", ["a"], query, limit)
        assert found.entries.tolist() == list(range(limit))


def test_of_entries_alike_the_one_written_as_an_answer_comes_first(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors
) -> None:
    entries = [Entry(kind.value, "a b", "c d", kind=kind) for kind in (Kind.PAGE, Kind.WASTE, Kind.FAQ)]
    ranker, encoder = ranker_of([*entries, Entry("other", "g h", "e f")], split_tokenizer, letter_vectors)
    found = ranker.rank("a", ["a"], encoder.query("a", ["a"]), 3)
    assert found.entries.tolist() == [2, 0, 1]
    assert found.scores[0] == pytest.approx(found.scores[1] + HANDICAP, abs=1e-4)


def test_the_likeness_of_a_name_is_worth_nothing_at_first_and_everything_at_last() -> None:
    worths = [worth(likeness) for likeness in np.linspace(0, 1, 101)]
    assert worths == sorted(worths)
    assert (worth(0.6), worth(0.59), worth(1.0)) == (0.0, 0.0, 1.0)
    assert worth(1 - 1 / 12) > 0.45 > 0.1 > worth(1 - 1 / 4)
