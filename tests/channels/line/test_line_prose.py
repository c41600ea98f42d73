"""Approved answers as lines, and where they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.line.addresses import number_to_call, web_address
from channels.line.counting import blank
from channels.line.numbers import numbers
from channels.line.parts import SLACK, part
from channels.line.prose import Span, address_of, links, plain, read
from tests.channels.line.anything import FAMILY, TEXTS, UNHURRIED, URLS


def test_lists_keep_their_markers_and_the_sentence_below_is_none_of_them() -> None:
    text = "持ち物\n- **本人確認書類**\n- 手数料\n  1. 窓口\n  2. 郵送\n木曜日は19:00まで。"
    assert [(line.marker, line.text) for line in read(text)] == [
        ("", "持ち物"),
        ("・", "本人確認書類"),
        ("・", "手数料"),
        ("　1. ", "窓口"),
        ("　2. ", "郵送"),
        ("", "木曜日は19:00まで。"),
    ]
    assert read(text)[1].spans == (Span("本人確認書類", strong=True),)


def test_lines_of_a_paragraph_stay_lines() -> None:
    assert [line.text for line in read("一行目\n二行目\n\n次の段落")] == ["一行目\n二行目", "次の段落"]


def test_a_table_becomes_rows() -> None:
    lines = read("|区分|手数料|\n|-|-|\n|窓口|300円|")
    assert [line.text for line in lines] == ["区分 ｜ 手数料", "窓口 ｜ 300円"]
    assert [span.strong for span in lines[0].spans] == [True, False, True]


def test_links_keep_their_addresses() -> None:
    lines = read(
        "[市の**ページ**](https://a.example/x)、[電話](tel:119)、[メール](mailto:desk@a.example)、[悪](javascript:x)、[道](/x)"
    )
    assert [(each.text, each.href) for each in links(lines)] == [
        ("市のページ", "https://a.example/x"),
        ("電話", "tel:119"),
        ("メール", "mailto:desk@a.example"),
    ]
    assert plain(lines).splitlines()[1:] == ["https://a.example/x", "119", "desk@a.example"]
    assert address_of("mailto:a%40b") == "a@b"


def test_one_address_is_offered_once() -> None:
    lines = read("[市](https://a.example/)と[市役所](https://a.example/)")
    assert [each.text for each in links(lines)] == ["市"]


def test_readings_stay_in_brackets() -> None:
    assert plain(read("市役所（しやくしょ）の 市民課（しみんか）")) == "市役所（しやくしょ）の 市民課（しみんか）"


def test_a_long_answer_is_cut_after_a_sentence_and_goes_on_there() -> None:
    lines = read("一つ目の文です。二つ目の文です。三つ目の文です。四つ目の文です。")
    first = part(lines, 0, 20)
    assert plain(first.lines) == "一つ目の文です。二つ目の文です。"
    assert first.rest == 16
    second = part(lines, 16, 20)
    assert plain(second.lines) == "三つ目の文です。四つ目の文です。"
    assert second.rest is None


def test_items_are_not_cut_when_the_line_before_ends_in_time() -> None:
    lines = read("- 一つ目は長い項目\n- 二つ目も長い項目\n- 三つ目も長い項目")
    assert plain(part(lines, 0, 10).lines) == "・一つ目は長い項目"


def test_a_little_too_long_is_shown_whole() -> None:
    text = "あ" * 24
    assert part(read(text), 0, 20).rest is None
    assert part(read(text + "いい"), 0, 20).rest == 20


def test_a_text_without_a_pause_is_cut_between_characters() -> None:
    assert plain(part(read(FAMILY * 10), 0, 30).lines) == FAMILY * 4


def test_the_rest_of_an_item_has_no_marker() -> None:
    lines = read("- 一つ目の文です。二つ目の文です。三つ目の文です。")
    assert plain(part(lines, 8, 10).lines) == "二つ目の文です。"


@UNHURRIED
@given(TEXTS, st.integers(20, 900))
def test_the_parts_together_are_the_whole(text: str, room: int) -> None:
    lines = read(text[:5_000])
    said, start = "", 0
    while True:
        shown = part(lines, start, room)
        said += "".join(line.text for line in shown.lines)
        assert len("".join(line.text for line in shown.lines)) <= room * SLACK
        if shown.rest is None:
            break
        assert shown.rest > start
        start = shown.rest
    assert visible(said) == visible("".join(line.text for line in lines))


def visible(text: str) -> str:
    return "".join(each for each in text if not blank(each))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.city.mihon.example.jp/a.html#b", "https://www.city.mihon.example.jp/a.html#b"),
        ("https://見本.example/頁 1?鍵=値", "https://xn--8pvz87e.example/%E9%A0%81%201?%E9%8D%B5=%E5%80%A4"),
        ("https://a.example/%E3%81%82%zz", "https://a.example/%E3%81%82%25zz"),
        ("https://a.example:8443/", "https://a.example:8443/"),
        ("https://a.example/#" + "x" * 2_000, "https://a.example/"),
        ("https://a.example/" + "x" * 2_000, ""),
        *((url, "") for url in ("https://[", "https://a:b@c.example/", "https://a.example:x/", "//a.example/", "mailto:a@b", "")),
    ],
)
def test_addresses_are_encoded_or_left_out(url: str, kept: str) -> None:
    assert web_address(url) == kept


@UNHURRIED
@given(URLS)
def test_every_address_is_ascii_and_short(url: str) -> None:
    assert web_address(url).isascii()
    assert len(web_address(url)) <= 1_000


@pytest.mark.parametrize(
    ("phone", "called"), [("0999-00-1000", "tel:0999001000"), ("119", "tel:119"), ("#8008", ""), ("+81 3 0000", "tel:+8130000")]
)
def test_only_numbers_that_phones_dial_from_a_link_are_offered(phone: str, called: str) -> None:
    assert number_to_call(phone) == called


def test_numbers_are_found_in_a_text() -> None:
    text = "市民課 ０９９９－００－１１０１、0120-279-338。2026-10-07、300-1234、119番、1100円。"
    assert numbers(text) == ["0999-00-1101", "0120-279-338"]
    assert numbers("火事は119、事件は110です。24時間、#8008、1.189、110円、call 189.", short=True) == ["119", "110", "189"]
