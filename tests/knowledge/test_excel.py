"""Workbooks as Excel and other programs leave them."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from knowledge import excel
from knowledge.entry import Entry
from knowledge.errors import KnownError
from knowledge.sheet import read_entries, write_entries
from knowledge.sheet_errors import (
    CellTooLong,
    MissingColumns,
    NotThisFormat,
    SheetDamaged,
    SheetEmpty,
    SheetTooLarge,
    SheetTooWide,
)


def workbook(folder: Path, *rows: list[Any], name: str = "faq.xlsx") -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def test_a_missing_column_is_named_with_those_that_were_found(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns, match="足りない列：質問・回答。見つかった列：ID・質門・分野。"):
        read_entries(workbook(tmp_path, ["ID", "質門", "分野"], [1, "Q", "A"]))


def test_a_workbook_without_a_cell_is_empty(tmp_path: Path) -> None:
    with pytest.raises(SheetEmpty):
        read_entries(workbook(tmp_path))


def test_an_old_workbook_and_a_word_document_are_not_excel(tmp_path: Path) -> None:
    old, word = tmp_path / "old.xlsx", tmp_path / "word.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    for file in (old, word):
        with pytest.raises(NotThisFormat):
            read_entries(file)


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path, ["質問", "回答"], ["Q", "A" * 30_000])
    monkeypatch.setattr(excel, "MAX_UNPACKED", 20_000)
    with pytest.raises(SheetTooLarge):
        read_entries(file)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", [None, b"", b"<worksheet><sheetData><row><c t='s'><v>99", b"\x00\xff" * 50, b"<a><b/></a>"])
def test_a_workbook_with_a_broken_part_never_crashes(tmp_path: Path, part: str, content: bytes | None) -> None:
    whole, broken = workbook(tmp_path, ["質問", "回答"], ["Q", "A"]), tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
            elif content is not None:
                target.writestr(name, content)
    try:
        good, _ = read_entries(broken)
    except KnownError as refused:
        assert "broken.xlsx" in refused.sentence()  # noqa: PT017  # either way is right, depending on the part
    else:
        assert len(good) <= 1


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path, ["質問", "回答"], ["Q", "A"])
    data = file.read_bytes()
    for length in range(1, len(data), 97):
        file.write_bytes(data[:length])
        with pytest.raises((NotThisFormat, SheetDamaged)):
            read_entries(file)


def test_excel_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    heading = ["ID", "質問", "回答", "有効開始日", "確認日", "備考欄"]
    row = [12.0, 119, 1.5, datetime(2026, 4, 1), "令和8年4月2日", None]  # noqa: DTZ001  # Excel knows no time zones
    good, problems = read_entries(workbook(tmp_path, heading, row, [], [13, True, date(2026, 4, 1)]))
    assert [problem.key for problem in problems] == ["unknown_column"]
    assert (good[0].id, good[0].question, good[0].answer) == ("12", "119", "1.5")
    assert (good[0].valid_from, good[0].confirmed_on) == (date(2026, 4, 1), date(2026, 4, 2))
    assert (good[1].question, good[1].answer) == ("True", "2026-04-01")


def test_an_error_value_is_a_problem_of_its_row_and_a_formula_counts_by_its_value(tmp_path: Path) -> None:
    file = workbook(tmp_path, ["質問", "回答"], ["Q1", "#N/A"], ["Q2", "A2"], ["Q3", "=1+1"])
    good, problems = read_entries(file)
    assert [each.question for each in good] == ["Q2"]
    assert problems[0].sentence.startswith("2行目：B列の値がエラー（#N/A）")
    assert (problems[1].row, problems[1].key) == (4, "missing")  # never calculated, so it has no value


def test_carriage_returns_of_excel_are_line_ends(tmp_path: Path) -> None:
    good, _ = read_entries(workbook(tmp_path, ["質問", "回答"], ["Q", "一行目_x000D_\n二行目"]))
    assert good[0].answer == "一行目\n二行目"


def test_a_workbook_with_cells_far_to_the_right_is_refused_but_with_empty_ones_read(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["質問", "回答"])
    book.active.append(["Q", "A"])
    book.active.cell(2, 16_384).number_format = "0.00"
    book.save(tmp_path / "a.xlsx")
    assert len(read_entries(tmp_path / "a.xlsx").good) == 1
    book.active.cell(2, 16_384).value = "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(SheetTooWide):
        read_entries(tmp_path / "a.xlsx")


def test_a_text_that_excel_cannot_hold_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    file = tmp_path / "faq.xlsx"
    write_entries([Entry("old", "Q", "A")], file)
    before = file.read_bytes()
    with pytest.raises(CellTooLong) as refused:
        write_entries([Entry("a", "Q", "A"), Entry("b", "Q", "😀" * 17_000)], file)
    assert refused.value.sentence().startswith("3行目のE列")
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
