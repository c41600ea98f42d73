"""How lists, tables and running text of a page read as plain text."""

import pytest
from bs4 import BeautifulSoup

from knowledge.html_text import Heading, TextReader, heading_text


def read(html: str) -> str:
    soup = BeautifulSoup(html, "lxml")
    return "\n\n".join(TextReader(soup).texts(soup))


def table(*rows: str, head: str = "") -> str:
    return read(f"<table>{head}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>ごみは朝\n  8時までに<br>出す。</p>", "ごみは朝 8時までに\n出す。"),
        ("<p>日本語の\n文は続く。</p>", "日本語の文は続く。"),
        ("<p>two\nwords</p>", "two words"),
        ("<p>一&nbsp;二\u200b三</p>", "一 二三"),
        ("<div>前<p>中</p>後</div>", "前\n\n中\n\n後"),
        ("<a href='x'><div>箱</div></a><span>並び<b>太字</b></span>", "箱\n\n並び太字"),
        ("<p><ruby>収集<rp>(</rp><rt>しゅうしゅう</rt><rp>)</rp></ruby>日</p>", "収集日"),
        ("<p>料金は<del>300円</del><s>400円</s>500円</p>", "料金は500円"),
        ("<p>前<script>alert(1)</script><!-- 秘 --><style>p{}</style>後</p>", "前後"),
        ("<pre>一  行\n  二行</pre>", "一 行\n二行"),
        ("<h5>小見出し</h5><p>文</p>", "小見出し\n\n文"),
        ("<p>　字下げ　あり　</p>", "字下げ　あり"),
        ("<p>一<br><br><br>二</p>", "一\n\n二"),
    ],
)
def test_running_text_reads_as_a_browser_shows_it(html: str, text: str) -> None:
    assert read(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>甲<ul><li>乙<ol><li>丙</ol></ul><li>丁</ul>", "- 甲\n  - 乙\n    1. 丙\n- 丁"),
        ("<ol start=3><li><p>一</p><p>二</p></li><li></li><li>三</li></ol>", "3. 一\n  二\n4. 三"),
        ("<ul><li>・印鑑</li></ul>", "- 印鑑"),
        ("<ul><li>甲</li><ul><li>乙</li></ul></ul>", "- 甲\n  - 乙"),
        ("<dl><dt>費用：</dt><dd>無料</dd><dt>物</dt><dd>甲<br>乙</dd><dt>丙</dt></dl>", "費用：無料\n物：\n甲\n乙\n丙"),
        ("<dl><div><dt>費用</dt><dd>500円</dd></div><dd>税込</dd></dl>", "費用：500円\n税込"),
    ],
)
def test_lists_keep_their_marks_and_depth(html: str, text: str) -> None:
    assert read(html) == text


def test_a_heading_row_labels_every_value() -> None:
    head = "<tr><th>曜日</th><th>時間</th><th>備考</th></tr>"
    rows = ("<td>月</td><td>8時<br>9時</td><td></td>", "<td>木</td><td colspan=2>なし</td>")
    assert table(*rows, head=head) == "曜日：月 / 時間：8時 9時\n曜日：木 / 時間・備考：なし"


def test_a_heading_column_labels_its_row_and_pairs_label_each_other() -> None:
    assert table("<th>電話</th><td>00-0000</td>", "<th>場所</th><td>1階</td><td>2階</td>") == "電話：00-0000\n場所：1階 / 2階"
    assert table("<th>甲</th><td>1</td><th>乙</th><td>2</td>", "<td>a</td><td>b</td>") == "甲：1 / 乙：2\na / b"


def test_cells_without_headings_stand_side_by_side() -> None:
    assert table("<td>甲</td><td>乙</td>", "<td>丙</td><td></td>") == "甲 / 乙\n丙"


def test_spans_are_told_in_every_row_they_cover_and_several_heading_rows_are_joined() -> None:
    head = (
        "<caption>収集日</caption><thead><tr><th rowspan=2>地区</th><th colspan=2>可燃</th></tr>"
        "<tr><th>曜日</th><th>時間</th></tr></thead>"
    )
    rows = ("<th rowspan=2>北</th><td>月</td><td>8時</td>", "<td>木</td><td>9時</td>", "<td>南</td><td colspan=2>なし</td>")
    assert table(*rows, head=head).split("\n") == [
        "収集日",
        "地区：北 / 可燃・曜日：月 / 可燃・時間：8時",
        "地区：北 / 可燃・曜日：木 / 可燃・時間：9時",
        "地区：南 / 可燃・曜日・時間：なし",
    ]


def test_a_second_column_headed_contents_is_told_without_saying_so() -> None:
    assert table("<th>項目</th><th>内容</th>", "<td>会場</td><td>公民館</td>") == "会場：公民館"


def test_lists_in_a_cell_do_not_look_like_more_cells() -> None:
    assert table("<td>持ち物</td><td><ul><li>印鑑</li><li>写真 / 1枚</li></ul></td>") == "持ち物 / 印鑑、写真、1枚"


def test_a_table_that_only_arranges_the_page_is_read_as_text() -> None:
    inner = "<table><tr><td>甲</td><td>乙</td></tr></table>"
    assert read(f"<table><tr><td>{inner}</td><td><p>文</p></td></tr></table>") == "甲 / 乙\n\n文"
    assert read("<table><tr><td><p>一</p><p>二</p></td></tr></table>") == "一\n\n二"


def test_spans_out_of_their_mind_cost_neither_time_nor_memory() -> None:
    rows = ["<th>a</th><td rowspan=99999 colspan=99999>b</td>"] * 300
    assert len(table(*rows)) < 300 * 1_000


def test_headings_are_told_apart_and_pictures_in_them_are_read() -> None:
    soup = BeautifulSoup("<div><h1>表\n題</h1><section><h4><img alt='絵の見出し'></h4></section><h2> </h2></div>", "lxml")
    found = [block for block in TextReader(soup).blocks(soup) if isinstance(block, Heading)]
    assert [(block.level, block.text) for block in found] == [(1, "表題"), (4, "絵の見出し")]
    assert heading_text(found[1].tag) == "絵の見出し"
