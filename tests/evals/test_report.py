"""The report of a night: whole by itself, escaped, and with the numbers that were measured."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from evals import report
from evals.night import Decision, Night, NightState
from evals.report_night import page
from evals.score import FIGURES, Metrics
from evals.svg import NAMESPACE
from evals.verdict import Verdict
from tests.evals.nights import QUESTIONS, empty_night, full_night, nights_before

EVIL = "<script>alert(1)</script><img src=//evil.example onerror=alert(2)>\"'`{{7*7}}\u202eさかさ]]>--></style>"
LARGEST = 2_000_000
"""Bytes: a report is opened on phones, and sent by mail."""


def soup_of(night: Night, history: int = 3) -> BeautifulSoup:
    return BeautifulSoup(page(night, nights_before(history, night), QUESTIONS), "lxml")


def part(soup: BeautifulSoup, name: str) -> Tag:
    found = soup.find(id=name)
    assert isinstance(found, Tag), name
    return found


def rows(element: Tag) -> dict[str, Tag]:
    """The rows of the tables in it, by their headings."""
    return {heading(each): each for each in element.select("tbody tr")}


def heading(row: Tag) -> str:
    return row.select("th")[0].get_text()


def numbers(element: Tag) -> list[float]:
    return [float(str(each["value"])) for each in element.find_all("data")]


def metrics_of(night: Night) -> Metrics:
    assert night.metrics
    return night.metrics


ALL = [full_night(), empty_night(), replace(empty_night(), state=NightState.ABANDONED), full_night(EVIL)]
NAMES = ["full", "empty", "abandoned", "evil"]


@pytest.mark.parametrize("night", ALL, ids=NAMES)
@pytest.mark.parametrize("history", [0, 1, 40])
def test_headings_follow_one_another_without_a_gap(night: Night, history: int) -> None:
    levels = [int(str(each.name)[1]) for each in soup_of(night, history).find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("night", ALL, ids=NAMES)
def test_every_table_has_a_caption_and_every_heading_a_scope(night: Night) -> None:
    for table in soup_of(night).find_all("table"):
        assert [each.get_text(strip=True) != "" for each in table.select("caption")] == [True]
        assert {each.get("scope") for each in table.select("thead th")} == {"col"}
        assert {each.get("scope") for each in table.select("tbody th")} == {"row"}
        widths = {len(row.find_all(["th", "td"])) for row in table.find_all("tr")}
        assert len(widths) == 1, table.select("caption")


@pytest.mark.parametrize("night", ALL, ids=NAMES)
def test_every_drawing_says_what_it_shows_and_has_its_numbers_beside_it(night: Night) -> None:
    for figure in soup_of(night).find_all("figure"):
        drawn = len(figure.select("svg"))
        assert drawn + len(figure.select(".figure__missing")) == 1
        told = [each.get_text(strip=True) for each in figure.select("figcaption, svg > title, svg > desc, .figure__missing")]
        assert len(told) == 2 + drawn
        assert all(told)
        assert not drawn or figure.select("table")


@pytest.mark.parametrize("night", ALL, ids=NAMES)
def test_ids_are_given_once_and_links_lead_to_them(night: Night) -> None:
    soup = soup_of(night)
    ids = [each["id"] for each in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    inside = [str(each["href"]) for each in soup.find_all(href=True) if str(each["href"]).startswith("#")]
    assert {each.removeprefix("#") for each in inside} <= set(ids)
    named = [name for each in soup.select("[aria-labelledby]") for name in str(each["aria-labelledby"]).split()]
    assert set(named) <= set(ids)


@pytest.mark.parametrize("night", ALL, ids=NAMES)
def test_nothing_is_fetched(night: Night) -> None:
    """The only addresses outside are links to procedure pages, which a reader may follow."""
    text = page(night, nights_before(3, night), QUESTIONS)
    soup = BeautifulSoup(text, "lxml")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert soup.find_all(["script", "link", "img", "iframe", "object", "embed", "image", "video", "base", "form"]) == []
    assert soup.select("[src]") == []
    assert {each.name for each in soup.find_all(href=re.compile("^[^#]"))} <= {"a"}
    style = "".join(each.get_text() for each in soup.find_all("style"))
    assert not re.search(r"url\(|@import|//", style)
    assert all(re.fullmatch(r"#[\w-]+", found) for found in re.findall(r"url\(([^)]*)\)", text))
    left = text.replace(NAMESPACE, "").replace("https://www.city.example.jp/a.html", "").replace("src=//evil.example", "")
    assert "://" not in left


def test_what_people_wrote_is_shown_and_never_obeyed() -> None:
    soup = soup_of(full_night(EVIL))
    assert soup.find_all(["script", "img"]) == []
    assert [each for each in soup.find_all(True) if any(name.startswith("on") for name in each.attrs)] == []
    assert "49" not in part(soup, "proposals").get_text()
    for name in ("gate", "misses", "pages", "proposals", "coverage", "technical"):
        assert EVIL in part(soup, name).get_text(), name


def test_what_people_wrote_cannot_turn_the_sentence_around_it() -> None:
    soup = soup_of(full_night(EVIL))
    for text in soup.find_all(string=re.compile("\u202e")):
        assert text.find_parent(["bdi", "td", "dd", "title"]), text[:80]
    assert all(each.find_parent("bdi") for each in part(soup, "misses").find_all(string=re.compile("^<script")))


def test_a_name_cannot_leave_the_style_sheet() -> None:
    night = replace(full_night(), site_name='市"; } </style><script>alert(1)</script>')
    soup = soup_of(night)
    assert soup.find_all("script") == []
    assert len(soup.find_all("style")) == 1
    assert "</style" not in page(night, [], {}).partition("</style>")[0]


def test_only_addresses_of_the_web_are_links() -> None:
    pages = part(soup_of(full_night()), "pages")
    assert [each["href"] for each in pages.find_all("a")] == ["https://www.city.example.jp/a.html"]
    assert "javascript:alert(1)" in pages.get_text()


def test_figures_are_those_measured() -> None:
    night = full_night()
    soup, metrics = soup_of(night), metrics_of(night)
    told = rows(part(soup, "figures").select("table")[0])
    for name, row in zip(FIGURES, told.values(), strict=True):
        measure = metrics.figures.get(name)
        assert numbers(row) == ([measure.mean, measure.queries] if measure else [0]), name
        if measure:
            assert f"{measure.mean * 100:.1f}%" in row.get_text()
            assert f"{measure.low * 100:.1f}〜{measure.high * 100:.1f}%" in row.get_text()


def test_a_figure_that_no_case_is_about_has_no_number() -> None:
    row = rows(part(soup_of(full_night()), "figures"))["緊急の言葉に気づいた割合"]
    assert "測る質問がありません" in row.get_text()
    assert "%" not in row.get_text()


def test_verdicts_are_those_counted() -> None:
    night = full_night()
    counted = [numbers(row) for row in rows(part(soup_of(night), "figures").select("table")[1]).values()]
    order = (Verdict.RIGHT, Verdict.PARTIAL, Verdict.MISSED, Verdict.WRONG)
    assert counted == [[each.verdicts[verdict] for verdict in order] for each in metrics_of(night).sets.values()]


def test_figures_over_nights_end_with_tonight() -> None:
    night = full_night()
    nights = rows(part(soup_of(night, 40), "figure-quality-right"))
    assert len(nights) == 31
    assert next(iter(nights)) == "11/21"
    assert numbers(nights["11/21"])[0] == metrics_of(night).figures["right"].mean


def test_nights_of_the_future_are_no_history() -> None:
    night = full_night()
    assert page(night, [night, *nights_before(1, night)], {}) == page(night, nights_before(1, night), {})


def test_a_refused_night_is_told_in_words_too() -> None:
    night = full_night()
    before = [replace(each, decision=Decision.REFUSED) for each in nights_before(1, night)]
    soup = BeautifulSoup(page(night, before, {}), "lxml")
    assert "11/20（見送り）" in part(soup, "figure-quality-right").get_text()


def test_two_nights_of_one_day_are_told_apart() -> None:
    night = full_night()
    again = replace(night, started_at=night.started_at - timedelta(hours=1))
    soup = BeautifulSoup(page(night, [*nights_before(1, night), again], {}), "lxml")
    assert list(rows(part(soup, "figure-quality-right"))) == ["11/21 2:00", "11/21 1:00", "11/20"]


def test_one_night_has_no_trend_but_its_numbers() -> None:
    night = full_night()
    figure = part(soup_of(night, 0), "figure-quality-right")
    assert figure.find("svg") is None
    assert "1晩分" in figure.get_text()
    assert numbers(figure)[0] == metrics_of(night).figures["right"].mean


def test_a_night_without_cases_invents_nothing() -> None:
    soup = soup_of(empty_night(), 0)
    assert numbers(soup) == []
    assert [each for each in soup.find_all("svg") if each.get("role") == "img"] == []
    assert not re.search(r"\d%", part(soup, "summary").get_text())
    assert "測れていません" in part(soup, "summary").get_text()
    assert "測れていません" in part(soup, "misses").get_text()
    assert "住民からの質問はありませんでした" in part(soup, "residents").get_text()


def test_a_night_that_was_given_up_does_not_say_that_nothing_was_found() -> None:
    soup = soup_of(replace(empty_night(), state=NightState.ABANDONED))
    assert soup.find(id="curator") is None
    assert "見つかって" not in soup.get_text()
    assert [each["href"] for each in soup.select(".contents a")] == ["#summary", "#engineer", "#terms"]
    assert part(soup, "technical").select("table")


def test_misses_are_listed_by_set_with_what_was_expected_and_what_came() -> None:
    misses = part(soup_of(full_night()), "misses")
    assert [each.get_text() for each in misses.find_all("h4")] == ["答えのある質問（2件）", "答えのない質問（1件）"]
    first = misses.find("li")
    assert isinstance(first, Tag)
    told = first.get_text(" ", strip=True)
    assert "誤り" in told
    assert "正解 住民票の写しはどこで取れますか" in told
    assert "実際 項目で回答：\ntax" in told


def test_other_ways_to_write_do_not_fill_the_list_of_misses() -> None:
    soup = soup_of(full_night())
    assert "じゅうみんひょう" not in part(soup, "misses").get_text()
    assert "かなだけ" in part(soup, "figure-varieties").get_text()
    assert "書き方を変えた質問では、悪くなったものが1件" in part(soup, "gate").get_text()


def test_wrong_answers_come_first_and_protected_ones_before_others() -> None:
    flips = part(soup_of(full_night()), "gate").find_all(class_="card")
    assert [("守る質問" in each.get_text(), "誤り" in each.get_text()) for each in flips] == [(False, True), (True, True)]


def test_a_changed_figure_says_whether_it_is_more_than_noise() -> None:
    told = {name: row.select("td")[-1].get_text() for name, row in rows(part(soup_of(full_night()), "gate")).items()}
    assert list(told.items()) == [("かなだけ", "悪くなった"), ("答えのない質問", "良くなった"), ("正答率", "ゆれの範囲")]


def test_the_paragraph_is_whole_however_long_the_reasons_are() -> None:
    night = replace(full_night(), decision=Decision.REFUSED, reasons=("長い理由" * 300, "短い理由"))
    summary = part(soup_of(night), "summary").get_text(" ", strip=True)
    assert "ほかに理由が1件あります。" in summary
    assert "約束するには件数が足りません。" in summary
    assert "公開を見送った、新しい索引の数字です。" in summary


def test_entries_are_told_by_their_questions_and_else_by_their_ids() -> None:
    told = part(soup_of(full_night()), "pages").get_text()
    assert "住民票の写しはどこで取れますか\nunknown-id" in told


def test_a_change_of_a_page_is_shown_with_its_sides() -> None:
    told = part(soup_of(full_night()), "pages").get_text(" ", strip=True)
    assert re.search(r"料金 300円 → 350円", told)
    assert re.search(r"日付 （なし） → 住民票がほしい", told)


def test_a_large_night_stays_a_small_file() -> None:
    night = full_night()
    miss = dict(night.misses[0])
    many = tuple({**miss, "case": f"c{number}", "set": f"s{number % 20}", "text": "あ" * 400} for number in range(20_000))
    points = tuple((number / 5000, number % 3 > 0) for number in range(5000))
    large = replace(
        night, misses=many, points=points, flips=night.flips * 2000, pages=night.pages * 300, proposals=night.proposals * 300
    )
    assert len(page(large, nights_before(62, night), QUESTIONS).encode()) < LARGEST


def test_equal_nights_make_equal_reports() -> None:
    assert page(full_night(), [], QUESTIONS) == page(full_night(), [], QUESTIONS)


def test_half_a_character_costs_no_report(tmp_path: Path) -> None:
    report.write(tmp_path / "report.html", replace(full_night(), reasons=("\ud83d",)), [])
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report.write(tmp_path / "report.html", empty_night(), [])
    before = (tmp_path / "report.html").read_bytes()
    monkeypatch.setattr("evals.report_night.page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report.write(tmp_path / "report.html", full_night(), [])
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_bytes() == before
