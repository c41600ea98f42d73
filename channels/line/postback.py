"""What our buttons send back: a value of a few kinds, written as a query string that LINE's 300 characters hold.

Buttons stay in people's chats for years: what cannot be read is nothing rather than an error, and unknown fields are passed over.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, quote

from channels.feedback import RECORD_SHAPE, Reason
from channels.line.counting import fit_units, units
from channels.line.limits import POSTBACK_DATA

_RECORD = re.compile(RECORD_SHAPE)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_WORD = re.compile(r"[a-z0-9_-]{1,40}")
_DIGEST = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Choose:
    """An entry was chosen; `text` is what stood on the button, perhaps cut, for when the entry is gone."""

    entry: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """An answer helped or did not, and why not when that was said."""

    record: str
    helpful: bool
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class More:
    """The rest of an entry's answer, from a character on; the digest tells whether it is still the same text."""

    entry: str
    start: int
    digest: str


@dataclass(frozen=True, slots=True)
class Speak:
    """A language was chosen."""

    language: str


@dataclass(frozen=True, slots=True)
class Languages:
    """The choice of languages is wanted."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the rich menu was opened; LINE has already shown it."""

    key: str


class Step(StrEnum):
    """What a resident does about the questionnaire."""

    BEGIN = "begin"
    """Reads what is kept and why."""
    AGREE = "agree"
    DECLINE = "decline"
    ASK = "ask"
    PICK = "pick"
    DROP = "drop"
    """Takes an option back, or without one the whole answer."""
    SETTINGS = "settings"
    LEAVE = "leave"
    """Wants everything deleted, and is asked whether that is meant."""
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Register:
    """A step of the questionnaire; `onward` leads to the next question, otherwise to all answers."""

    step: Step
    question: str = ""
    option: str = ""
    onward: bool = False


Postback = Choose | Rate | More | Speak | Languages | Tab | Register


def encode(value: Postback) -> str:
    """The postback data; nothing when it cannot be held, which only an overlong ID can cause."""
    match value:
        case Choose(entry, text):
            data = _query(k="choose", e=entry)
            return data if not text else _with_text(data, text)
        case Rate(record, helpful, reason):
            data = _query(k="rate", r=record, h="1" if helpful else "0", **({"w": reason.value} if reason else {}))
        case More(entry, start, digest):
            data = _query(k="more", e=entry, s=str(start), d=digest)
        case Speak(language):
            data = _query(k="speak", l=language)
        case Languages():
            data = _query(k="languages")
        case Tab(key):
            data = _query(k="tab", t=key)
        case Register(step, question, option, onward):
            data = _query(k="register", s=step.value, q=question, o=option, n="1" if onward else "")
    return data if units(data) <= POSTBACK_DATA else ""


def decode(data: str) -> Postback | None:
    """What `encode` wrote, or nothing when it is not that."""
    fields = dict(parse_qsl(data, keep_blank_values=True))
    match fields.get("k"):
        case "choose" if fields.get("e"):
            return Choose(fields["e"], fields.get("x", ""))
        case "rate":
            return _rate(fields)
        case "more":
            return _more(fields)
        case "speak" if _TAG.fullmatch(fields.get("l", "")):
            return Speak(fields["l"])
        case "languages":
            return Languages()
        case "tab" if _WORD.fullmatch(fields.get("t", "")):
            return Tab(fields["t"])
        case "register" if fields.get("s") in set(Step):
            return Register(Step(fields["s"]), fields.get("q", ""), fields.get("o", ""), fields.get("n") == "1")
    return None


def _rate(fields: dict[str, str]) -> Rate | None:
    record, helpful, reason = fields.get("r", ""), fields.get("h"), fields.get("w")
    if not _RECORD.fullmatch(record) or helpful not in ("0", "1"):
        return None
    return Rate(record, helpful == "1", Reason(reason) if reason in set(Reason) else None)


def _more(fields: dict[str, str]) -> More | None:
    start, digest = fields.get("s", ""), fields.get("d", "")
    if not fields.get("e") or not re.fullmatch(r"[0-9]{1,7}", start) or not _DIGEST.fullmatch(digest):
        return None
    return More(fields["e"], int(start), digest)


def _query(**fields: str) -> str:
    return "&".join(f"{key}={_escape(value)}" for key, value in fields.items())


def _with_text(data: str, text: str) -> str:
    """As much of the text as there is room for."""
    for limit in range(POSTBACK_DATA - units(data) - len("&x="), 0, -10):
        longer = f"{data}&x={_escape(fit_units(text, limit))}"
        if units(longer) <= POSTBACK_DATA:
            return longer
    return data if units(data) <= POSTBACK_DATA else ""


def _escape(value: str) -> str:
    """Percent-encoded where a query string needs it; Japanese stays as it is, as it would take nine times the room."""
    return "".join(
        each if not each.isascii() and each.isprintable() else quote(each, safe=",.:!()*@ ", errors="replace") for each in value
    )
