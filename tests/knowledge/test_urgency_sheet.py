"""The sheets of emergencies: what they hold, how they are read, and what is kept aside."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sheet_errors import MissingColumns
from knowledge.urgency_sheet import HELD_OUT, URGENCY, Saying, Urgency, held_out, read_sayings

HEADING = ["kind", "about", "say"]


@pytest.fixture(scope="module")
def sayings() -> Sequence[Saying]:
    return read_sayings().good


def folder_with(folder: Path, *rows: Sequence[str], name: str = "a.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADING, *rows])
    return folder


def test_nothing_is_wrong_with_the_sheets_of_the_product() -> None:
    assert [problem.sentence for problem in read_sayings().problems] == []


@pytest.mark.parametrize("sheet", sorted(URGENCY.glob("*.csv")), ids=lambda sheet: sheet.stem)
def test_a_sheet_is_written_as_its_readme_says(sheet: Path) -> None:
    content = sheet.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    heading, *rows = csv.reader(content.decode("utf-8").split("\n")[:-1])
    assert heading == HEADING
    assert [row for row in rows if [cell.strip() for cell in row] != row] == []
    assert {row[0] == Urgency.CALM for row in rows} == {sheet.stem == "near-misses"}


def test_every_kind_is_told_of_in_the_readme() -> None:
    readme = (URGENCY / "README.ja.md").read_text(encoding="utf-8")
    assert [kind for kind in Urgency if f"| `{kind}` |" not in readme] == []


def test_there_is_enough_of_every_kind_to_learn_it(sayings: Sequence[Saying]) -> None:
    counts = Counter(saying.kind for saying in sayings)
    assert sum(counts.values()) - counts[Urgency.CALM] >= 600
    assert counts[Urgency.CALM] >= 1500
    assert min(counts[kind] for kind in Urgency) >= 100


def test_bad_rows_cost_no_good_one(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        ["life", "死にたい", "もうだめ"],
        ["fire", "火事", "燃える"],
        ["life", "", "内容がない"],
        ["life", "死にたい", ""],
        ["life", "死にたい", "あ" * 501],
        ["calm", "ごみ", "ごみの日"],
    )
    good, problems = read_sayings(tmp_path)
    assert good == (Saying(Urgency.LIFE, "死にたい", "もうだめ"), Saying(Urgency.CALM, "ごみ", "ごみの日"))
    told = [(each.sheet, each.problem.row, each.problem.key) for each in problems]
    assert told == [("a.csv", 3, "bad_kind"), ("a.csv", 4, "missing"), ("a.csv", 5, "missing"), ("a.csv", 6, "too_long")]
    assert all(problem.sentence.startswith("「a.csv」") for problem in problems)


def test_what_stands_twice_is_used_once_and_told_with_its_first_place(tmp_path: Path) -> None:
    folder_with(tmp_path, ["life", "死にたい", "もう だめ"])
    folder_with(tmp_path, ["calm", "ごみ", "ごみの日"], ["calm", "ごみ", "もうだめ"], name="b.csv")
    good, problems = read_sayings(tmp_path)
    assert [saying.text for saying in good] == ["もう だめ", "ごみの日"]
    assert [problem.sentence for problem in problems] == [
        "「b.csv」3行目：「もうだめ」は「a.csv」の2行目にもあるため、この行は使いません。1行にまとめてください。"
    ]


def test_a_sheet_without_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("kind,say\nlife,もうだめ\n", encoding="utf-8")
    with pytest.raises(MissingColumns):
        read_sayings(tmp_path)


def test_about_one_saying_in_five_of_every_kind_is_kept_aside(sayings: Sequence[Saying]) -> None:
    aside = Counter(saying.kind for saying in held_out(sayings))
    for kind, count in Counter(saying.kind for saying in sayings).items():
        assert aside[kind] / count == pytest.approx(1 / HELD_OUT, abs=0.03)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=30, unique=True))
def test_what_is_kept_aside_does_not_hang_on_the_order_of_the_rows(texts: list[str]) -> None:
    sayings = [Saying(Urgency.LIFE, "a", text) for text in texts]
    assert held_out(sayings) == held_out(sayings[::-1])
    assert len(held_out(sayings)) == len(texts) // HELD_OUT


def test_the_sayings_kept_aside_stay_the_same_from_release_to_release() -> None:
    """Were another digest used, sayings that were trained on would be measured on."""
    assert [each.text for each in held_out([Saying(Urgency.LIFE, "a", text) for text in "あいうえおか"])] == ["え"]
