"""Finds the facts that residents act on (fees, dates, times, terms, telephones, forms), and how two texts differ in them."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from indexer.text import normalise


class FactKind(StrEnum):
    """Each has its label under `facts.` in the wording."""

    FEE = "fee"
    DATE = "date"
    TIME = "time"
    TERM = "term"
    """How long something takes or may take: 14日以内, 3か月."""
    PHONE = "phone"
    FORM = "form"
    """A form by name, or a file to download."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it is written, and what it means however it is written."""

    kind: FactKind
    value: str
    written: str
    line: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that a text says otherwise than before; an empty side means that it is new or gone."""

    kind: FactKind
    before: str
    after: str
    line: str
    """Where it stands now, or stood."""


class _Line(NamedTuple):
    """A line, and what is left of it when its facts are taken out."""

    frame: str
    facts: tuple[Fact, ...]


def facts(text: str) -> list[Fact]:
    """All facts of a text, in order."""
    return [fact for line in _lines(text) for fact in line.facts]


def differences(before: str, after: str) -> list[Difference]:
    """What the second text says otherwise: a line that says the same about other facts is told as one change.

    Another spelling of the same (３００円, 令和8年 for 2026年) is no difference.
    """
    old, new = _lines(before), _lines(after)
    changed, old, new = _changed_in_place(old, new)
    gone, come = _without_common(_facts(old), _facts(new))
    return [*changed, *_paired(gone, come)]


def _changed_in_place(old: Sequence[_Line], new: Sequence[_Line]) -> tuple[list[Difference], list[_Line], list[_Line]]:
    """Differences between lines of the same frame, and the lines that have no counterpart."""
    waiting: dict[str, list[_Line]] = defaultdict(list)
    for line in old:
        waiting[line.frame].append(line)
    changed: list[Difference] = []
    left: list[_Line] = []
    for line in new:
        if not waiting[line.frame]:
            left.append(line)
            continue
        pairs = zip(waiting[line.frame].pop(0).facts, line.facts, strict=True)
        changed += [_difference(one, other) for one, other in pairs if one.value != other.value]
    return changed, [line for lines in waiting.values() for line in lines], left


def _without_common(old: Sequence[Fact], new: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts of either side that the other does not have."""
    return list(_less(old, new)), list(_less(new, old))


def _less(some: Sequence[Fact], others: Sequence[Fact]) -> Iterator[Fact]:
    known = Counter((each.kind, each.value) for each in others)
    for fact in some:
        known[fact.kind, fact.value] -= 1
        if known[fact.kind, fact.value] < 0:
            yield fact


def _paired(gone: Sequence[Fact], come: Sequence[Fact]) -> Iterator[Difference]:
    """The only fact of its kind that went belongs to the only one that came; of several nobody can say which."""
    for kind in FactKind:
        old, new = ([fact for fact in facts if fact.kind is kind] for facts in (gone, come))
        if len(old) == len(new) == 1:
            yield _difference(old[0], new[0])
            continue
        yield from (Difference(kind, fact.written, "", fact.line) for fact in old)
        yield from (Difference(kind, "", fact.written, fact.line) for fact in new)


def _difference(old: Fact, new: Fact) -> Difference:
    return Difference(new.kind, old.written, new.written, new.line)


def _facts(lines: Sequence[_Line]) -> list[Fact]:
    return [fact for line in lines for fact in line.facts]


def _lines(text: str) -> list[_Line]:
    return [_read(line) for line in _LONG_DASH.sub("-", normalise(text)).split("\n") if line.strip()]


def _read(line: str) -> _Line:
    """Each pattern sees only what the ones before it have left."""
    rest = line
    found: list[tuple[int, int, Fact]] = []
    for kind, pattern, value in _PATTERNS:
        found += [(m.start(), m.end(), Fact(kind, value(m), m[0].strip(), line.strip())) for m in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: _TAKEN * len(match[0]), rest)
    found.sort(key=lambda each: each[0])
    frame, end = [], 0
    for start, stop, fact in found:
        frame += [line[end:start], f"{_TAKEN}{fact.kind}{_TAKEN}"]
        end = stop
    return _Line("".join("".join([*frame, line[end:]]).split()), tuple(fact for *_, fact in found))


_TAKEN = "\0"
_LONG_DASH = re.compile(r"(?<=\d)[‐‑‒–—―−ー－](?=\d)")

_UNITS = {"億": 10**8, "万": 10**4, "千": 10**3, "百": 10**2}
_YEAR_BEFORE_ERA = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}


