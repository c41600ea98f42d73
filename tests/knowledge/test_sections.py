"""What counts as the main content of a page, and where it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sections import Page, Section, read_html, read_markdown


def told(page: Page) -> dict[str, str]:
    return {" > ".join(section.headings): section.text for section in page.sections}


def test_a_page_is_cut_at_its_headings_and_the_path_is_kept() -> None:
    html = "<body><h1>転入届</h1><p>概要</p><h2>持ち物</h2>印鑑<h3>代理人</h3><h4>委任状</h4>書式<h2>窓口</h2>1階</body>"
    assert told(read_html(html)) == {
        "転入届": "概要",
        "転入届 > 持ち物": "印鑑",
        "転入届 > 持ち物 > 代理人 > 委任状": "書式",
        "転入届 > 窓口": "1階",
    }


def test_text_above_the_first_heading_belongs_to_the_h1_or_stands_alone() -> None:
    assert told(read_html("<p>前書き</p><h1>題</h1><p>文</p>")) == {"題": "前書き\n\n文"}
    assert told(read_html("<p>前書き</p><h2>節</h2><p>文</p>")) == {"": "前書き", "節": "文"}


@pytest.mark.parametrize(
    "body",
    [
        "<main>本文</main>",
        "<div role=main>本文</div>",
        "<article>本文</article>",
        "<div id=tmp_contents>本文</div>",
        "<div class='wide main-content'>本文</div>",
        "<main> </main><div id=content>本文</div>",
        "<table><tr><td id=honbun>本文</td></tr></table>",
        "本文",
        "<form id=aspnetForm><input value=x><div id=contents><h2>節</h2>本文</div></form>",
    ],
)
def test_only_the_main_content_is_read(body: str) -> None:
    around = "<header>役所</header><nav>一覧</nav><div class=topic-path>ホーム</div><div id=header>題字</div>"
    page = read_html(f"<html><body>{around}{body}<aside>横</aside><footer>著作権</footer></body></html>")
    assert [section.text for section in page.sections] == ["本文"]


@pytest.mark.parametrize(
    "noise",
    [
        "<script>alert(1)</script>",
        "<form><p>役に立ちましたか</p><button>送信</button></form>",
        "<p hidden>隠し</p>",
        "<p style='color:red; display : none'>隠し</p>",
        "<div aria-hidden=true>飾り</div>",
        "<ul class=breadcrumb><li>ホーム</li></ul>",
        "<p class='btn pageTop'>上へ</p>",
        "<p>ページの先頭へ戻る</p>",
        "<p>ここから本文です。</p>",
        "<p>更新日：令和8年4月1日</p>",
        "<p>ページ番号：1001234</p>",
        "<p><a href=..>← 一覧に戻る</a></p>",
        "<template><p>型</p></template>",
    ],
)
def test_what_is_not_for_readers_is_left_out(noise: str) -> None:
    assert read_html(f"<main><h1>題</h1>{noise}<p>文</p>{noise}</main>").sections == (Section(("題",), "", "文"),)


@pytest.mark.parametrize("line", ["＜受付時間＞", "≪注意≫", "本文", "更新日は毎月変わります", "元の住所に戻る場合は届出が必要"])
def test_lines_that_only_look_like_such_are_kept(line: str) -> None:
    assert read_html(f"<main><p>{line}</p></main>").sections[0].text == line


@pytest.mark.parametrize(
    "html",
    [
        "<h2 id=a>節</h2>文",
        "<h2><a name=a>節</a></h2>文",
        "<h2><span id=a></span>節</h2>文",
        "<a name=a></a><h2>節</h2>文",
        "<section id=a><h2>節</h2>文</section>",
        "<div id=a><div><h2>節</h2></div>文</div>",
        "<h1 id=a>題</h1><h3>節</h3>文",
    ],
)
def test_the_anchor_is_found_on_in_before_or_around_the_heading(html: str) -> None:
    assert read_html(f"<main id=whole>{html}</main>").sections[-1].anchor == "a"


def test_a_section_does_not_borrow_the_anchor_of_another() -> None:
    page = read_html("<main id=whole><section id=a><h2>甲</h2>文<h2>乙</h2>文</section><h2>丙</h2>文</main>")
    assert [section.anchor for section in page.sections] == ["a", "", ""]


def test_an_xhtml_page_with_a_declaration_and_a_frameset_are_known() -> None:
    declaration = '<?xml version="1.0" encoding="Shift_JIS"?>'
    page = read_html(f"{declaration}<html><head><title> 題\n 名 </title></head><body>文</body></html>")
    assert (page.title, [section.text for section in page.sections]) == ("題 名", ["文"])
    assert read_html("<html><frameset cols=50%><frame src=a.html></frameset></html>").is_frameset


def test_markdown_gives_the_same_sections_as_html() -> None:
    text = (
        "---\ntitle: '転入届'\ntags: [a]\n---\r\n# 転入届\n概要\n続き\n\n## 持ち物 {#mochimono}\n\n- 印鑑\n  - 認印\n\n"
        "| 種類 | 料金 |\n|---|---|\n| 写し | 300円 |\n\n---\n## 窓口\n[1階](map.html)と~~2階~~ [[/a|地図]]\n\n## 窓口\n再掲\n"
    )
    page = read_markdown(text)
    assert page.title == "転入届"
    assert page.sections == (
        Section(("転入届",), "", "概要\n続き"),
        Section(("転入届", "持ち物"), "mochimono", "- 印鑑\n  - 認印\n\n種類：写し / 料金：300円"),
        Section(("転入届", "窓口"), "窓口", "1階と 地図"),
        Section(("転入届", "窓口"), "窓口-1", "再掲"),
    )


def test_a_rule_at_the_top_is_not_taken_for_front_matter() -> None:
    assert told(read_markdown("文\n\n---\n\n## 節\n後")) == {"": "文", "節": "後"}


TAG = st.sampled_from(
    ["p", "div", "h1", "h2", "h3", "ul", "ol", "li", "table", "tr", "td", "th", "dl", "dt", "dd", "main", "form", "a"]
)
ODD = st.sampled_from(["<br>", "<td colspan=3 rowspan=2>", "<x", "&#0;", "<!--", "<section id=a>"])
PIECE = TAG.map("<{}>".format) | TAG.map("</{}>".format) | ODD


@given(st.lists(PIECE | st.text(max_size=5), max_size=40).map("".join))
def test_no_html_breaks_the_reader_and_no_section_is_empty(html: str) -> None:
    for page in (read_html(html), read_markdown(html)):
        assert all(section.text.strip("\n") for section in page.sections)


@given(st.lists(st.text(st.sampled_from("あいう市民課"), min_size=1, max_size=6), min_size=1, max_size=8))
def test_no_text_of_the_main_content_is_lost(texts: list[str]) -> None:
    html = "".join(f"<h{1 + at % 4}>見出し</h{1 + at % 4}><div><p>{text}。</p></div>" for at, text in enumerate(texts))
    assert [section.text for section in read_html(f"<main>{html}</main>").sections] == [f"{text}。" for text in texts]
