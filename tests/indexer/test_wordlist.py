"""Many words and their numbers, compared with a dictionary."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.wordlist import WordList, read_word_list, word_list

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1), unique=True)


@given(WORDS, WORDS)
def test_it_is_a_dictionary_of_words_and_their_numbers(words: list[str], others: list[str]) -> None:
    expected = {word: number for number, word in enumerate(words)}
    made = word_list(words)
    assert dict(made) == expected
    assert list(made) == words
    for word in [*words, *others, "", "\n", "ないよ"]:
        assert made.get(word, -1) == expected.get(word, -1)
        assert (word in made) == (word in expected)


def test_what_cannot_be_a_word_is_none() -> None:
    made = word_list(["住民票", "?"])
    assert "\ud800" not in made
    with pytest.raises(KeyError, match="印鑑"):
        made["印鑑"]


@given(WORDS)
def test_saved_words_are_read_back_in_their_order(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    file = Path(tmp_path_factory.mktemp("words")) / "words.txt"
    word_list(words).save(file)
    assert list(read_word_list(file)) == words


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(b"a\n\xff")
    with pytest.raises(ValueError, match="utf-8"):
        read_word_list(tmp_path / "words.txt")


def test_numbers_stay_right_when_more_words_are_asked_for_than_are_remembered() -> None:
    words = [f"w{number}" for number in range(20_000)]
    made = WordList("\n".join(words).encode())
    assert [made[word] for word in words] == list(range(20_000))
    assert made["w7"] == 7
