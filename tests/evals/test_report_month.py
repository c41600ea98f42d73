"""The report of a month: made of that month's nights, in Japan's calendar, with nothing judged that the numbers do not bear."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from evals import report
from evals.metrics import Measure
from evals.night import Decision, Night, NightState
from evals.report_month import Month, month_of, page
from evals.verdict import Verdict
from tests.evals.nights import QUESTIONS, empty_night, full_night, nights_before
from tests.evals.test_report import EVIL, numbers, part, rows

NOVEMBER = date(2026, 11, 1)


def night_with(right: float, spread: float, day: int, decision: Decision = Decision.PROMOTED) -> Night:
    night = full_night()
    assert night.metrics
    shares = {**night.metrics.figures, "right": Measure(right, right - spread, right + spread, 500)}
    began = datetime(2026, 11, day, 17, 0, tzinfo=UTC)
    return replace(night, started_at=began, metrics=replace(night.metrics, figures=shares), decision=decision)


def paragraph(*nights: Night) -> str:
    found = soup(*nights).select(".paragraph")
    return found[0].get_text()


def soup(*nights: Night) -> BeautifulSoup:
    return BeautifulSoup(page(month_of(nights, NOVEMBER), QUESTIONS), "lxml")


def test_a_month_begins_and_ends_at_midnight_in_japan() -> None:
    moments = ["2026-10-31T14:59", "2026-10-31T15:00", "2026-11-30T14:59", "2026-11-30T15:00"]
    nights = [replace(empty_night(), started_at=datetime.fromisoformat(f"{each}+00:00")) for each in reversed(moments)]
    assert [night.started_at.day for night in month_of(nights, date(2026, 11, 15)).nights] == [31, 30]


def test_a_rise_beyond_both_intervals_is_called_one() -> None:
    assert "良くなったと言えます" in paragraph(night_with(0.4, 0.02, 1), night_with(0.5, 0.02, 9))
    assert "悪くなったと言えます" in paragraph(night_with(0.5, 0.02, 1), night_with(0.4, 0.02, 9))


def test_intervals_that_overlap_are_no_change() -> None:
    assert "変わったとは言い切れません" in paragraph(night_with(0.4, 0.06, 1), night_with(0.5, 0.06, 9))


def test_what_was_refused_is_not_what_residents_had() -> None:
    told = paragraph(night_with(0.4, 0.02, 1), night_with(0.9, 0.02, 9, Decision.REFUSED))
    assert "90.0%" not in told
    assert "測れた夜が1回だけ" in told


def test_a_month_that_measured_nothing_says_so() -> None:
    found = soup(empty_night())
    assert "測れた夜がないため" in found.select(".paragraph")[0].get_text()
    assert not found.select("figure svg")
    assert "%" not in part(found, "summary").get_text()
    assert numbers(part(found, "residents")) == []


def test_nights_and_decisions_are_counted() -> None:
    nights = [night_with(0.4, 0.02, 1), night_with(0.4, 0.02, 2, Decision.REFUSED), night_with(0.4, 0.02, 3, Decision.UNCHANGED)]
    abandoned = replace(empty_night(), state=NightState.ABANDONED)
    told = paragraph(*nights, abandoned)
    assert "夜間評価を4回行いました。新しい索引を1回公開し、1回見送りました。途中で止まった夜が1回あります。" in told


def test_questions_of_residents_are_added_up() -> None:
    found = soup(*nights_before(3, full_night()))
    assert numbers(part(found, "residents"))[::2] == [15, 9]
    assert "質問は24件でした" in found.select(".paragraph")[0].get_text()


def test_every_night_has_a_row() -> None:
    found = soup(*nights_before(20, full_night()))
    assert list(rows(part(found, "trend"))) == [f"11/{day}" for day in range(1, 21)]


def test_refusals_are_told_with_their_reasons() -> None:
    found = soup(night_with(0.4, 0.02, 1), night_with(0.4, 0.02, 2, Decision.REFUSED))
    told = part(found, "refusals").get_text(" ", strip=True)
    assert "見送り 2026年11月3日（火）" in told
    assert "理由 住民票がほしい" in told
    assert "11月2日" not in told


def test_a_page_that_changed_twice_is_told_once() -> None:
    assert len(part(soup(*nights_before(5, full_night())), "pages").select(".card")) == 2


def test_wrong_answers_of_a_refused_index_are_not_those_of_residents() -> None:
    refused = replace(night_with(0.4, 0.02, 9, Decision.REFUSED), misses=())
    told = part(soup(night_with(0.4, 0.02, 1), refused), "wrong")
    assert "2026年11月2日（月）の評価" in told.get_text()
    assert len(told.select(".card")) == 2


def test_wrong_answers_of_the_last_night_are_listed() -> None:
    cards = part(soup(full_night()), "wrong").select(".card")
    assert len(cards) == sum(each["verdict"] == Verdict.WRONG.value for each in full_night().misses) == 2
    assert all(each.select(".badge[data-verdict=wrong]") for each in cards)


def test_what_people_wrote_is_escaped_here_too() -> None:
    found = soup(full_night(EVIL))
    assert found.find_all(["script", "img"]) == []
    assert isinstance(found.find(id="terms"), Tag)


@pytest.mark.parametrize("night", [full_night(), empty_night(), replace(empty_night(), state=NightState.ABANDONED)])
def test_headings_and_ids_are_in_order(night: Night) -> None:
    found = soup(night)
    levels = [int(each.name[1]) for each in found.select("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [each["id"] for each in found.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_month_is_written_to_a_file(tmp_path: Path) -> None:
    report.write_month(tmp_path / "month.html", Month(NOVEMBER, (full_night(),)), QUESTIONS)
    assert "<h1>月次報告書</h1>" in (tmp_path / "month.html").read_text(encoding="utf-8")
