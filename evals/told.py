"""How reports write numbers, days and names: in the words of the wording, and the name itself where it has none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from evals.metrics import Measure
from knowledge.calendar import TOKYO
from knowledge.sentences import say, wording


def percent(share: float) -> str:
    """84.0%"""
    return say("evals", "amounts.percent", value=share * 100)


def whole_percent(share: float) -> str:
    """84%"""
    return say("evals", "amounts.whole_percent", value=share * 100)


def points(difference: float) -> str:
    """+1.9ポイント"""
    return say("evals", "amounts.points", value=difference * 100)


def interval(measure: Measure) -> str:
    """80.1〜87.5%"""
    return say("evals", "amounts.interval", low=measure.low * 100, high=measure.high * 100)


def milliseconds(value: float) -> str:
    """2.4ミリ秒"""
    return say("evals", "amounts.milliseconds", value=value)


def seconds(value: float) -> str:
    """12.3秒, from a minute on 9分12秒"""
    if value < 60:
        return say("evals", "amounts.seconds", value=value)
    minutes, rest = divmod(round(value), 60)
    return say("evals", "amounts.minutes", minutes=minutes, seconds=rest)


def count(number: int) -> str:
    """1,234件"""
    return say("evals", "amounts.count", count=number)


def day(moment: datetime | date) -> str:
    """2026年11月21日（土）, the day in Japan"""
    own = _in_japan(moment)
    weekday = say("evals", "dates.weekdays")[own.weekday()]
    return say("evals", "dates.day", year=own.year, month=own.month, day=own.day, weekday=weekday)


def short_day(moment: datetime | date) -> str:
    """11/21"""
    own = _in_japan(moment)
    return say("evals", "dates.short", month=own.month, day=own.day)


def short_days(moments: Sequence[datetime]) -> list[str]:
    """11/21, and 11/21 2:05 where a day has several."""
    often = Counter(map(short_day, moments))
    return [f"{short_day(each)} {clock(each)}" if often[short_day(each)] > 1 else short_day(each) for each in moments]


def month(first: date) -> str:
    """2026年11月"""
    return say("evals", "dates.month", year=first.year, month=first.month)


def clock(moment: datetime) -> str:
    """2:05"""
    own = moment.astimezone(TOKYO)
    return say("evals", "dates.time", hour=own.hour, minute=own.minute)


def name(table: str, key: str) -> str:
    """What a set, an outcome or another key is called; the key itself when nobody has named it yet."""
    return wording("evals").get(f"{table}.{key}", key)


def entries(ids: Iterable[str], questions: Mapping[str, str], limit: int = 3) -> str:
    """A few entries, each on a line, by their questions or, where those are not known, their ids."""
    return _some([short(questions.get(each, each), 100) for each in ids], "\n", limit)


def listed(items: Iterable[str], limit: int) -> str:
    """The first few in one line, and how many more there are."""
    return _some(list(items), say("evals", "amounts.list"), limit)


def short(text: str, limit: int = 300) -> str:
    """A text that somebody wrote, not longer than can be read in a list."""
    return f"{text[: limit - 1]}…" if len(text) > limit else text


def first_sentence(text: str) -> str:
    """Up to the first full stop that stands in no quotation."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "「") - (letter == "」")
        if letter == "。" and depth <= 0:
            return text[: place + 1]
    return text


def _some(items: Sequence[str], between: str, limit: int) -> str:
    left = len(items) - limit
    return between.join([*items[:limit], *([say("evals", "amounts.more", count=left)] if left > 0 else [])])


def _in_japan(moment: datetime | date) -> date:
    return moment.astimezone(TOKYO).date() if isinstance(moment, datetime) else moment
