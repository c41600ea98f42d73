"""How reports write numbers, days and names, and that everything they may have to name has a name."""

from datetime import UTC, date, datetime, timedelta

import pytest

from channels.message import Outcome
from evals import told
from evals.metrics import Measure
from evals.night import Decision
from evals.nightly import STEPS
from evals.score import FIGURES
from evals.verdict import Miss, Verdict
from indexer.calibrate import Source
from knowledge.sentences import wording

NIGHT = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


def test_everything_a_report_names_has_a_name() -> None:
    keys: dict[str, set[str]] = {
        "endings": {each.value for each in Outcome} | {each.family for each in Outcome},
        "verdicts": set(Verdict),
        "misses": set(Miss),
        "decisions": {*Decision, "abandoned"},
        "decisions_short": {*Decision, "abandoned"},
        "figure_names": set(FIGURES),
        "figures_explained": set(FIGURES),
        "sources": set(Source),
        "steps_done": {name for name, _ in STEPS},
    }
    assert [f"{table}.{key}" for table, names in keys.items() for key in names if f"{table}.{key}" not in wording("evals")] == []


def test_what_nobody_has_named_is_called_as_it_is() -> None:
    assert told.name("sets", "うちの質問") == "うちの質問"


def test_days_are_those_of_japan() -> None:
    assert told.day(NIGHT) == "2026年11月21日（土）"
    assert told.clock(NIGHT) == "2:05"
    assert told.short_day(NIGHT) == "11/21"
    assert told.month(date(2026, 11, 1)) == "2026年11月"


def test_two_nights_of_one_day_have_their_hour() -> None:
    nights = [NIGHT - timedelta(days=1), NIGHT, NIGHT + timedelta(hours=9)]
    assert told.short_days(nights) == ["11/20", "11/21 2:05", "11/21 11:05"]


@pytest.mark.parametrize(("seconds", "words"), [(0.04, "0.0秒"), (59.94, "59.9秒"), (60, "1分0秒"), (552.3, "9分12秒")])
def test_long_times_are_in_minutes(seconds: float, words: str) -> None:
    assert told.seconds(seconds) == words


def test_shares_have_one_decimal_and_differences_a_sign() -> None:
    assert told.percent(0.8396) == "84.0%"
    assert told.interval(Measure(0.84, 0.8014, 0.8755, 500)) == "80.1〜87.5%"
    assert [told.points(each) for each in (0.019, -0.019)] == ["+1.9", "-1.9"]


def test_a_list_says_how_many_it_leaves_out() -> None:
    assert told.listed(["あ", "い", "う"], 3) == "あ、い、う"
    assert told.listed(["あ", "い", "う"], 1) == "あ、ほか2件"
    assert told.entries(["a", "b", "c", "d"], {"a": "住民票"}) == "住民票\nb\nc\nほか1件"
    assert told.entries([], {}) == ""


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("一つ。二つ。", "一つ。"),
        ("「一つ。二つ」です。三つ。", "「一つ。二つ」です。"),
        ("閉じない「かぎ。", "閉じない「かぎ。"),
        ("なし", "なし"),
    ],
)
def test_a_full_stop_in_a_quotation_ends_no_sentence(text: str, first: str) -> None:
    assert told.first_sentence(text) == first
