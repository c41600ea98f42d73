"""Waste lists, official and the city's own."""

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge.entry import Entry, Kind
from knowledge.sheet_errors import MissingColumns, SheetEmpty, SheetTooLong
from knowledge.waste import read_waste, write_waste

OFFICIAL = """#property,name,classification,note
1,アイロン,破砕ごみ,
2,パソコン,収集不可,"リサイクル対象品
回収できます"
635,,,
"""
TEXT = st.sampled_from(["アイロン", "=1", "'=1", "-", " 前後 ", "a\nb", "#N/A", "😀", "_x000D_", ""]) | st.text(max_size=8)
ITEM = st.fixed_dictionaries({"item": TEXT, "category": TEXT}, optional={"kana": TEXT, "note": TEXT | st.none(), "city": TEXT})


def sheet(folder: Path, text: str, name: str = "waste.csv", encoding: str = "utf-8-sig") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_the_official_open_data_is_read_as_it_is(tmp_path: Path, encoding: str) -> None:
    good, problems = read_waste(sheet(tmp_path, OFFICIAL, encoding=encoding))
    assert problems == ()
    assert [each.question for each in good] == ["「アイロン」はどう出せばよいですか。", "「パソコン」はどう出せばよいですか。"]
    assert good[0].answer == "分別：破砕ごみ"
    assert good[1].answer == "分別：収集不可\n備考：リサイクル対象品\n回収できます"
    assert {each.kind for each in good} == {Kind.WASTE}
    assert {each.category for each in good} == {"ごみの分別"}
    assert good[1].details == {"item": "パソコン", "kana": "", "category": "収集不可", "note": "リサイクル対象品\n回収できます"}


def test_japanese_headings_and_packed_jsonl_mean_the_same(tmp_path: Path) -> None:
    table = sheet(tmp_path, "市町村,品目,よみ,分別,備考\n見本市,皿,さら,不燃,\n")
    row = {"city": "見本市", "item": "皿", "kana": "さら", "category": "不燃", "note": None}
    packed = tmp_path / "waste.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(row, ensure_ascii=False).encode()))
    book = Workbook()
    assert book.active is not None
    for cells in (["品名", "読み", "出し方", "市町村名"], ["皿", "さら", "不燃", "見本市"]):
        book.active.append(cells)
    book.save(tmp_path / "waste.xlsx")
    read = [read_waste(file) for file in (table, packed, tmp_path / "waste.xlsx")]
    assert read[0] == read[1] == read[2]
    assert read[0].good[0].wordings == ("皿", "さら")
    assert read[0].good[0].details["city"] == "見本市"


def test_an_item_with_two_instructions_gives_two_entries_and_a_repetition_a_problem(tmp_path: Path) -> None:
    text = "品目,分別,備考\n傘,不燃,\n傘,粗大,50cm以上\n皿,不燃,\n傘 ,不燃,\n"
    good, problems = read_waste(sheet(tmp_path, text))
    assert [each.details["category"] for each in good] == ["不燃", "粗大", "不燃"]
    assert len({each.id for each in good}) == 3
    assert all(each.id.startswith("waste-") and len(each.id) == 18 for each in good)
    assert [problem.sentence for problem in problems] == ["5行目：「傘」は2行目と同じ内容なので、取り込みませんでした。"]


def test_an_item_keeps_its_id_when_its_instruction_changes_and_cities_do_not_share_one(tmp_path: Path) -> None:
    before = read_waste(sheet(tmp_path, "品目,分別\n傘,不燃\n")).good[0]
    after = read_waste(sheet(tmp_path, "品目,分別\n皿,不燃\n傘,可燃\n")).good[1]
    elsewhere = read_waste(sheet(tmp_path, "品目,分別,市町村\n傘,可燃,見本市\n")).good[0]
    assert before.id == after.id != elsewhere.id


def test_an_item_without_an_instruction_is_a_problem_that_costs_no_other(tmp_path: Path) -> None:
    good, problems = read_waste(sheet(tmp_path, f"品目,分別\n皿,\n,不燃\n傘,不燃\n{'長' * 600},不燃\n"))
    assert [each.details["item"] for each in good] == ["傘"]
    assert [problem.row for problem in problems[:2]] == [2, 3]
    assert problems[0].sentence == "2行目：「分別」がありません。必ず書いてください。"
    assert {(problem.row, problem.key) for problem in problems[2:]} == {(5, "too_long")}


def test_keys_of_jsonl_that_nobody_knows_are_told_once(tmp_path: Path) -> None:
    good_rows = [{"item": item, "category": "不燃", "zzz": 1} for item in ("皿", "傘")]
    rows = [*good_rows, 3, {"item": ["x"], "category": "y"}]
    text = "\n".join(json.dumps(row) for row in rows)
    good, problems = read_waste(sheet(tmp_path, text, "waste.jsonl"))
    assert [each.details["item"] for each in good] == ["皿", "傘"]
    assert [(problem.row, problem.key) for problem in problems] == [(1, "unknown_column"), (3, "not_an_object"), (4, "not_text")]


def test_half_a_character_is_told_of_the_item_it_stands_in(tmp_path: Path) -> None:
    text = '{"item": "皿\\ud800", "category": "不燃"}\n{"item": "傘", "category": "不燃"}'
    good, problems = read_waste(sheet(tmp_path, text, "waste.jsonl"))
    assert len(good) == 1
    assert problems[0].sentence.startswith("1行目：「品目」に、壊れた文字")


def test_whole_files_are_refused_as_other_sheets_are(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns, match="分別"):
        read_waste(sheet(tmp_path, "品目,備考\n皿,\n"))
    with pytest.raises(SheetEmpty):
        read_waste(sheet(tmp_path, "", "waste.jsonl"))
    with pytest.raises(SheetTooLong):
        read_waste(sheet(tmp_path, "品目,分別\n" + "皿,不燃\n" * 4), limit=3)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
@given(rows=st.lists(ITEM, max_size=5))
@example(rows=[{"item": "傘", "category": "可燃", "note": "長" * 20_001}, {"item": "傘", "category": "不燃"}])
@settings(deadline=None, max_examples=50)
def test_what_is_written_is_read_back_without_loss(suffix: str, rows: list[dict[str, object]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        text = "\n".join(json.dumps(row) for row in [{"item": "最初", "category": "可燃"}, *rows])
        good = read_waste(sheet(folder, text, "given.jsonl")).good
        write_waste(good, folder / f"waste{suffix}")
        assert read_waste(folder / f"waste{suffix}") == (good, ())


def test_an_item_that_was_not_imported_is_written_by_its_details(tmp_path: Path) -> None:
    by_hand = Entry("waste-x", "皿は？", "不燃です。", kind=Kind.WASTE, details={"item": "皿", "category": "不燃"})
    write_waste([by_hand], tmp_path / "waste.csv")
    assert (tmp_path / "waste.csv").read_text(encoding="utf-8-sig").splitlines() == ["品目,よみ,分別,備考", "皿,,不燃,"]
