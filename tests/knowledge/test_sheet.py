"""Entries in JSONL, CSV and Excel: nothing is lost on the way there and back, and bad sheets are refused with a reason."""

import csv
import json
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.check import from_json
from knowledge.entry import Entry, Kind, Translation
from knowledge.errors import KnownError
from knowledge.sheet import read_entries, write_entries
from knowledge.sheet_errors import (
    MissingColumns,
    MixedEncodings,
    NotThisFormat,
    SheetEmpty,
    SheetNotFound,
    SheetTooLong,
    UnknownSheetFormat,
)

SUFFIXES = (".jsonl", ".csv", ".tsv", ".xlsx")
HEADING = "ID,質問,回答"
NASTY = (
    *("=1+1", "'=x", "''@", "-1", "+81", "@a", "'", "''", "'abc", "＝１", "\t=x", "=cmd|' /C calc'!A0"),
    *("#N/A", "#REF!", "TRUE", "007", "1e5", "2026-04-01", "_x000D_", "_x005F_x000D_", "x005F_", "__x0041__", "_x0041_\n"),
    *(" 前後 ", "　全角　", "a\nb\n", "\n\n先頭", 'he said "はい"', '"', ",;\t", "😀👨‍👩‍👧", "\u2028\u2029", "\ufeff先"),
    *("<b>&amp;</b>", "e\u0301", "[en]"),
)
TEXT = st.one_of(st.sampled_from(NASTY), st.text(max_size=12), st.lists(st.sampled_from(NASTY), max_size=3).map("".join))
DAY = st.none() | st.dates(date(1950, 1, 1), date(2199, 12, 31)).map(date.isoformat)
TRANSLATION = st.fixed_dictionaries({"question": TEXT, "answer": TEXT, "wordings": st.lists(TEXT, max_size=3)})
VALUE = st.fixed_dictionaries(
    {"question": TEXT, "answer": TEXT},
    optional={
        "id": st.text(max_size=10),
        "kind": st.sampled_from(list(Kind)),
        "wordings": st.lists(TEXT, max_size=4),
        **dict.fromkeys(("category", "division", "contact"), TEXT),
        **dict.fromkeys(("source", "procedure"), st.just("https://example.jp/?a=1") | TEXT),
        **dict.fromkeys(("valid_from", "valid_until", "review_on", "confirmed_on"), DAY),
        "details": st.dictionaries(TEXT, TEXT, max_size=3),
        "translations": st.dictionaries(st.sampled_from(["en", "zh-Hans", "ja-x-easy"]), TRANSLATION, max_size=2),
    },
)


def allowed(values: Sequence[dict[str, object]]) -> tuple[Entry, ...]:
    """The entries that the checker lets through, each ID once."""
    checked = (from_json(value) for value in values)
    return tuple({each.id: each for each in checked if isinstance(each, Entry)}.values())


def sheet(folder: Path, text: str, name: str = "faq.csv", encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(values=st.lists(VALUE, max_size=4))
@example(values=[{"question": text, "answer": f"{text}答", "wordings": [text], "details": {text: text}} for text in NASTY])
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_read_back_without_loss(suffix: str, values: list[dict[str, object]]) -> None:
    entries = allowed([{"question": "最初", "answer": "の一件"}, *values])
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"faq{suffix}"
        write_entries(entries, file)
        assert read_entries(file) == (entries, ())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_sheet_goes_through_all_formats(tmp_path: Path, suffix: str) -> None:
    full = Entry(
        "juminhyo",
        "住民票の写しは？",
        "窓口です。\n=注意",
        division="市民課",
        contact="+81",
        kind=Kind.PAGE,
        wordings=("住民票", "-の取り方"),
        valid_from=date(2026, 4, 1),
        review_on=date(2027, 3, 31),
        details={"path": "a.html"},
        translations={"en": Translation("Where?", "Here.", ("a", "b")), "ja-x-easy": Translation("どこ？", "まどぐち")},
    )
    write_entries([full], tmp_path / f"faq{suffix}")
    assert read_entries(tmp_path / f"faq{suffix}") == ((full,), ())


def test_a_csv_is_what_japanese_excel_opens_and_no_cell_of_it_is_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    write_entries([Entry("a", "=HYPERLINK(1)", "@SUM(1)", wordings=("+1",), contact="-1")], file)
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfID,")
    cells = next(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))).values()
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "ID,質問,回答\r\n1,髙﨑さん、①は～,月曜\r\n".replace(",", delimiter)
    good, problems = read_entries(sheet(tmp_path, text, encoding=encoding))
    assert [(each.id, each.question, each.answer) for each in good] == [("1", "髙﨑さん、①は～", "月曜")]
    assert problems == ()


