"""Reads the numbers in a text however their digits are written and kept apart."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul

Span = tuple[int, int]
"""Start and end of a piece of text, as in a slice."""

_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def my_number_check_digit(first_eleven: str) -> int:
    """The twelfth digit of a My Number (個人番号), from the eleven ASCII digits before it.

    平成26年総務省令第85号第5条: with P(n) the n-th digit from the lowest of the eleven and Q(n) = n+1 for n ≤ 6 and n-5
    above, the digit is 11 - (ΣP(n)Q(n) mod 11), or 0 when that remainder is 0 or 1. Raises ValueError on another length.
    """
    if len(first_eleven) != 11:
        raise ValueError(f"eleven digits needed, not {len(first_eleven)}")
    remainder = sum(map(mul, map(int, first_eleven), _MY_NUMBER_WEIGHTS)) % 11
    return 0 if remainder <= 1 else 11 - remainder


def luhn_valid(digits: str) -> bool:
    """Whether a string of ASCII digits ends in its check digit by ISO/IEC 7812-1 annex B (the Luhn formula)."""
    values = [int(digit) for digit in reversed(digits)]
    return sum(values[::2], sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


@dataclass(frozen=True, slots=True)
class Run:
    """Digits that may belong together: groups of digits with nothing but a short separator between them."""

    digits: str
    places: tuple[int, ...]
    """Where each digit stands in the text."""
    edges: frozenset[int]
    """Indexes in `digits` where a group begins, and the end: a number may only begin and end here."""
    gaps: tuple[int, ...]
    """How many separators stand before each digit."""

    def windows(self, length: int, first: str = "") -> Iterator[int]:
        """Where a number of `length` digits whose first digits are `first` may begin."""
        for start in self.edges:
            if start + length in self.edges and self.digits.startswith(first, start):
                yield start

    def span(self, start: int, length: int) -> Span:
        """The piece of text that holds `length` digits from the digit `start` on."""
        return self.places[start], self.places[start + length - 1] + 1

    def separators(self, start: int, length: int) -> int:
        """How many separators such a number contains."""
        return self.gaps[start + length - 1] - self.gaps[start]

    def parts(self, start: int, length: int) -> tuple[int, ...]:
        """How many digits stand between the separators: (3, 4, 4) for 090-1234-5678."""
        counts = [0] * (self.separators(start, length) + 1)
        for gap in self.gaps[start : start + length]:
            counts[gap - self.gaps[start]] += 1
        return tuple(counts)


@dataclass(frozen=True, slots=True)
class Reading:
    """A normalised text, the same text of the same length in ASCII digits and hyphens, and its runs of digits."""

    text: str
    plain: str
    runs: tuple[Run, ...]


def read(text: str) -> Reading:
    """Read a text that `normalise` has been over."""
    plain = as_digits(text)
    return Reading(text, plain, tuple(_run(text, plain, pieces) for pieces in _pieces(plain)))


def as_digits(text: str) -> str:
    """The text, as long as before, with every numeral below ten (〇, 三, 壱, ४, ❺, ○) an ASCII digit and every dash a hyphen."""
    return _LONG_VOWEL_FOR_DASH.sub("-", text.translate(_NUMERALS))


class _Numerals(dict[int, int]):
    """A table for str.translate that asks Unicode instead of listing 1,000 numerals; nothing is kept, so it cannot grow."""

    def __missing__(self, code: int) -> int:
        value = unicodedata.numeric(chr(code), -1)
        return ord("0") + int(value) if value in range(10) else code


_NUMERALS = _Numerals({ord(zero): ord("0") for zero in "○◯"} | {ord(dash): ord("-") for dash in "‐‒–—―−─━⁃➖゠⸺⸻"})
_LONG_VOWEL_FOR_DASH = re.compile(r"(?<=\d)ー(?=\d)")

_SEPARATOR = re.compile(r"(?:[^\w。!?]|[_ーのノ]){1,3}")
_QUIET = re.compile(
    # 2026-04-01, 2026/4/1
    r"(?<![\d\-/.])(?:19|20)\d\d([-/.])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12]\d|0?[1-9])(?!\d|\1\d)"
    # 4/1
    r"|(?<![\d\-/.])(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])(?![\d/])"
    # 10:30
    r"|(?<![\d:])(?:2[0-4]|1\d|0?\d):[0-5]\d(?![\d:])"
    # 1,234,567円
    r"|¥ ?\d[\d,]*+|(?<![\d,])\d[\d,]*+(?=[千百万億兆]{0,2}円)"
    # 3人, 2026年; 日本 is no day
    r"|(?<![\d\-])(?:(?:19|20)\d\d|\d{1,2})(?=年|月|日(?!本)|時|分|歳|才|人|回|件|個|枚|世帯|%)"
)
"""Dates, times, money and counts: they end a run, so that opening hours or years in a row never look like one number."""


def _pieces(plain: str) -> Iterator[list[Span]]:
    loud = _QUIET.sub(lambda quiet: "x" * len(quiet[0]), plain)
    pieces: list[Span] = []
    for group in re.finditer(r"\d+", loud):
        if pieces and not _SEPARATOR.fullmatch(loud, pieces[-1][1], group.start()):
            yield pieces
            pieces = []
        pieces.append(group.span())
    if pieces:
        yield pieces


def _run(text: str, plain: str, pieces: list[Span]) -> Run:
    places = tuple(place for start, end in pieces for place in range(start, end))
    edges, gaps, gap = {0, len(places)}, [0], 0
    for index in range(1, len(places)):
        before, here = places[index - 1], places[index]
        apart = here - before > 1
        gap += apart
        gaps.append(gap)
        # 第三123456789018: a change of script may be where a number begins.
        if apart or text[here].isascii() != text[before].isascii():
            edges.add(index)
    return Run("".join(plain[start:end] for start, end in pieces), places, frozenset(edges), tuple(gaps))
