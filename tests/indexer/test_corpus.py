"""All words of a site as arrays."""

from dataclasses import fields
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.corpus import Corpus, cut, text_digest
from indexer.passage import Part, texts_of
from indexer.words import Tokenizer
from knowledge.entry import Entry

WORDS = st.lists(st.sampled_from("abcdef"), max_size=5).map(" ".join)
ENTRIES = st.lists(
    st.builds(
        Entry,
        id=st.just("1"),
        question=WORDS,
        answer=st.lists(WORDS, max_size=4).map("\n".join),
        wordings=st.tuples() | st.tuples(WORDS),
    ),
    max_size=8,
)


class CountingTokenizer(Tokenizer):
    """Cuts at spaces and remembers what it was asked to cut."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def words(self, text: str) -> list[str]:
        self.asked.append(text)
        return text.split()


def alike(one: Corpus, other: Corpus) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Corpus)]
    return all(type(left) is type(right) and np.array_equal(left, right) for left, right in pairs)


def entry(question: str, answer: str = "", *wordings: str) -> Entry:
    return Entry("1", question, answer, wordings=wordings)


@given(ENTRIES)
def test_a_corpus_holds_every_word_of_every_text_in_order(split_tokenizer: Tokenizer, entries: list[Entry]) -> None:
    corpus = cut(entries, split_tokenizer)
    words = [corpus.vocabulary[row] for row in corpus.words]
    texts = [(number, text) for number, entry in enumerate(entries) for text in texts_of(entry)]
    assert words == [word for _, text in texts for word in text.text.split()]
    assert corpus.entry_of_text.tolist() == [number for number, _ in texts]
    assert corpus.parts.tolist() == [text.part for _, text in texts]
    assert corpus.text_of_word.tolist() == [number for number, (_, text) in enumerate(texts) for _ in text.text.split()]
    assert len(set(corpus.vocabulary)) == len(corpus.vocabulary)


@settings(deadline=None)
@given(ENTRIES)
def test_a_saved_corpus_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, split_tokenizer: Tokenizer, entries: list[Entry]
) -> None:
    corpus = cut(entries, split_tokenizer)
    folder = Path(tmp_path_factory.mktemp("corpus"))
    corpus.save(folder)
    assert alike(Corpus.load(folder), corpus)


@given(ENTRIES, ENTRIES, st.randoms(use_true_random=False))
def test_cutting_again_gives_the_same_as_cutting_for_the_first_time(
    split_tokenizer: Tokenizer, before: list[Entry], new: list[Entry], random: Random
) -> None:
    after = [*before, *new]
    random.shuffle(after)
    previous = cut(before, split_tokenizer)
    assert alike(cut(after, split_tokenizer, previous), cut(after, split_tokenizer))


def test_only_new_and_changed_entries_are_cut_again() -> None:
    tokenizer = CountingTokenizer()
    before = [entry("a b", "c d"), entry("e f", "g"), entry("h", "", "i")]
    previous = cut(before, tokenizer)
    tokenizer.asked.clear()
    cut([before[2], entry("e f", "changed"), before[0], entry("new")], tokenizer, previous)
    assert tokenizer.asked == ["e f", "changed", "new"]


def test_everything_is_cut_again_when_the_tokenizer_changes() -> None:
    class Other(CountingTokenizer):
        digest = "another"

    previous = cut([entry("a"), entry("b")], CountingTokenizer())
    other = Other()
    cut([entry("a"), entry("b")], other, previous)
    assert other.asked == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (entry("a", "b"), entry("a", "", "b")),
        (entry("a", "b\nc"), entry("a", "c\nb")),
        (entry("a", "b c"), entry("a", "b\nc")),
        (entry("a", "", "b", "c"), entry("a", "", "b\x1f1c")),
        (entry("a"), entry("b")),
    ],
)
def test_entries_with_other_texts_have_other_digests(split_tokenizer: Tokenizer, one: Entry, other: Entry) -> None:
    assert text_digest(one, split_tokenizer) != text_digest(other, split_tokenizer)


def test_what_is_not_searched_does_not_change_the_digest(split_tokenizer: Tokenizer) -> None:
    one, other = Entry("1", "a", "b", category="税", source="/tax"), Entry("2", "a", "b")
    assert text_digest(one, split_tokenizer) == text_digest(other, split_tokenizer)


def test_progress_is_told_entry_by_entry(split_tokenizer: Tokenizer) -> None:
    told: list[tuple[int, int]] = []
    cut([entry("a"), entry("b"), entry("c")], split_tokenizer, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("entries", "among", "expected"), [(5, 20, False), (6, 20, True), (10, 1000, False), (11, 1000, True)])
def test_an_answer_sentence_in_many_entries_is_boilerplate(
    split_tokenizer: Tokenizer, entries: int, among: int, expected: bool
) -> None:
    corpus = cut(
        [entry(str(number), "same" if number < entries else f"own {number}") for number in range(among)], split_tokenizer
    )
    sentences = corpus.parts == Part.SENTENCE
    assert corpus.boilerplate[sentences].tolist() == [expected and number < entries for number in range(among)]


def test_a_line_that_one_entry_repeats_is_not_boilerplate(split_tokenizer: Tokenizer) -> None:
    corpus = cut([entry("a", "seal\n" * 20), entry("b", "c")], split_tokenizer)
    assert not corpus.boilerplate.any()


def test_questions_and_wordings_are_never_boilerplate(split_tokenizer: Tokenizer) -> None:
    corpus = cut([entry("same", "", "same") for _ in range(50)], split_tokenizer)
    assert not corpus.boilerplate.any()
