"""Entries and questions as vectors, compared with the formulas written out."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.corpus import cut
from indexer.embed import ANSWER_SHARE, WordEncoder, fit_word_encoder
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry

Vector = npt.NDArray[np.float32]

WORDS = st.lists(st.sampled_from([*"abcdefgh", "unknown"]), max_size=5).map(" ".join)
ENTRY = st.builds(
    Entry,
    id=st.just("1"),
    question=WORDS,
    answer=st.lists(WORDS, max_size=3).map("\n".join),
    wordings=st.lists(WORDS, max_size=2).map(tuple),
)
ENTRIES = st.lists(ENTRY, min_size=1, max_size=5)  # no more, so that no sentence is boilerplate

THREE = [Entry("1", "a b", "c d", wordings=("e", "f g")), Entry("2", "c", "a a a h"), Entry("3", "h g", "", wordings=("b b",))]


def unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else vector


def bag(text: str, idf: dict[str, float], model: WordVectors) -> Vector:
    total = np.zeros(model.dimension, np.float32)
    for word, count in Counter(text.split()).items():
        total += model.vectors([word])[0] * idf[word] * math.log1p(count)
    return total


def own_vectors(entries: Sequence[Entry], model: WordVectors) -> Vector:
    """Each entry's question and answer, before the common direction is removed."""
    words = [{*e.question.split(), *e.answer.split(), *(word for text in e.wordings for word in text.split())} for e in entries]
    holders = Counter(word for each in words for word in each)
    idf = {word: math.log(1 + (len(entries) - number + 0.5) / (number + 0.5)) for word, number in holders.items()}
    return np.array(
        [unit(bag(e.question, idf, model)) + ANSWER_SHARE * unit(bag(e.answer, idf, model)) for e in entries], np.float32
    )


@settings(deadline=None)
@given(ENTRIES)
def test_an_entry_is_its_question_and_answer_without_what_all_entries_share(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors, entries: list[Entry]
) -> None:
    corpus = cut(entries, split_tokenizer)
    encoder = fit_word_encoder(corpus, letter_vectors)
    own_rows = encoder.rows(entries, corpus).own
    for row, own in zip(own_rows.vectors[own_rows.starts[:-1]], own_vectors(entries, letter_vectors), strict=True):
        left = own - (own @ encoder.common) * encoder.common
        # Half precision of the words' vectors shows where little is left of a vector.
        if np.linalg.norm(left) > 0.1:
            np.testing.assert_allclose(row, unit(left), atol=0.01)


@settings(deadline=None)
@given(ENTRIES, WORDS)
def test_vectors_have_length_one_or_are_zeros(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors, entries: list[Entry], question: str
) -> None:
    corpus = cut(entries, split_tokenizer)
    encoder = fit_word_encoder(corpus, letter_vectors)
    vectors = np.vstack([encoder.rows(entries, corpus).own.vectors, encoder.query(question, question.split())])
    lengths = np.linalg.norm(vectors, axis=1)
    assert ((lengths == 0) | (abs(lengths - 1) < 1e-5)).all()


@settings(deadline=None)
@given(ENTRIES)
def test_every_wording_has_a_row_of_its_entry_and_is_found_by_its_own_words(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors, entries: list[Entry]
) -> None:
    corpus = cut(entries, split_tokenizer)
    encoder = fit_word_encoder(corpus, letter_vectors)
    rows = encoder.rows(entries, corpus).own
    assert np.diff(rows.starts).tolist() == [1 + len(entry.wordings) for entry in entries]
    wordings = [text for entry in entries for text in ("", *entry.wordings)]
    for row, text in enumerate(wordings):
        if row not in rows.starts[:-1]:
            np.testing.assert_allclose(rows.vectors[row], encoder.query(text, text.split()), atol=2e-3)


def test_the_direction_removed_is_the_one_that_entries_share_most(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors
) -> None:
    own = own_vectors(THREE, letter_vectors)
    units = np.array([unit(row) for row in own])
    _, _, directions = np.linalg.svd(units)
    common = fit_word_encoder(cut(THREE, split_tokenizer), letter_vectors).common
    assert abs(float(common @ directions[0])) == pytest.approx(1, abs=1e-4)


def test_words_that_no_entry_has_count_as_the_rarest(split_tokenizer: Tokenizer, letter_vectors: WordVectors) -> None:
    entries = [Entry("1", "a b", ""), Entry("2", "a c", "")]
    encoder = fit_word_encoder(cut(entries, split_tokenizer), letter_vectors)
    asked = letter_vectors.vectors(["h"])[0]
    expected = unit(asked - (asked @ encoder.common) * encoder.common)
    np.testing.assert_allclose(encoder.query("h", ["h"]), expected, atol=1e-5)
    assert encoder.unseen_idf == pytest.approx(math.log(1 + 2.5 / 0.5))


@pytest.mark.parametrize("words", [[], ["unknown"], ["unknown", "words"]])
def test_a_question_of_unknown_words_has_no_vector(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors, words: list[str]
) -> None:
    encoder = fit_word_encoder(cut(THREE, split_tokenizer), letter_vectors)
    assert not encoder.query("", words).any()


@pytest.mark.parametrize("number", [1, 2, 8])
def test_what_is_left_of_entries_that_are_all_alike_is_nothing(
    split_tokenizer: Tokenizer, letter_vectors: WordVectors, number: int
) -> None:
    entries = [Entry(str(each), "a b c", "d e") for each in range(number)]
    corpus = cut(entries, split_tokenizer)
    assert not fit_word_encoder(corpus, letter_vectors).rows(entries, corpus).own.vectors.any()


def test_a_site_without_any_word_has_vectors_of_zeros(split_tokenizer: Tokenizer, letter_vectors: WordVectors) -> None:
    entries = [Entry("1", "", "", wordings=("",)), Entry("2", "", "")]
    corpus = cut(entries, split_tokenizer)
    rows = fit_word_encoder(corpus, letter_vectors).rows(entries, corpus)
    assert rows.own.vectors.shape == (3, 8)
    assert not rows.own.vectors.any()


def test_a_saved_encoder_asks_the_same(tmp_path: Path, split_tokenizer: Tokenizer, letter_vectors: WordVectors) -> None:
    fitted = fit_word_encoder(cut(THREE, split_tokenizer), letter_vectors)
    fitted.save(tmp_path)
    loaded = WordEncoder.load(tmp_path, letter_vectors, fitted.known)
    assert loaded.name == fitted.name
    for question in ("a b", "h h h", "unknown c", ""):
        np.testing.assert_allclose(loaded.query(question, question.split()), fitted.query(question, question.split()), atol=2e-3)
