"""Where pages come from, and which of them cannot be read."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.page_files import MAX_PAGE, PageFile, UnknownPageSource, decode_page, page_files
from knowledge.problem import Problem

HTML = "<html><head><meta http-equiv='Content-Type' content='text/html; charset={}'></head><body>ごみの分別①</body></html>"


def paths(source: Path) -> list[str]:
    return [page.path for page in page_files(source) if isinstance(page, PageFile)]


def problems(source: Path) -> list[Problem]:
    return [page for page in page_files(source) if isinstance(page, Problem)]


def write(folder: Path, name: str, data: bytes = b"<p>a") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def jsonl(folder: Path, *rows: object) -> Path:
    return write(folder, "pages.jsonl", "\n".join(json.dumps(row) for row in rows).encode())


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("utf-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("Shift_JIS", "cp932"), ("x-sjis", "cp932"), ("EUC-JP", "euc_jis_2004")],
)
def test_pages_are_decoded_as_they_declare(charset: str, codec: str) -> None:
    text = HTML.format(charset)
    assert decode_page(text.encode(codec)) == text


def test_old_mail_style_pages_are_decoded() -> None:
    text = HTML.format("iso-2022-jp").replace("①", "")
    assert decode_page(text.encode("iso2022_jp")) == text


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp"])
def test_a_page_that_declares_nothing_or_the_wrong_thing_is_decoded_all_the_same(codec: str) -> None:
    for text in ("ごみの分別とｶﾅの混じる文。住民票は窓口で。", HTML.format("Shift_JIS").replace("①", "")):
        assert decode_page(text.encode(codec)) == text


def test_bytes_of_no_encoding_give_no_text() -> None:
    assert decode_page(b"\xff\xff\xff\x81") is None


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoder(data: bytes) -> None:
    assert isinstance(decode_page(data), str | None)


def test_a_folder_gives_its_pages_in_order_but_no_others(tmp_path: Path) -> None:
    for name in ("b/c.HTML", "a.htm", "b/a.md", ".git/x.html", "b/.hidden.md", "photo.png", "notes.txt"):
        write(tmp_path, name)
    assert paths(tmp_path) == ["a.htm", "b/a.md", "b/c.HTML"]
    assert [page.is_markdown for page in page_files(tmp_path) if isinstance(page, PageFile)] == [False, True, False]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.html")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a.html").symlink_to(secret)
    assert paths(tmp_path / "site") == []
    assert problems(tmp_path / "site")[0].key == "page_outside"


def test_bad_files_are_told_and_cost_no_other(tmp_path: Path) -> None:
    write(tmp_path, "big.html", b"x" * (MAX_PAGE + 1))
    write(tmp_path, "bytes.html", b"\xff\xff\xff\x81")
    write(tmp_path, "empty.html", b" \n")
    write(tmp_path, "good.html")
    assert paths(tmp_path) == ["good.html"]
    assert [problem.key for problem in problems(tmp_path)] == ["page_too_large", "page_encoding", "page_empty"]
    assert problems(tmp_path)[0].sentence == "big.html：大きすぎます。5MBまでのページを取り込めます。"


def test_a_list_names_pages_from_its_own_folder(tmp_path: Path) -> None:
    for name in ("site/a.html", "site/b.md", "outside.html", "site/c.pdf"):
        write(tmp_path, name)
    listed = "# 取り込むページ\r\na.html\r\n\r\n./b.md\r\na.html\n../outside.html\n無い.html\nc.pdf\nx/../b.md\n"
    source = write(tmp_path, "site/list.txt", listed.encode("utf-8-sig"))
    assert paths(source) == ["a.html", "b.md"]
    assert [(problem.row, problem.key) for problem in problems(source)] == [
        *((5, "page_twice"), (6, "page_outside"), (7, "page_unreadable"), (8, "page_format"), (9, "page_unreadable")),
    ]


def test_jsonl_gives_markdown_and_html_pages(tmp_path: Path) -> None:
    rows = ({"path": "a.md", "markdown": "# A"}, {"path": "https://example.jp/b.html", "html": "<p>b", "fetched": "2026"})
    source = jsonl(tmp_path, *rows)
    assert list(page_files(source)) == [PageFile("a.md", "# A", True, 1), PageFile("https://example.jp/b.html", "<p>b", False, 2)]
    packed = write(tmp_path, "pages.jsonl.gz", gzip.compress(source.read_bytes()))
    assert paths(packed) == paths(source)


def test_bad_rows_of_jsonl_are_told_and_cost_no_other(tmp_path: Path) -> None:
    good = {"path": "a.md", "markdown": "# A"}
    bad: list[object] = [3, {"path": "b"}, {"path": 1, "html": ""}, {"path": "b", "html": "x", "markdown": "y"}]
    where: list[object] = [{"path": path, "html": "x"} for path in ("", "/etc/x.html", "../x.html", "a\nb.html")]
    big = {"path": "big.html", "html": "x" * (MAX_PAGE + 1)}
    source = jsonl(tmp_path, *bad, *where, big, {"path": "e", "html": " "}, good, good)
    assert paths(source) == ["a.md"]
    keys = ["page_shape"] * 4 + ["page_path"] * 4 + ["page_too_large", "page_empty", "page_twice"]
    assert [problem.key for problem in problems(source)] == keys
    assert [problem.row for problem in problems(source)] == [*range(1, 11), 12]


@pytest.mark.parametrize("name", ["pages.zip", "pages", "pages.csv"])
def test_other_sources_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownPageSource):
        list(page_files(tmp_path / name))
