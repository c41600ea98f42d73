"""Questions with their right entries, good and bad rows mixed."""

import json
from pathlib import Path

import pytest

from knowledge.labelled import LONGEST, Labelled, read_labelled, write_labelled
from knowledge.sheet_errors import SheetNotFound

KNOWN = {"a", "b"}


def sheet(folder: Path, *rows: object) -> Path:
    path = folder / "labelled.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_question_has_the_entries_of_any_grade_above_nothing(tmp_path: Path) -> None:
    found = read_labelled(sheet(tmp_path, {"id": 1, "query": " 犬を飼う ", "relevant": {"a": 2, "b": 1, "c": 0}}), KNOWN)
    assert found == ((Labelled("犬を飼う", frozenset({"a", "b"})),), ())


def test_a_question_without_entries_is_one_that_has_no_answer(tmp_path: Path) -> None:
    found = read_labelled(sheet(tmp_path, {"query": "天気は"}, {"query": "株価は", "relevant": {}}), KNOWN)
    assert [each.right for each in found.good] == [frozenset(), frozenset()]
    assert not found.problems


def test_an_unknown_entry_is_told_and_never_makes_a_question_unanswerable(tmp_path: Path) -> None:
    rows = {"query": "犬", "relevant": {"a": 1, "old": 2}}, {"query": "猫", "relevant": {"gone": 2}}
    found = read_labelled(sheet(tmp_path, *rows), KNOWN)
    assert found.good == (Labelled("犬", frozenset({"a"})),)
    assert [problem.sentence for problem in found.problems] == [
        "1行目：ID「old」の項目は公開されていないため、正解から外しました。",
        "2行目：ID「gone」の項目は公開されていないため、正解から外しました。",
    ]


def test_a_question_asked_twice_counts_once(tmp_path: Path) -> None:
    rows = {"query": "犬", "relevant": {"a": 1}}, {"query": "犬", "relevant": {"b": 1}}
    found = read_labelled(sheet(tmp_path, *rows), KNOWN)
    assert found.good == (Labelled("犬", frozenset({"a"})),)
    assert [problem.sentence for problem in found.problems] == [
        "2行目：質問「犬」は1行目にもあるため、この行は使いませんでした。"
    ]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("これはJSONではない", "broken_json"),
        ([1, 2], "not_an_object"),
        ({"relevant": {"a": 1}}, "missing"),
        ({"query": " \n"}, "missing"),
        ({"query": 7}, "missing"),
        ({"query": "あ" * (LONGEST + 1)}, "too_long"),
        ('{"query": "\\ud800"}', "lone_surrogate"),
        ({"query": "犬", "relevant": ["a"]}, "not_graded"),
        ({"query": "犬", "relevant": {"a": "yes"}}, "not_graded"),
        ({"query": "犬", "relevant": {"a": True}}, "not_graded"),
    ],
)
def test_a_bad_row_is_a_sentence_and_costs_no_good_one(tmp_path: Path, row: object, key: str) -> None:
    found = read_labelled(sheet(tmp_path, row, {"query": "犬は", "relevant": {"a": 1}}), KNOWN)
    assert [each.text for each in found.good] == ["犬は"]
    assert [(problem.row, problem.key) for problem in found.problems] == [(1, key)]
    assert found.problems[0].sentence.startswith("1行目：")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    questions = (Labelled("犬を\n飼う", frozenset({"a", "b"})), Labelled("天気は", frozenset()))
    write_labelled(tmp_path / "kept.jsonl", questions)
    assert read_labelled(tmp_path / "kept.jsonl", KNOWN) == (questions, ())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetNotFound):
        read_labelled(tmp_path / "gone.jsonl", KNOWN)
