"""One score from two."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.fuse import LEXICAL_SHARE, fuse, lexical_share, spread

SCORES = st.lists(st.floats(-1, 30, width=32), min_size=1, max_size=20)


def array(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


def test_a_score_says_how_far_an_entry_stands_out() -> None:
    fused = fuse(array(0.5, 0.1), (0.1, 0.2), array(6.0, 0.0), (1.0, 2.5))
    assert fused == pytest.approx([2 + LEXICAL_SHARE * 2, LEXICAL_SHARE * -0.4], abs=1e-6)


@pytest.mark.parametrize("same", [0.0, 0.7, 1.0])
def test_nothing_stands_out_among_entries_that_are_all_alike(same: float) -> None:
    dense, lexical = array(same, same, same), array(2.0, 2.0, 2.0)
    assert fuse(dense, spread(dense), lexical, spread(lexical)).tolist() == [0, 0, 0]


def test_rounding_is_not_taken_for_a_difference() -> None:
    dense = array(0.7, 0.7 + 1e-7, 0.7 - 1e-7)
    assert fuse(dense, spread(dense), array(0, 0, 0), (0.0, 0.0)).tolist() == [0, 0, 0]


@given(SCORES, SCORES)
def test_scores_are_always_numbers_and_more_is_never_less(dense: list[float], lexical: list[float]) -> None:
    size = min(len(dense), len(lexical))
    one, other = array(*dense[:size]), array(*lexical[:size])
    fused = fuse(one, spread(one), other, spread(other))
    assert np.isfinite(fused).all()
    better = (one[:, None] >= one[None, :]) & (other[:, None] >= other[None, :])
    assert (fused[:, None] >= fused[None, :])[better].all()


def test_no_scores_have_no_spread() -> None:
    assert spread(array()) == (0.0, 0.0)


@pytest.mark.parametrize("words", [[], ["住民", "票"], ["2024", "年"], ["ゴミ", "α"]])
def test_japanese_words_count_little_beside_their_meaning(words: list[str]) -> None:
    assert lexical_share(words) == LEXICAL_SHARE


def test_the_more_words_are_in_latin_letters_the_more_words_count() -> None:
    shares = [lexical_share(words) for words in (["票", "ゴミ"], ["票", "garbage"], ["bulky", "garbage"])]
    assert shares == [LEXICAL_SHARE, pytest.approx((1 + LEXICAL_SHARE) / 2), 1.0]
