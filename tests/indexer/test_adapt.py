"""Adapting word vectors to a site's own entries."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indexer.adapt
from indexer.adapt import HELD_OUT, LEAST_PAIRS, adapt, pairs_of
from indexer.bags import Bags, Matrix, unit
from indexer.contrast import Pairs, Plan
from indexer.corpus import Corpus, cut
from indexer.words import Tokenizer
from knowledge.entry import Entry

FAST = Plan(epochs=20, rate=0.05, batch=64)


def office_city(size: int = 40) -> list[Entry]:
    """Residents' words (r) and office words (o) never meet but inside one entry."""
    return [
        Entry(
            str(number),
            question=f"o{number} office",
            answer=f"s{number} sentence\nr{number} s{number}\ns{number} o{number}",
            wordings=(f"r{number} please", f"please r{number} s{number}"),
        )
        for number in range(size)
    ]


def some_table(corpus: Corpus, seed: int = 0) -> Matrix:
    return np.random.default_rng(seed).normal(size=(len(corpus.vocabulary), 32)).astype(np.float32)


def even(corpus: Corpus) -> Matrix:
    return np.ones(len(corpus.vocabulary), np.float32)


def mean_reciprocal_rank(pairs: Pairs, table: Matrix, factors: Matrix) -> float:
    """Of the pairs kept aside, among the questions kept aside, one by one."""
    kept = list(range(0, len(pairs.left), HELD_OUT))
    cosines = _vectors(pairs.left, table, factors)[kept] @ _vectors(pairs.right, table, factors)[kept].T
    total = 0.0
    for mine in range(len(kept)):
        best = max(cosines[mine, other] for other in range(len(kept)) if pairs.groups[kept[other]] == pairs.groups[kept[mine]])
        total += 1 / (1 + sum(bool(cosine > best) for cosine in cosines[mine]))
    return total / len(kept)


def _vectors(bags: Bags, table: Matrix, factors: Matrix) -> Matrix:
    return unit(bags.sums(table, factors))


def words_of(corpus: Corpus, bags: Bags) -> list[set[str]]:
    ends = zip(bags.starts, bags.starts[1:], strict=False)
    return [{corpus.vocabulary[word] for word in bags.words[start:end]} for start, end in ends]


def test_wordings_and_the_first_sentences_belong_to_their_question(split_tokenizer: Tokenizer) -> None:
    entries = [
        Entry("1", "a", "b c\nd e\nalone\nf g\nh i", wordings=("j", "k l")),
        Entry("2", "m", "", wordings=("n",)),
        Entry("3", "o", "p q"),
    ]
    corpus = cut(entries, split_tokenizer)
    pairs = pairs_of(corpus)
    assert words_of(corpus, pairs.left) == [{"j"}, {"k", "l"}, {"b", "c"}, {"d", "e"}, {"f", "g"}, {"n"}, {"p", "q"}]
    assert words_of(corpus, pairs.right) == [{"a"}] * 5 + [{"m"}, {"o"}]
    assert pairs.groups.tolist() == [0, 0, 0, 0, 0, 1, 2]


def test_what_stands_in_every_answer_teaches_nothing(split_tokenizer: Tokenizer) -> None:
    corpus = cut([Entry(str(number), f"q{number}", f"s{number} t{number}\ncall us") for number in range(20)], split_tokenizer)
    assert {"call", "us"}.isdisjoint(set().union(*words_of(corpus, pairs_of(corpus).left)))


def test_questions_are_found_from_their_wordings_and_answers_better_than_before(
    split_tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer.adapt, "PLAN", FAST)
    corpus = cut(office_city(), split_tokenizer)
    table, pairs = some_table(corpus), pairs_of(corpus)
    before = table.copy()
    adapted = adapt(corpus, table, even(corpus))
    assert adapted is not table
    assert table.tolist() == before.tolist()
    told = [mean_reciprocal_rank(pairs, each, even(corpus)) for each in (table, adapted)]
    assert told[0] < 0.6
    assert told[1] > 0.8


def test_vectors_that_find_everything_already_are_kept(split_tokenizer: Tokenizer) -> None:
    corpus = cut([Entry(str(n), f"q{n} w{n}", f"w{n} q{n}", wordings=(f"q{n}", f"w{n}")) for n in range(40)], split_tokenizer)
    table = some_table(corpus)
    assert mean_reciprocal_rank(pairs_of(corpus), table, even(corpus)) == 1.0
    assert adapt(corpus, table, even(corpus)) is table


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0001, 0.003, 0.1, 3.0]))
def test_pairs_kept_aside_are_never_found_worse(split_tokenizer: Tokenizer, seed: int, rate: float) -> None:
    """Not even on words without rhyme or reason, or with training that runs wild."""
    random = np.random.default_rng(seed)

    def text(count: int) -> str:
        return " ".join(random.choice(list("abcdefghijklmnop"), count))

    entries = [Entry(str(number), f"u{number} {text(2)}", f"{text(3)}\n{text(3)}", wordings=(text(2),)) for number in range(40)]
    corpus = cut(entries, split_tokenizer)
    table, pairs = some_table(corpus), pairs_of(corpus)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexer.adapt, "PLAN", Plan(epochs=2, rate=rate, batch=32))
        adapted = adapt(corpus, table, even(corpus))
    before, after = (mean_reciprocal_rank(pairs, each, even(corpus)) for each in (table, adapted))
    assert after > before or adapted is table


@pytest.mark.parametrize(
    "entries",
    [[], [Entry("1", "a b", "c d", wordings=("e",))], office_city(LEAST_PAIRS // 5), [Entry("1", "", "")] * 100],
    ids=["none", "one", "a few", "empty"],
)
def test_a_tiny_site_teaches_nothing(split_tokenizer: Tokenizer, entries: Sequence[Entry]) -> None:
    corpus = cut(entries, split_tokenizer)
    table = some_table(corpus)
    assert adapt(corpus, table, even(corpus)) is table


def test_the_same_entries_always_give_the_same_vectors(split_tokenizer: Tokenizer) -> None:
    corpus = cut(office_city(), split_tokenizer)
    table = some_table(corpus)
    assert adapt(corpus, table, even(corpus)).tolist() == adapt(corpus, table, even(corpus)).tolist()


def test_a_large_site_is_judged_on_so_many_pairs_and_no_more(split_tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = cut(office_city(), split_tokenizer)
    seen: list[int] = []

    def count(pairs: Pairs, *_: Matrix) -> float:
        seen.append(len(pairs.left))
        return 0.0

    monkeypatch.setattr(indexer.adapt, "_reciprocal_rank", count)
    adapt(corpus, some_table(corpus), even(corpus))
    monkeypatch.setattr(indexer.adapt, "MOST_HELD_OUT", 10)
    adapt(corpus, some_table(corpus), even(corpus))
    assert seen == [25, 25, 10, 10]
