"""BM25 over fields, compared with the formula written out."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.corpus import cut
from indexer.lexical import Lexical, build_lexical
from indexer.words import Tokenizer
from knowledge.entry import Entry

WORDS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=4)
CITY = st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=2), st.lists(WORDS, max_size=4)), min_size=1, max_size=12)
"""Question, wordings and sentences of each entry."""


def entries_of(city: list[tuple[list[str], list[list[str]], list[list[str]]]]) -> list[Entry]:
    joined = [(" ".join(question), map(" ".join, wordings), map(" ".join, sentences)) for question, wordings, sentences in city]
    return [Entry("1", question, "\n".join(sentences), wordings=tuple(wordings)) for question, wordings, sentences in joined]


def bm25f(city: list[tuple[list[str], list[list[str]], list[list[str]]]], query: list[str]) -> list[float]:
    """Robertson's formula, field weights 2, 2, 1, k1 = 4, b = 0.75, sentences of more than five entries left out."""
    spread = Counter(sentence for entry in city for sentence in {tuple(each) for each in entry[2]})
    counts: list[Counter[str]] = []
    for question, wordings, sentences in city:
        count: Counter[str] = Counter()
        for text, weight in [(question, 2), *((each, 2) for each in wordings), *((each, 1) for each in sentences)]:
            if weight == 2 or spread[tuple(text)] <= 5:
                for word in text:
                    count[word] += weight
        counts.append(count)
    mean = sum(count.total() for count in counts) / len(counts)
    holders = {word: sum(word in count for count in counts) for word in query}
    return [
        sum(
            math.log(1 + (len(city) - holders[word] + 0.5) / (holders[word] + 0.5))
            * count[word] * 5 / (count[word] + 4 * (0.25 + 0.75 * count.total() / mean))
            for word in query
        )
        for count in counts
    ]  # fmt: skip


@settings(deadline=None)
@given(CITY, st.lists(st.sampled_from("abcdez"), max_size=6))
def test_scores_are_bm25_with_fields(
    split_tokenizer: Tokenizer, city: list[tuple[list[str], list[list[str]], list[list[str]]]], query: list[str]
) -> None:
    scores = build_lexical(cut(entries_of(city), split_tokenizer)).score(query)
    np.testing.assert_allclose(scores, bm25f(city, query), rtol=1e-4, atol=1e-5)


@settings(deadline=None, max_examples=30)
@given(CITY)
def test_saved_scores_are_read_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory,
    split_tokenizer: Tokenizer,
    city: list[tuple[list[str], list[list[str]], list[list[str]]]],
) -> None:
    built = build_lexical(cut(entries_of(city), split_tokenizer))
    folder = Path(tmp_path_factory.mktemp("lexical"))
    built.save(folder)
    loaded = Lexical.load(folder, built.rows)
    assert all(np.array_equal(loaded.score([word]), built.score([word])) for word in built.rows)


def test_a_word_that_everybody_has_still_counts_a_little(split_tokenizer: Tokenizer) -> None:
    scores = build_lexical(cut([Entry("1", "a b", ""), Entry("2", "a c", "")], split_tokenizer)).score(["a"])
    assert scores.min() > 0


def test_a_site_without_any_word_scores_nothing(split_tokenizer: Tokenizer) -> None:
    assert build_lexical(cut([Entry("1", "", ""), Entry("2", "", "")], split_tokenizer)).score(["a"]).tolist() == [0, 0]
