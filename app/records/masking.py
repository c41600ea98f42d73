"""Takes out of residents' text what identifies them, before anything stores, logs, indexes or counts it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple

from app.records.addresses import addresses, emails
from app.records.digits import Reading, Span, as_digits, read
from app.records.numbers import (
    bank_accounts,
    cards,
    insurance_numbers,
    my_numbers,
    passports,
    pension_numbers,
    phones,
    residence_cards,
)
from indexer.text import normalise
from knowledge.sentences import say


class PersonalData(StrEnum):
    """What masking can find; each has its label under `masking.` in the wording."""

    MY_NUMBER = "my_number"
    CARD = "card"
    RESIDENCE_CARD = "residence_card"
    PASSPORT = "passport"
    PHONE = "phone"
    PENSION_NUMBER = "pension_number"
    INSURANCE_NUMBER = "insurance_number"
    BANK_ACCOUNT = "bank_account"
    EMAIL = "email"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text that may be kept, and what was taken out of it."""

    text: str
    found: frozenset[PersonalData]


class _Find(NamedTuple):
    start: int
    end: int
    kind: PersonalData


_FINDERS: dict[PersonalData, Callable[[Reading], Iterator[Span]]] = {
    PersonalData.MY_NUMBER: my_numbers,
    PersonalData.CARD: cards,
    PersonalData.RESIDENCE_CARD: residence_cards,
    PersonalData.PASSPORT: passports,
    PersonalData.PENSION_NUMBER: pension_numbers,
    PersonalData.PHONE: phones,
    PersonalData.INSURANCE_NUMBER: insurance_numbers,
    PersonalData.BANK_ACCOUNT: bank_accounts,
    PersonalData.EMAIL: emails,
    PersonalData.ADDRESS: addresses,
}


_IN_A_NUMBER = re.compile(r"[\d\W_ーのノ]")
"""A digit, or what may stand between two digits of one number."""


def mask(text: str) -> Masked:
    """Normalise any text and put a label such as 【電話番号】 in the place of each find.

    It looks again until nothing is found, as a label can set apart digits that looked like one number before; each round
    takes away a digit or an at sign, so it ends, and masking twice changes nothing more.
    """
    found: set[PersonalData] = set()
    text = normalise(text)
    while finds := _finds(text):
        found.update(find.kind for find in finds)
        text = normalise(_label(text, finds))
    return Masked(text, frozenset(found))


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, without a number at the end: eleven digits of a My Number would tell the twelfth."""
    if len(text) <= limit:
        return text
    kept = normalise(text[:limit])
    number = sum(1 for _ in takewhile(_IN_A_NUMBER.match, reversed(as_digits(kept))))
    return kept[: len(kept) - number]


def _finds(text: str) -> list[_Find]:
    """What is found, in order; finds that overlap are one, named after the longest of them (then the first in `_FINDERS`)."""
    reading = read(text)
    merged: list[_Find] = []
    longest = 0
    for find in sorted((_Find(*span, kind) for kind, finder in _FINDERS.items() for span in finder(reading)), key=_by_place):
        if not merged or find.start >= merged[-1].end:
            merged.append(find)
            longest = find.end - find.start
            continue
        kind = merged[-1].kind
        if find.end - find.start > longest:
            kind, longest = find.kind, find.end - find.start
        merged[-1] = _Find(merged[-1].start, max(merged[-1].end, find.end), kind)
    return merged


def _by_place(find: _Find) -> Span:
    return find.start, -find.end


def _label(text: str, finds: list[_Find]) -> str:
    pieces, kept = [], 0
    for find in finds:
        pieces += [text[kept : find.start], say("app", f"masking.{find.kind}")]
        kept = find.end
    return "".join([*pieces, text[kept:]])


def without_labels(text: str) -> str:
    """A masked text without its labels: what is searched, since 「電話番号」 was not what the resident asked about."""
    for kind in PersonalData:
        text = text.replace(say("app", f"masking.{kind}"), " ")
    return text.strip()
