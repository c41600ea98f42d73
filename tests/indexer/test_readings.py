"""The second look, compared with looking word by word; and readings taken over from an earlier snapshot."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.interaction import BREAK, Interaction, load_interaction
from indexer.readings import ANYWHERE, AS_QUESTION, BACK, LONGEST_ANSWER, WORTH, Readings, WordOrder
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry
from tests.indexer.conftest import SplitTokenizer

WORDS = st.lists(st.sampled_from(["塵", "住民", "申請", "犬", "@を", "@の", "qqzx"]), max_size=5).map(" ".join)
ENTRY = st.builds(
    Entry,
    id=st.just("1"),
    question=WORDS,
    answer=st.lists(WORDS, max_size=3).map("\n".join),
    wordings=st.lists(WORDS, max_size=2).map(tuple),
)
ENTRIES = st.lists(ENTRY, min_size=1, max_size=6)
NOT_KEPT = -1


@pytest.fixture(scope="session")
def interaction(built_in: WordVectors) -> Interaction:
    return load_interaction(built_in)


@pytest.fixture(scope="session")
def split_look(interaction: Interaction) -> WordOrder:
    return WordOrder(interaction, SplitTokenizer())


def made(look: WordOrder, entries: Sequence[Entry]) -> Readings:
    return look.make(entries, None, np.full(len(entries), NOT_KEPT))


def by_hand(look: WordOrder, question: str, entry: Entry) -> float:
    """The same, one text and one word at a time."""
    asked = look.read_question(question)
    weights = asked.weights / max(asked.weights.sum(), 1e-6)
    asks = [text.split() or [BREAK] for text in (entry.question, *entry.wordings)]
    answer = [word for line in entry.answer.split("\n") for word in line.split()] or [BREAK]
    alike = [asked.vectors @ look.interaction.read(text).vectors.T for text in asks]
    found = [each.max(axis=1) for each in (*alike, asked.vectors @ look.interaction.read(answer).vectors.T)]
    as_question = [AS_QUESTION * weights @ each.max(axis=1) + BACK * each.max(axis=0).mean() for each in alike]
    known = sum(word != "qqzx" for word in question.split()) / max(len(question.split()), 1)
    return float(WORTH * known * (max(as_question) + ANYWHERE * weights @ np.max(found, axis=0)))


@given(ENTRIES, WORDS, st.randoms())
@settings(deadline=None, max_examples=40)
def test_an_entry_gains_what_looking_word_by_word_finds(
    split_look: WordOrder, entries: list[Entry], question: str, random: np.random.Generator
) -> None:
    asked = [row for row in range(len(entries)) if random.random() < 0.7]
    gains = made(split_look, entries).gains(question, np.array(asked, np.int64)).tolist() if asked else []
    # One byte a number is a hundredth off at most, for each of the three parts.
    assert gains == pytest.approx([by_hand(split_look, question, entries[row]) for row in asked], abs=0.03 * WORTH)


@given(ENTRIES, ENTRIES, st.integers(0, 5), WORDS)
@settings(deadline=None, max_examples=25)
def test_what_is_taken_over_reads_as_if_it_were_read_again(
    split_look: WordOrder, before: list[Entry], new: list[Entry], kept: int, question: str
) -> None:
    entries = [*new, *before[:kept]]
    rows = np.array([*[NOT_KEPT] * len(new), *range(len(before[:kept]))])
    everything = np.arange(len(entries))
    taken_over = split_look.make(entries, made(split_look, before), rows).gains(question, everything)
    assert taken_over == pytest.approx(made(split_look, entries).gains(question, everything), abs=0.03 * WORTH)


def test_saved_readings_are_read_from_disk(split_look: WordOrder, tmp_path: Path) -> None:
    entries = [Entry("1", "塵 @の 申請", "住民票", wordings=("犬",)), Entry("2", "", "")]
    readings = made(split_look, entries)
    readings.save(tmp_path)
    both = np.arange(2)
    assert split_look.open(tmp_path, entries).gains("塵", both).tolist() == readings.gains("塵", both).tolist()


def test_a_question_that_says_nothing_moves_no_entry_before_another(split_look: WordOrder) -> None:
    gains = made(split_look, [Entry("1", "塵", "申請"), Entry("2", "犬", "住民票")]).gains("", np.arange(2))
    assert gains.tolist() == [0.0, 0.0]


def test_only_the_beginning_of_a_long_answer_is_read(split_look: WordOrder) -> None:
    long = Entry("1", "ごみ", "犬 " * LONGEST_ANSWER + "住民票")
    assert made(split_look, [long]).texts.starts.tolist() == [0, 1, 1 + LONGEST_ANSWER]


def test_a_wording_that_says_it_in_the_order_of_the_question_wins(interaction: Interaction, tokenizer: Tokenizer) -> None:
    look = WordOrder(interaction, tokenizer)
    entry = Entry("1", "犬の登録", "窓口で登録します。")
    worded = replace(entry, id="2", wordings=("子犬を飼い始めた",))
    gains = made(look, [entry, worded]).gains("子犬を飼い始めました", np.arange(2))
    assert gains[1] > gains[0]


def test_the_name_tells_one_reading_from_another(interaction: Interaction, tokenizer: Tokenizer) -> None:
    assert interaction.digest[:16] in WordOrder(interaction, tokenizer).name
