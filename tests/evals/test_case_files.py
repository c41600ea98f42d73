"""Case files are read line by line: what is wrong is told by its place, and costs no other line."""

import json
from pathlib import Path

import pytest

from evals.case import Case, digest, to_json
from evals.case_files import CasesRead, read_case_files
from knowledge.sheet_errors import SheetNotFound
from tests.evals.conftest import write

KNOWN = {"juminhyo", "inkan"}
GOOD = {"id": "a", "set": "answers", "text": "住所の紙がほしい", "entries": {"juminhyo": 2}}


def read(path: Path) -> CasesRead:
    return read_case_files([path], KNOWN)


def test_a_line_has_all_fields_of_the_guide(tmp_path: Path) -> None:
    row = {
        "id": "b",
        "set": "follow_up",
        "text": "いくら？",
        "language": "en",
        "before": ["住所の紙がほしい"],
        "expected": "answered_entry",
        "entries": {"juminhyo": 2, "inkan": 1},
        "private": ["090-0000-0000"],
        "protected": True,
        "note": "前の質問に続く",
        "tags": ["registry"],
    }
    (case,), problems = read(write(tmp_path / "cases.jsonl", [row]))
    assert problems == ()
    assert case == Case(
        "b", "いくら？", "follow_up", "answered_entry", {"juminhyo": 2, "inkan": 1}, "en", ("住所の紙がほしい",),
        ("090-0000-0000",), True, "前の質問に続く", ("registry",),
    )  # fmt: skip
    assert to_json(case) == row


def test_what_is_left_out_is_filled_in(tmp_path: Path) -> None:
    row = {"id": "a", "text": "住所の紙", "entries": {"juminhyo": 2}}
    (case,), _ = read(write(tmp_path / "waste.jsonl", [row]))
    assert (case.set, case.expected, case.language, case.protected) == ("waste", "answered", "ja", False)


def test_folders_are_read_whole_and_ids_are_their_own_across_files(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    write(tmp_path / "one.jsonl", [GOOD])
    write(tmp_path / "more" / "two.jsonl", [{**GOOD, "text": "別の質問"}, {**GOOD, "id": "c"}])
    good, problems = read(tmp_path)
    assert sorted(case.id for case in good) == ["a", "c"]
    assert [problem.sentence for problem in problems] == [
        "one.jsonl の1行目：ID「a」は前にもあるため、この行は使いませんでした。IDを変えるか、片方を消してください。"
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": ""}, "「id」がありません"),
        ({"id": None}, "「id」がありません"),
        ({"id": "a b"}, "「id」に使えるのは"),
        ({"id": 3}, "「id」が文字列ではありません"),
        ({"text": ""}, "「text」がありません"),
        ({"text": ["質問"]}, "「text」が文字列ではありません"),
        ({"text": "\ud800"}, "「text」に、壊れた文字が含まれています"),
        ({"language": "日本語"}, "「language」の「日本語」は、言語の書き方ではありません"),
        ({"before": "前の質問"}, "「before」が文字列の一覧"),
        ({"tags": [1]}, "「tags」が文字列の一覧"),
        ({"protected": "yes"}, "「protected」は、true か false"),
        ({"entries": ["juminhyo"]}, "「entries」は、項目のIDと"),
        ({"entries": {"juminhyo": "2"}}, "「entries」は、項目のIDと"),
        ({"entries": {"juminhyo": 3}}, "「entries」は、項目のIDと"),
        ({"entries": {"juminhyo": True}}, "「entries」は、項目のIDと"),
        ({"entries": {}}, "どう終われば正しいかが分かりません"),
        ({"entries": {"juminhyo": 1}}, "「expected」が answered なのに、答えになる項目がありません"),
        ({"expected": "solved"}, "「expected」の「solved」は、終わり方の名前ではありません"),
        ({"expected": "handoff"}, "答えになる項目（entries）があるのに"),
        ({"expcted": "answered"}, "「expcted」という項目はありません"),
        ({"entries": {"juminhyou": 2}}, "項目「juminhyou」は、この市にありません"),
    ],
)
def test_a_bad_line_is_told_and_left_out(tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    path = tmp_path / "cases.jsonl"
    lines = [GOOD, {**GOOD, "id": "bad", **change}, {**GOOD, "id": "after"}]
    path.write_text("".join(f"{_line(row)}\n" for row in lines), encoding="utf-8")
    good, problems = read(path)
    assert [case.id for case in good] == ["a", "after"]
    assert [problem.row for problem in problems] == [2]
    assert problems[0].sentence.startswith("cases.jsonl の2行目：")
    assert sentence in problems[0].sentence


def _line(row: object) -> str:
    """With every letter escaped, as half a character cannot be written otherwise."""
    return json.dumps(row)


def test_a_case_goes_on_without_an_unknown_entry_while_another_answers(tmp_path: Path) -> None:
    (case,), (problem,) = read(write(tmp_path / "cases.jsonl", [{**GOOD, "entries": {"juminhyo": 2, "gone": 2}}]))
    assert case.entries == {"juminhyo": 2}
    assert (problem.key, problem.values) == ("unknown_entry", {"entry": "gone"})


def test_what_helps_may_stand_beside_a_handoff(tmp_path: Path) -> None:
    (case,), problems = read(write(tmp_path / "cases.jsonl", [{**GOOD, "expected": "handoff", "entries": {"inkan": 1}}]))
    assert problems == ()
    assert not case.is_answerable


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "cases.jsonl：質問が1件もありません。"),
        ("\n \n", "cases.jsonl：質問が1件もありません。"),
        ("これはJSONではない\n", "cases.jsonl の1行目：JSONとして読めません"),
        ("[1]\n", "cases.jsonl の1行目：項目名と値の組"),
        ('\n{"id": "a", "text": "住所の', "cases.jsonl の2行目：最後の行が途中で切れています"),
    ],
)
def test_a_file_that_holds_no_case_says_why(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(content, encoding="utf-8")
    good, (problem,) = read(path)
    assert good == ()
    assert problem.sentence.startswith(sentence)


def test_a_last_line_without_its_end_is_read_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(_line(GOOD), encoding="utf-8")
    good, problems = read(path)
    assert ([case.id for case in good], problems) == (["a"], ())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetNotFound):
        read(tmp_path / "gone.jsonl")


def test_the_digest_notices_every_change_but_not_who_wrote_the_dictionary_in_which_order() -> None:
    one = Case("a", "住所", "answers", "answered", {"juminhyo": 2, "inkan": 1})
    same = Case("a", "住所", "answers", "answered", {"inkan": 1, "juminhyo": 2})
    other = Case("a", "住所", "answers", "answered", {"juminhyo": 2})
    assert digest([one]) == digest([same])
    assert len({digest([one]), digest([other]), digest([one, other]), digest([])}) == 4
