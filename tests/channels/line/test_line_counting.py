"""Counting as LINE counts, with the examples of LINE's own page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.line.counting import blank, clusters, fit_clusters, fit_units, json_bytes, sendable, units
from tests.channels.line.anything import FAMILY, ZALGO

ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("あ", 1), ("🍎", 2), ("𠮟る", 3), (FAMILY, 11), ("\ud83d", 1), ("", 0)])
def test_a_text_is_counted_in_utf_16_units(text: str, size: int) -> None:
    assert units(text) == size


@pytest.mark.parametrize(("text", "count"), [("abc", 3), ("𠮟る", 2), (FAMILY, 1), ("が", 1), ("🇯🇵", 1), ("", 0)])
def test_a_label_is_counted_in_what_people_take_for_characters(text: str, count: int) -> None:
    assert len(clusters(text)) == count


def test_a_heap_of_accents_counts_as_many() -> None:
    assert len(clusters(ZALGO)) > 100


def test_bytes_are_counted_as_the_sdk_writes_them() -> None:
    assert json_bytes({"text": "あ"}) == len('{"text": "\\u3042"}')


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [("住民票", 3, "住民票"), ("住民票の写し", 3, "住民…"), (FAMILY * 2, 12, f"{FAMILY}…"), (FAMILY, 5, "…")],
)
def test_a_text_is_cut_between_characters(text: str, limit: int, cut: str) -> None:
    assert fit_units(text, limit) == cut


def test_a_label_is_cut_between_characters() -> None:
    assert fit_clusters(FAMILY * 21, 20) == FAMILY * 19 + "…"
    assert fit_clusters(FAMILY * 20, 20) == FAMILY * 20


@given(ANY, st.integers(1, 30))
def test_what_is_cut_fits(text: str, limit: int) -> None:
    assert units(fit_units(text, limit)) <= limit
    assert len(clusters(fit_clusters(text, limit))) <= limit


@given(ANY)
def test_what_is_sent_can_be_written_down(text: str) -> None:
    assert sendable(text).encode() == sendable(sendable(text)).encode()


def test_halves_are_joined_or_marked_as_lost() -> None:
    assert sendable("\ud83c\udf4e") == "🍎"
    assert sendable("a\ud83cb\x00\x07") == "a�b"


@pytest.mark.parametrize(
    ("text", "nothing"), [("", True), (" 　\n\t", True), ("\u200b\u2060", True), ("・", False), ("あ", False), (FAMILY, False)]
)
def test_line_refuses_what_nobody_can_see(text: str, nothing: bool) -> None:
    assert blank(text) is nothing
