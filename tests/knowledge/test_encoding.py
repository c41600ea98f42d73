"""Telling UTF-8 and Shift_JIS apart, and refusing what is neither or both."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import encoding
from knowledge.encoding import detect, lines, open_text_file
from knowledge.sheet_errors import MixedEncodings, NotThisFormat, SheetDamaged, SheetNotFound, SheetTooLarge, UnknownEncoding

KANJI = st.text(st.sampled_from("ごみの日①髙﨑～－ー、。ｶﾅ表示ソabc1 "), max_size=30)


@given(st.lists(KANJI))
def test_shift_jis_of_windows_is_never_taken_for_utf_8_with_other_text(texts: list[str]) -> None:
    data = "\n".join(["ごみの分別", *texts]).encode("cp932")
    assert detect(BytesIO(data), "x.csv") == "cp932"


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_utf_8_is_never_taken_for_anything_else(texts: list[str]) -> None:
    for data in ("\n".join(texts).encode(), "\n".join(texts).encode("utf-8-sig")):
        assert detect(BytesIO(data), "x.csv") == "utf-8-sig"


def test_half_width_kana_that_happen_to_be_utf_8_do_not_make_a_file_mixed() -> None:
    assert "ﾈｺ".encode("cp932").decode("utf-8") == "Ⱥ"
    assert detect(BytesIO("品目\nﾈｺ\n砂".encode("cp932")), "x.csv") == "cp932"


def test_a_file_of_both_names_the_first_row_that_differs() -> None:
    data = "質問,回答\nごみ,月曜\n".encode() + "住民票,窓口\n".encode("cp932")
    with pytest.raises(MixedEncodings) as refused:
        detect(BytesIO(data), "faq.csv")
    assert "3行目から" in refused.value.sentence()
    assert "faq.csv" in refused.value.sentence()


@pytest.mark.parametrize("data", [b"a\n\xff\xfe\x00", "質問".encode("utf-16"), "質問\nﾃ".encode("euc_jp")])
def test_a_file_of_neither_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownEncoding):
        detect(BytesIO(data), "faq.csv")


def test_a_gzip_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_bytes(gzip.compress("質問".encode()))
    with open_text_file(file) as stream:
        assert stream.read().decode() == "質問"


def test_a_cut_gzip_file_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl.gz"
    file.write_bytes(gzip.compress(bytes(range(256)) * 400)[:-20])
    with pytest.raises(SheetDamaged), open_text_file(file) as stream:
        stream.read()


@pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", b"\xff\xd8\xff\xe0"])
def test_a_picture_or_an_office_file_is_no_text(tmp_path: Path, start: bytes) -> None:
    file = tmp_path / "faq.csv"
    file.write_bytes(start + b"x" * 100)
    with pytest.raises(NotThisFormat), open_text_file(file):
        pass


def test_a_missing_file_and_a_folder_are_named_without_their_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "無い.csv", tmp_path):
        with pytest.raises(SheetNotFound) as refused, open_text_file(path):
            pass
        assert str(tmp_path.parent) not in refused.value.sentence()


def test_a_line_past_the_limit_is_none_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "MAX_LINE", 10)
    data = b"short\n" + b"x" * 35 + b"\nnext\n" + b"y" * 9 + b"\n" + b"z" * 10
    assert list(lines(BytesIO(data), "x")) == [b"short\n", None, b"next\n", b"y" * 9 + b"\n", None]


def test_a_file_that_unpacks_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "MAX_BYTES", 1_000_000)
    packed = gzip.compress(b"a,b\n" * 300_000)
    assert len(packed) < 10_000
    with pytest.raises(SheetTooLarge), gzip.open(BytesIO(packed)) as stream:
        detect(stream, "bomb.csv.gz")  # type: ignore[arg-type]  # gzip.GzipFile reads like any binary file