def test_headings_may_be_japanese_english_or_both(tmp_path: Path) -> None:
    text = "ｉｄ,カテゴリ,Question,回答文,言い換え,URL,質問[EN],回答［en］,有効開始日,補足\n"
    row = '7,届出,Q,A,"x\ny",https://example.jp/,Q2,A2,R8.4.1,"{""k"":""v""}"\n'
    good, problems = read_entries(sheet(tmp_path, text + row))
    expected = Entry("7", "Q", "A", ("x", "y"), category="届出", source="https://example.jp/", valid_from=date(2026, 4, 1))
    assert problems == ()
    assert good[0].details == {"k": "v"}
    assert good[0].translations == {"en": Translation("Q2", "A2")}
    assert (good[0].id, good[0].wordings, good[0].category, good[0].source, good[0].valid_from) == (
        *(expected.id, expected.wordings, expected.category, expected.source, expected.valid_from),
    )


def test_a_bad_row_costs_no_other_and_is_counted_as_excel_does(tmp_path: Path) -> None:
    text = f'{HEADING}\n1,Q1,"A1\nA1"\n2,,A2\n\n3,Q3,A3\n1,Q4,A4\n5,Q5,A,5\n'
    good, problems = read_entries(sheet(tmp_path, text))
    assert [each.id for each in good] == ["1", "3"]
    assert [(problem.row, problem.key) for problem in problems] == [(3, "missing"), (6, "duplicate_id"), (7, "too_many_cells")]


def test_a_column_that_nobody_knows_is_told_once_and_left_out(tmp_path: Path) -> None:
    good, problems = read_entries(sheet(tmp_path, f"{HEADING},担当科,zzz,質問文,メモ[en]\n1,Q,A,a,b,c,d\n2,Q2,A2,,,,\n"))
    assert [each.question for each in good] == ["Q", "Q2"]
    assert [problem.key for problem in problems] == ["unknown_column_near", "unknown_column", "column_twice", "unknown_column"]
    assert problems[0].sentence.startswith("1行目：列「担当科」")
    assert "「担当課」" in problems[0].sentence


def test_a_missing_column_is_named_with_those_that_were_found(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns, match="足りない列：質問・回答。見つかった列：ID・質門・分野。"):
        read_entries(sheet(tmp_path, "ID,質門,分野\n1,Q,A\n"))


@pytest.mark.parametrize("name", ["faq.csv", "faq.jsonl", "faq.xlsx", "faq.tsv"])
def test_an_empty_file_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SheetEmpty) as refused:
        read_entries(sheet(tmp_path, "", name))
    assert refused.value.sentence() == f"ファイル「{name}」には何も入っていません。"


@pytest.mark.parametrize("name", ["faq.csv", "faq.jsonl"])
def test_blank_lines_only_are_empty_too(tmp_path: Path, name: str) -> None:
    with pytest.raises(SheetEmpty):
        read_entries(sheet(tmp_path, "\n \n\r\n", name))


def test_a_heading_alone_is_a_sheet_without_entries(tmp_path: Path) -> None:
    assert read_entries(sheet(tmp_path, HEADING)) == ((), ())


@pytest.mark.parametrize("name", ["faq.csv", "faq.jsonl", "faq.xlsx"])
def test_a_picture_under_another_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    with pytest.raises(NotThisFormat):
        read_entries(tmp_path / name)