def _yen(match: re.Match[str]) -> str:
    total, number = 0, ""
    for character in match["amount"]:
        if character in _UNITS:
            total += int(number or 1) * _UNITS[character]
            number = ""
        elif character.isdigit():
            number += character
    return f"{total + int(number or 0)}"


def _free(_match: re.Match[str]) -> str:
    return "0"


def _day(match: re.Match[str]) -> str:
    parts = [_year(match), *(f"{int(match[name]):02}" for name in ("month", "day") if match[name])]
    return "-".join(parts) + (match["part"] or "")


def _month(match: re.Match[str]) -> str:
    return "-".join(["", *(f"{int(match[name]):02}" for name in ("month", "day") if match[name])]) + (match["part"] or "")


def _year(match: re.Match[str]) -> str:
    if match["year"]:
        return match["year"]
    return str(_YEAR_BEFORE_ERA[match["era"]] + (1 if match["era_year"] == "元" else int(match["era_year"])))


def _hour(match: re.Match[str]) -> str:
    afternoon = 12 if match["half"] == "午後" and int(match["hour"]) < 12 else 0
    minute = "30" if match["minute"] == "半" else (match["minute"] or "0")
    return f"{int(match['hour']) + afternoon}:{int(minute):02}"


def _plain(match: re.Match[str]) -> str:
    return re.sub(r"[\s,]", "", match[0])


def _span(match: re.Match[str]) -> str:
    return re.sub(r"[ヶヵカケ箇]月", "か月", _plain(match))


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"[^\d#]", "", match[0])


_ERA_YEAR = r"(?:(?P<era>令和|平成|昭和|(?<![A-Za-z])[RHS])\s?(?P<era_year>元|\d{1,2})|(?P<year>(?:19|20)\d\d))"
_PART = r"(?P<part>上旬|中旬|下旬|末)?"
_FORM_NAME = (
    r"[一-龠々ァ-ヶー]{1,18}(?:申請書|届出書|申込書|請求書|申告書|報告書|同意書|誓約書|委任状|調書|届(?![出けいくきかこ]))"
)

_PATTERNS: tuple[tuple[FactKind, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (FactKind.FORM, re.compile(r"[^\s\"'()/<>?#]{1,120}\.(?:pdf|docx?|xlsx?|odt|ods|zip)\b", re.IGNORECASE), _plain),
    (
        FactKind.PHONE,
        re.compile(
            r"(?<![\d-])(?:\(0\d{1,4}\)\s?\d{1,4}-?\d{3,4}|0\d{1,4}[-(]\d{1,4}[-)]\d{3,4}|0\d{9,10}|#\d{4})(?![\d-])", re.ASCII
        ),
        _digits,
    ),
    (FactKind.FEE, re.compile(r"(?P<amount>\d[\d,]{0,14}(?:[億万千百][\d,]{0,8}){0,4}|[千百])円"), _yen),
    (FactKind.FEE, re.compile(r"無料"), _free),
    (
        FactKind.DATE,
        re.compile(
            rf"{_ERA_YEAR}\s?(?:年度|年?\s?[-/.年]\s?(?P<month>\d{{1,2}})(?:\s?[-/.月]\s?(?P<day>\d{{1,2}})\s?日?|月){_PART}|年)"
        ),
        lambda match: _day(match) + ("年度" if match[0].endswith("年度") else ""),
    ),
    (
        FactKind.DATE,
        re.compile(rf"(?<!\d)(?P<month>\d{{1,2}})(?:月(?P<day>\d{{1,2}})日|月){_PART}"),
        _month,
    ),
    (
        FactKind.DATE,
        re.compile(r"[月火水木金土日](?=(?:[・、,と][月火水木金土日]){0,6}曜)|(?<=曜)[月火水木金土日](?=曜)"),
        _plain,
    ),
    (
        FactKind.TIME,
        re.compile(r"(?P<half>午前|午後)?\s?(?<!\d)(?P<hour>\d{1,2})(?::(?=\d\d)|時(?!間))(?P<minute>\d{1,2}|半)?分?"),
        _hour,
    ),
    (
        FactKind.TERM,
        re.compile(r"(?<!\d)\d[\d,]{0,8}\s?(?:営業日|週間|[かヶヵカケ箇]月|日|年|時間|分)(?:間|以内|以上|未満|前|後|目)?"),
        _span,
    ),
    (FactKind.FORM, re.compile(_FORM_NAME), _plain),
)
"""In the order tried: what is a date is no longer a term, and 8:30 no telephone number."""
