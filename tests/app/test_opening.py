"""Hours and next openings as residents read them."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from app.answering.draft import Draft, Memory
from app.answering.opening import contact_of, hours_in_words, moment_in_words
from knowledge.calendar import Hours
from knowledge.entry import Division, Site
from tests.app.small_city import CITIZENS, HOLIDAY, SITE

MORNING = (time(9), time(12))
AFTERNOON = (time(13, 5), time(17))


@pytest.mark.parametrize(
    ("hours", "language", "words"),
    [
        (Hours(), "ja", "月・火・水・木・金 8:30〜17:15"),
        (Hours(), "en", "Mon, Tue, Wed, Thu, Fri 8:30〜17:15"),
        (CITIZENS.hours, "ja", "月・火・水・金 8:30〜17:15、木 8:30〜19:00"),
        (CITIZENS.hours, "en", "Mon, Tue, Wed, Fri 8:30〜17:15; Thu 8:30〜19:00"),
        (
            Hours({"sun": (MORNING, AFTERNOON)}, note="祝日も開いています"),
            "ja",
            "日 9:00〜12:00, 13:05〜17:00、祝日も開いています",
        ),
        (Hours({"mon": ()}), "ja", ""),
        (Hours({}, note="予約制です"), "ja", "予約制です"),
    ],
)
def test_hours_in_words(hours: Hours, language: str, words: str) -> None:
    assert hours_in_words(hours, language) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "11月24日（火）8:30"), ("en", "Tue 11/24 8:30"), ("ja-x-easy", "11月（がつ）24日（にち）（火（か）） 8:30")],
)
def test_a_moment_in_words_is_in_japanese_time(language: str, words: str) -> None:
    assert moment_in_words(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), language) == words


def asked(now: datetime = HOLIDAY, language: str = "ja", site: Site = SITE) -> Draft:
    return Draft(site, "", language, now, Memory("token"))


@pytest.mark.parametrize(
    ("now", "open_now", "next_open"),
    [
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), False, "11月24日（火）8:30"),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), True, ""),
        (datetime(2026, 11, 26, 9, 0, tzinfo=UTC), True, ""),
        (datetime(2026, 11, 27, 9, 0, tzinfo=UTC), False, "11月30日（月）8:30"),
        (datetime(2026, 12, 28, 9, 0, tzinfo=UTC), False, "1月4日（月）8:30"),
    ],
)
def test_a_contact_says_whether_somebody_is_there(now: datetime, open_now: bool, next_open: str) -> None:
    contact = contact_of(asked(now), "citizens")
    assert (contact.open_now, contact.next_open) == (open_now, next_open)


@pytest.mark.parametrize("division", [None, "", "unknown"])
def test_without_a_division_it_is_the_city_hall(division: str | None) -> None:
    contact = contact_of(asked(), division)
    assert (contact.division, contact.phone) == ("きた市", "0999-00-1000")


def test_a_division_without_a_phone_has_that_of_the_city_hall_and_its_own_name() -> None:
    contact = contact_of(asked(), "waste")
    assert (contact.division, contact.phone) == ("環境課", "0999-00-1000")


def test_a_division_is_named_in_the_language_asked_for() -> None:
    assert contact_of(asked(language="en"), "citizens").division == "Citizens Division"


@pytest.mark.parametrize(
    "hours", [Hours({}), Hours({"mon": ((time(9), time(10)),)}, {date(2027, 1, 1): ()}, open_on_holidays=True)]
)
def test_a_division_that_opens_never_or_on_holidays(hours: Hours) -> None:
    contact = contact_of(asked(site=Site("s", "市", "1", (Division("d", "課", hours=hours),))), "d")
    expected: Any = (False, "") if not hours.weekly else (False, "11月30日（月）9:00")
    assert (contact.open_now, contact.next_open) == expected