@pytest.mark.parametrize("name", ["faq.xls", "faq.docx", "faq", "faq.xlsx.gz", "faq.pdf"])
def test_other_suffixes_are_neither_read_nor_written(tmp_path: Path, name: str) -> None:
    for act in (lambda: read_entries(tmp_path / name), lambda: write_entries([], tmp_path / name)):
        with pytest.raises(UnknownSheetFormat):
            act()


def test_a_packed_sheet_is_read_but_not_written(tmp_path: Path) -> None:
    for name in ("faq.csv.gz", "faq.jsonl.gz"):
        with pytest.raises(UnknownSheetFormat):
            write_entries([Entry("a", "q", "a")], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx"])
def test_a_missing_file_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SheetNotFound):
        read_entries(tmp_path / name)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".xlsx"])
def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"faq{suffix}"
    write_entries([Entry("old", "Q", "A")], file)
    with pytest.raises(ValueError, match=r"surrogates|XML"):
        write_entries([Entry("a", "Q", "A" * 100_000 if suffix == ".csv" else "A"), Entry("b", "Q", "\ud800")], file)
    assert [each.id for each in read_entries(file).good] == ["old"]
    assert list(tmp_path.iterdir()) == [file]


def test_a_broken_line_of_jsonl_costs_no_other(tmp_path: Path) -> None:
    good = json.dumps({"question": "Q", "answer": "A"})
    deep = "[" * 100_000 + "]" * 100_000
    digits = '{"id": ' + "1" * 5_000 + "}"
    text = "\n".join(["{broken", good, deep, digits, "", '"text"', good.replace("Q", "Q2"), '{"question": NaN, "answer": "A"}'])
    read, problems = read_entries(sheet(tmp_path, text, "faq.jsonl"))
    assert [each.question for each in read] == ["Q", "Q2"]
    assert [(problem.row, problem.key) for problem in problems] == [
        *((1, "broken_json"), (3, "broken_json"), (4, "broken_json"), (6, "not_an_object"), (8, "not_text")),
    ]


def test_deep_json_in_the_details_column_is_a_problem(tmp_path: Path) -> None:
    text = f"質問,回答,補足\nQ,A,{'[' * 50_000}\nQ2,A2,{{}}\n"
    read, problems = read_entries(sheet(tmp_path, text))
    assert [each.question for each in read] == ["Q2"]
    assert [(problem.row, problem.key) for problem in problems] == [(2, "broken_details")]


def test_a_quote_that_is_not_closed_is_told(tmp_path: Path) -> None:
    good, problems = read_entries(sheet(tmp_path, f'{HEADING}\n1,Q,A\n2,"Q"x,A\n3,Q,A\n4,"Q,A\n'))
    assert [each.id for each in good] == ["1", "3"]
    assert [(problem.row, problem.key) for problem in problems] == [(3, "broken_csv"), (5, "broken_csv")]


def test_a_sheet_of_two_encodings_is_refused_with_the_row(tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_bytes(f"{HEADING}\n1,ごみ,月曜\n".encode() + "2,住民票,窓口\n".encode("cp932"))
    with pytest.raises(MixedEncodings, match="3行目"):
        read_entries(file)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_sheet_of_too_many_rows_is_refused(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"faq{suffix}"
    write_entries([Entry(str(number), "Q", "A") for number in range(11)], file)
    assert len(read_entries(file, limit=11).good) == 11
    with pytest.raises(SheetTooLong) as refused:
        read_entries(file, limit=10)
    assert "10行を超えています" in refused.value.sentence()


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.binary(max_size=200) | st.text(st.sampled_from('質問回答,"\n\t;{}[]:a'), max_size=60).map(str.encode))
@settings(deadline=None, max_examples=60)
def test_no_file_breaks_the_reader(suffix: str, data: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"faq{suffix}"
        file.write_bytes(data)
        try:
            read = read_entries(file)
        except KnownError as refused:
            assert file.name in refused.sentence()  # noqa: PT017  # most such files are refused, but not all
        else:
            assert all(problem.sentence for problem in read.problems)
