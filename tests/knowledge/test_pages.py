"""Pages of a city's web site as entries."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.check import from_json
from knowledge.entry import Kind, to_json
from knowledge.pages import BadBaseUrl, cut, read_pages

SITE = "https://www.city.example.lg.jp/"
PAGE = """<html><head><title>ごみの出し方｜見本市公式サイト</title></head><body><div id="contents">
<h1>ごみの出し方</h1><p>朝8時までに出してください。</p>
<h2 id="sodai">粗大ごみ</h2><p>予約が必要です。</p>
<h3>お問い合わせ</h3><p>受付センター<br>電話：00-0000-1111</p>
<h2>空の節</h2>
<h2>関連リンク</h2><ul><li><a href="x">分別辞典</a></li></ul>
<h2>このページに関するお問い合わせ先</h2><ul><li>ごみ減量課</li><li>電話：00-0000-2222</li></ul>
</div></body></html>"""


def page(folder: Path, html: str, name: str = "kurashi/gomi.html") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(html, encoding="utf-8")
    return folder


def questions(folder: Path) -> list[str]:
    return [each.question for each in read_pages(folder).good]


def test_each_section_with_text_becomes_an_entry(tmp_path: Path) -> None:
    good, problems = read_pages(page(tmp_path, PAGE), SITE)
    assert problems == ()
    assert [(each.question, each.answer) for each in good] == [
        ("ごみの出し方", "朝8時までに出してください。"),
        ("ごみの出し方：粗大ごみ", "予約が必要です。"),
    ]
    assert [each.source for each in good] == [f"{SITE}kurashi/gomi.html", f"{SITE}kurashi/gomi.html#sodai"]
    assert good[1].details == {"path": "kurashi/gomi.html", "headings": "ごみの出し方 > 粗大ごみ"}
    assert {each.kind for each in good} == {Kind.PAGE}
    assert all(from_json(to_json(each)) == each for each in good)


def test_whom_to_ask_goes_to_the_entries_beside_it_and_the_closest_wins(tmp_path: Path) -> None:
    good = read_pages(page(tmp_path, PAGE)).good
    assert [each.contact for each in good] == ["ごみ減量課\n電話：00-0000-2222", "受付センター\n電話：00-0000-1111"]


@pytest.mark.parametrize(
    "heading", ["お問合せ", "問い合わせ先", "お問い合わせ窓口", "この記事に関するお問い合わせ先", "担当課", "連絡先"]
)
def test_headings_on_whom_to_ask_are_known(tmp_path: Path, heading: str) -> None:
    good = read_pages(page(tmp_path, f"<h1>題</h1>文<h2>{heading}</h2>市民課")).good
    assert [(each.question, each.contact) for each in good] == [("題", "市民課")]


@pytest.mark.parametrize("heading", ["よくあるお問い合わせ", "申込先", "緊急連絡先", "お問い合わせの多い質問"])
def test_headings_on_something_else_are_not(tmp_path: Path, heading: str) -> None:
    assert questions(page(tmp_path, f"<h1>題</h1>文<h2>{heading}</h2>市民課")) == ["題", f"題：{heading}"]


def test_references_that_say_something_are_kept(tmp_path: Path) -> None:
    told, empty = "<ul><li><a href=x>実績</a>：100件</li></ul>", "<ul><li><a href=y>分別辞典</a></li></ul>"
    html = f"<h1>題</h1>文<h2>参考</h2>{told}<h2>関連リンク</h2>{empty}"
    assert questions(page(tmp_path, html)) == ["題", "題：参考"]


def test_a_page_only_on_whom_to_ask_is_kept_as_an_entry(tmp_path: Path) -> None:
    good = read_pages(page(tmp_path, "<h1>市民課</h1><h2>お問い合わせ</h2>電話：00-0000-3333")).good
    assert [(each.question, each.answer) for each in good] == [("市民課：お問い合わせ", "電話：00-0000-3333")]


def test_a_long_text_under_such_a_heading_is_no_contact(tmp_path: Path) -> None:
    assert len(questions(page(tmp_path, f"<h1>題</h1>文<h2>お問い合わせ</h2>{'長' * 1_001}"))) == 2


@pytest.mark.parametrize(
    ("title", "h1", "question"),
    [
        ("転入届", "転入届", "転入届：持ち物"),
        ("転入届について - 見本市", "転入届", "転入届：持ち物"),
        ("転入届 | 見本市", "市外からの転入届", "市外からの転入届：持ち物"),
        ("引っ越し", "転入届", "引っ越し：転入届：持ち物"),
        ("", "転入届", "転入届：持ち物"),
        ("引っ越し", "", "引っ越し：持ち物"),
        ("", "", "持ち物"),
    ],
)
def test_the_title_leads_the_question_unless_the_heading_says_it(tmp_path: Path, title: str, h1: str, question: str) -> None:
    assert questions(page(tmp_path, f"<title>{title}</title><h1>{h1}</h1><h2>持ち物</h2>印鑑")) == [question]


def test_a_name_that_most_titles_share_is_the_site_and_not_the_page(tmp_path: Path) -> None:
    for name in ("転入届", "転出届", "印鑑登録"):
        page(tmp_path, f"<title>見本市 | {name}</title><h2>持ち物</h2>印鑑", f"{name}.html")
    assert sorted(questions(tmp_path)) == sorted(["転入届：持ち物", "転出届：持ち物", "印鑑登録：持ち物"])


def test_a_heading_that_only_repeats_the_one_above_is_told_once(tmp_path: Path) -> None:
    assert questions(page(tmp_path, "<h1>転入届について</h1><h2>転入届</h2><h3>持ち物</h3>印鑑")) == ["転入届について：持ち物"]
    assert questions(page(tmp_path, "<h1>ごみ</h1><h2>燃えるごみ</h2>月曜")) == ["ごみ：燃えるごみ"]


@pytest.mark.parametrize(("title", "question"), [("<title>休日当番医</title>", "休日当番医"), ("", "gomi")])
def test_a_page_without_headings_is_one_entry_and_told(tmp_path: Path, title: str, question: str) -> None:
    good, problems = read_pages(page(tmp_path, f"{title}<p>一</p><p>二</p>"))
    assert [(each.question, each.answer) for each in good] == [(question, "一\n\n二")]
    assert [problem.sentence for problem in problems] == ["kurashi/gomi.html：見出しがないため、ページ全体を一件にしました。"]


def test_ids_stay_when_the_text_changes_and_differ_for_repeated_headings(tmp_path: Path) -> None:
    before = read_pages(page(tmp_path, "<h1>題</h1>甲<h2>節</h2>乙<h2>節</h2>丙")).good
    after = read_pages(page(tmp_path, "<h1>題</h1>変更<h2>新</h2>丁<h2>節</h2>変更<h2>節</h2>丙")).good
    assert [each.id for each in before] == [after[0].id, after[2].id, after[3].id]
    assert len({each.id for each in after}) == 4
    assert all(each.id.startswith("page-") and len(each.id) == 17 for each in after)


def test_a_long_section_is_cut_between_paragraphs_into_numbered_parts(tmp_path: Path) -> None:
    paragraphs = [f"{letter * 1_500}。" for letter in "甲乙丙丁戊"]
    good, problems = read_pages(page(tmp_path, f"<h1>題</h1>{''.join(f'<p>{text}</p>' for text in paragraphs)}"))
    assert problems == ()
    assert [each.question for each in good] == ["題（1／3）", "題（2／3）", "題（3／3）"]
    assert "\n\n".join(each.answer for each in good) == "\n\n".join(paragraphs)
    assert len({each.id for each in good}) == 3


def test_markdown_links_keep_the_path_and_take_the_anchor_of_the_heading(tmp_path: Path) -> None:
    page(tmp_path, "# 転入届\n概要\n## 必要な もの\n印鑑\n", "届 出/転入.md")
    assert [each.source for each in read_pages(tmp_path, "https://example.jp/site").good] == [
        "https://example.jp/site/%E5%B1%8A%20%E5%87%BA/%E8%BB%A2%E5%85%A5.md",
        "https://example.jp/site/%E5%B1%8A%20%E5%87%BA/%E8%BB%A2%E5%85%A5.md#%E5%BF%85%E8%A6%81%E3%81%AA-%E3%82%82%E3%81%AE",
    ]
    assert read_pages(tmp_path).good[0].source == "%E5%B1%8A%20%E5%87%BA/%E8%BB%A2%E5%85%A5.md"


def test_a_crawled_page_keeps_its_own_address(tmp_path: Path) -> None:
    row = {"path": "https://www.city.example.lg.jp/a.html#top", "html": "<h1>題</h1><h2 id=b>節</h2>文"}
    (tmp_path / "pages.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert read_pages(tmp_path / "pages.jsonl", SITE).good[0].source == "https://www.city.example.lg.jp/a.html#b"


def test_pages_that_cannot_be_read_are_told_and_cost_no_other(tmp_path: Path) -> None:
    page(tmp_path, "<h1>題</h1>文", "good.html")
    page(tmp_path, "<frameset><frame src=a></frameset>", "frames.html")
    page(tmp_path, "<div>" * 2_000 + "文", "deep.html")
    page(tmp_path, "<h1>見出しだけ</h1>", "bare.html")
    good, problems = read_pages(tmp_path)
    assert [each.question for each in good] == ["題"]
    assert [(problem.key, problem.values["path"]) for problem in problems] == [
        *(("page_empty", "bare.html"), ("page_too_deep", "deep.html"), ("page_frames", "frames.html")),
    ]


def test_what_the_checker_finds_is_told_with_the_page(tmp_path: Path) -> None:
    row = {"path": f"{'p' * 2_100}.html", "html": "<h1>題</h1>文"}
    (tmp_path / "pages.jsonl").write_text(json.dumps(row), encoding="utf-8")
    good, problems = read_pages(tmp_path / "pages.jsonl")
    assert good == ()
    assert problems[0].sentence.startswith("1行目：ppp")
    assert problems[0].sentence.endswith("「掲載ページ」が長すぎます（2,105文字）。2,000文字までにしてください。")


def test_a_heading_path_longer_than_a_question_keeps_its_ends(tmp_path: Path) -> None:
    good, problems = read_pages(page(tmp_path, f"<h1>題</h1><h2>{'中' * 480}</h2><h3>末の節</h3>文"))
    assert problems == ()
    assert good[0].question == "題：…：末の節"


@pytest.mark.parametrize("url", ["javascript:alert(1)//", "//evil.example", "data:,"])
def test_a_base_that_is_no_address_of_a_site_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadBaseUrl):
        read_pages(tmp_path, url)


@given(st.text(st.sampled_from("あ。\n"), max_size=200), st.integers(1, 30))
def test_cutting_loses_nothing_but_line_ends_at_the_borders(text: str, limit: int) -> None:
    parts = cut(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")
