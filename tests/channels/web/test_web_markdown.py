"""What an approved text may become, and what no text may ever become."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import knowledge
from channels.web.markdown import TAGS, answer_html, ruby
from tests.channels.web.fake_desk import HOSTILE

ATTRIBUTES = {"href", "target", "rel"}
SHEETS = Path(knowledge.__path__[0]) / "seed" / "entries"
PIECES = st.sampled_from(
    ["<script>", "</a>", "<img src=x onerror=alert(1)>", "[x](javascript:1)", "**", "\n- ", "&lt;", "|-|\n", "「"]
)


def assert_harmless(html: str) -> None:
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= ATTRIBUTES
        assert str(tag.get("href", "https:")).startswith(("https:", "tel:", "mailto:"))


@given(st.lists(st.one_of(PIECES, st.text(max_size=20))).map("".join), st.sampled_from(["ja", "ja-x-easy"]))
def test_no_text_becomes_anything_but_text_lists_tables_and_links(text: str, language: str) -> None:
    assert_harmless(answer_html(text, language))
    assert_harmless(ruby(text, language))


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "[x](data:text/html,x)",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](//evil.example)",
        "[x](/local)",
        "<https://a.example/><svg/onload=alert(1)>",
    ],
)
def test_it_disarms_what_an_importer_may_carry_in(text: str) -> None:
    html = answer_html(text)
    assert_harmless(html)
    assert "<img" not in html
    assert "href" not in html


def test_a_picture_becomes_a_link_that_nobody_loads_unasked() -> None:
    html = answer_html("![地図](https://tracker.example/x.png)")
    assert_harmless(html)
    assert ">地図</a>" in html


def test_it_keeps_lines_lists_tables_and_emphasis() -> None:
    html = answer_html("一行目\n二行目\n\n1. 一\n2. 二\n\n|種類|日|\n|-|-|\n|*紙*|水|")
    assert "一行目<br>\n二行目" in html
    assert "<ol>\n<li>一</li>" in html
    assert "<td><em>紙</em></td>" in html


def test_a_sentence_below_a_list_is_not_part_of_it() -> None:
    html = answer_html("持ち物\n- 印鑑\n  （実印）\n- 本人確認書類\n本人が来てください。")
    assert "<li>本人確認書類</li>\n</ul>\n<p>本人が来てください。</p>" in html
    assert "<li>印鑑<br>\n（実印）</li>" in html


@pytest.mark.parametrize("text", ["**「実印」**を持参", "必ず**（注）**確認", "料金は**300円**です", "**電話[119](tel:119)**"])
def test_bold_works_without_spaces_around_it(text: str) -> None:
    assert "<strong>" in answer_html(text)
    assert "**" not in answer_html(text)


@pytest.mark.parametrize("text", ["2 ** 3 ** 4", "****", "**", "** a**"])
def test_loose_stars_stay_stars(text: str) -> None:
    assert "<strong>" not in answer_html(text)


def test_links_open_beside_the_conversation_except_phone_numbers() -> None:
    html = answer_html("[市の案内](https://www.city.mihon.example.jp/) [119](tel:119) [課](mailto:a@city.mihon.example.jp)")
    site, phone, mail = BeautifulSoup(html, "html.parser").find_all("a")
    assert site.attrs == {"href": "https://www.city.mihon.example.jp/", "target": "_blank", "rel": ["noopener", "noreferrer"]}
    assert (phone["href"], phone.get("target")) == ("tel:119", None)
    assert (mail["href"], mail.get("target")) == ("mailto:a@city.mihon.example.jp", None)


def test_readings_become_ruby_in_easy_japanese_only() -> None:
    text = "14日（じゅうよっか）までに 市民課（しみんか）へ（すぐ）"
    easy = answer_html(text, "ja-x-easy")
    assert "<ruby>市民課<rp>（</rp><rt>しみんか</rt><rp>）</rp></ruby>へ（すぐ）" in easy
    assert "14日（じゅうよっか）" in easy
    assert "<ruby>" not in answer_html(text, "ja")
    assert ruby("窓口（まどぐち）<b>", "ja-x-easy") == "<ruby>窓口<rp>（</rp><rt>まどぐち</rt><rp>）</rp></ruby>&lt;b&gt;"


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_no_mark_of_the_seed_entries_is_left_over(sheet: Path) -> None:
    for entry in map(json.loads, sheet.read_text(encoding="utf-8").splitlines()):
        for text in (entry["answer"], *(each["answer"] for each in entry["translations"].values())):
            shown = BeautifulSoup(answer_html(text), "html.parser").get_text()
            assert "**" not in shown
            assert not any(line.startswith("- ") for line in shown.splitlines())
