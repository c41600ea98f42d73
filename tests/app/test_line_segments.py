"""`madoguchi line segments`, run as from a shell: staff decide what residents are asked, and see how many answered."""

from pathlib import Path

import pytest

from tests.app.newsletter import MIHON, asked, found, register
from tests.app.shell import Madoguchi, one_sentence


@pytest.fixture
def segments(madoguchi: Madoguchi) -> Madoguchi:
    """The commands, for a site that asks nothing yet."""
    found()
    return lambda *arguments: madoguchi("line", "segments", *arguments)


def test_the_sample_can_be_begun_with(segments: Madoguchi) -> None:
    Path("sample.yaml").write_text(segments("sample").out, encoding="utf-8")
    ended = segments("apply", "sample.yaml")
    assert (ended.status, ended.err) == (0, "")
    assert "6 問にしました" in ended.out
    assert "0人  北地区（north）" in segments("show").out


def test_how_many_chose_what_is_shown_without_those_who_left(segments: Madoguchi) -> None:
    segments("apply", asked(quiet="21:00-8:00"))
    register("U1", "north")
    register("U2", "north", language="en")
    register("U3", "south", left=True)
    told = segments("show").out
    assert "登録をした方: 2人" in told
    assert "送らない時間: 21:00-08:00" in told
    assert "     2人  北（north）\n       0人  南（south）" in told
    assert "     1人  English（en）" in told


def test_a_file_can_be_tried_without_an_effect(segments: Madoguchi) -> None:
    segments("apply", asked())
    register("U1", "south")
    ended = segments("apply", asked(second="west"), "--dry-run", "--delete-answers")
    assert (ended.status, ended.out.count("消える答え 1 件")) == (0, 1)
    assert "1人  南（south）" in segments("show").out


@pytest.mark.parametrize("option", [(), ("--dry-run",)])
def test_answers_are_deleted_only_when_that_is_meant(segments: Madoguchi, option: tuple[str, ...]) -> None:
    segments("apply", asked())
    register("U1", "south")
    assert "住民1人の答えが消えます（area: south）" in one_sentence(segments("apply", asked(second="west"), *option))
    assert "1人  南（south）" in segments("show").out
    assert "消した答え 1 件" in segments("apply", asked(second="west"), "--delete-answers").out
    assert "0人  南（west）" in segments("show").out


def test_every_mistake_in_a_file_is_a_sentence(segments: Madoguchi) -> None:
    ended = segments("apply", asked(second="WEST", quiet="夜"))
    assert (ended.status, ended.out, len(ended.err.splitlines())) == (2, "", 2)
    assert "まだありません" in one_sentence(segments("show"))


def test_what_stands_in_the_way_is_one_sentence(segments: Madoguchi) -> None:
    assert "nowhere.yaml" in one_sentence(segments("apply", "nowhere.yaml"))
    assert "「minami」" in one_sentence(segments("apply", asked(), "--site", "minami"))
    assert "segments sample" in one_sentence(segments("show", "--site", MIHON))
