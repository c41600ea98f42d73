"""What LINE tells us, read event by event: one that is odd is kept as it is and costs the others nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeGuard

from channels.body import clean
from channels.errors import MalformedJson, NotAWebhook

DEPTH_LIMIT = 20
ID_LIMIT = 64
TOKEN_LIMIT = 256
DATA_LIMIT = 1000
"""LINE allows postbacks 300 characters; what we do not send cannot harm."""
RAW_LIMIT = 10_000
"""Characters that are kept of an event nobody understands."""


class Kind(StrEnum):
    """What happened, as far as it matters here."""

    TEXT = "text"
    STICKER = "sticker"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    LOCATION = "location"
    EDITED = "edited"
    UNSEND = "unsend"
    POSTBACK = "postback"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    ACCOUNT_LINK = "account_link"
    JOIN = "join"
    LEAVE = "leave"
    NOTED = "noted"
    """Something LINE documents and that asks nothing of us."""
    UNKNOWN = "unknown"


URGENT = frozenset({Kind.UNSEND, Kind.UNFOLLOW})
"""What waits for nothing, as it says what must not be used or whom not to write to."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text that may be stored, and the kinds of personal data that were taken out of it."""

    text: str
    taken_out: frozenset[str] = frozenset()


Mask = Callable[[str], Masked]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in LINE. It holds nothing that may not be stored."""

    id: str
    """LINE's `webhookEventId`, the same however often it is delivered."""
    kind: Kind
    at: datetime
    lane: str
    """What has to be worked off in order belongs to one lane: the user, else the group or room, else the event alone."""
    source: str = ""
    """`user`, `group`, `room`, or nothing."""
    reply_token: str = ""
    redelivered: bool = False
    standby: bool = False
    """Another service has the floor, so nothing may be said."""
    message: str = ""
    text: str = ""
    taken_out: frozenset[str] = frozenset()
    data: str = ""
    """Of a postback, what our button said."""
    one_of_many: bool = False
    """An image that was sent together with others, and is not the first of them: one answer is enough."""
    read_token: str = ""
    raw: str = ""
    """Of an unknown event, its JSON, masked."""

    @property
    def user(self) -> str:
        """The resident's user ID, in a conversation of two."""
        return self.lane if self.source == "user" else ""


_PLAIN = {
    "follow": Kind.FOLLOW,
    "unfollow": Kind.UNFOLLOW,
    "postback": Kind.POSTBACK,
    "unsend": Kind.UNSEND,
    "accountLink": Kind.ACCOUNT_LINK,
    "join": Kind.JOIN,
    "leave": Kind.LEAVE,
    "messageEdited": Kind.EDITED,
    **dict.fromkeys(
        ("memberJoined", "memberLeft", "videoPlayComplete", "beacon", "membership", "delivery", "module", "activated"),
        Kind.NOTED,
    ),
    **dict.fromkeys(("deactivated", "botSuspended", "botResumed"), Kind.NOTED),
}
_MESSAGES = {each.value: each for each in (Kind.TEXT, Kind.STICKER, Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, Kind.FILE, Kind.LOCATION)}
_ABOUT_A_MESSAGE = frozenset({*_MESSAGES.values(), Kind.EDITED, Kind.UNSEND})
_LATEST = 1e14
"""Milliseconds since 1970, in the year 5138."""
_TOKENS = frozenset({"replyToken", "quoteToken", "markAsReadToken"})


def read(body: bytes) -> list[object]:
    """The events of a webhook body, not yet looked at. Raises MalformedJson or NotAWebhook."""
    try:
        document = _clean(json.loads(body, parse_constant=lambda _: None), DEPTH_LIMIT)
    except (ValueError, RecursionError) as problem:  # ValueError: not JSON, not UTF-8, or a number of 5,000 digits
        raise MalformedJson from problem
    events = document.get("events") if isinstance(document, dict) else None
    if not isinstance(events, list):
        raise NotAWebhook
    return events


def parse(raw: object, mask: Mask, now: datetime) -> Event:
    """One event, whatever it is."""
    kind = _kind(raw)
    id_ = _id(raw, "webhookEventId") or f"sha256-{_digest(raw)[:40]}"
    source, sender = _sender(raw)
    message = _id(raw, "unsend", "messageId") if kind is Kind.UNSEND else _id(raw, "message", "id")
    if kind in _ABOUT_A_MESSAGE and not message:
        kind = Kind.UNKNOWN
    standby = _text(raw, "mode") == "standby"
    # What is said in groups, and to somebody else, is none of our business and is not even stored.
    ours = source == "user" and not standby
    written = _text(raw, "message", "text") if ours and kind in {Kind.TEXT, Kind.EDITED} else ""
    masked = mask(written) if written else Masked("")
    return Event(
        id=id_,
        kind=kind,
        at=_moment(raw, now),
        lane=sender or id_,
        source=source,
        reply_token=_text(raw, "replyToken")[:TOKEN_LIMIT] if kind is not Kind.UNKNOWN else "",
        redelivered=_at(raw, "deliveryContext", "isRedelivery") is True,
        standby=standby,
        message=message,
        text=masked.text,
        taken_out=masked.taken_out,
        data=_text(raw, "postback", "data")[:DATA_LIMIT] if kind is Kind.POSTBACK else "",
        one_of_many=_is_number(place := _at(raw, "message", "imageSet", "index")) and place > 1,
        read_token=_text(raw, "message", "markAsReadToken")[:TOKEN_LIMIT] if ours and kind is not Kind.UNKNOWN else "",
        raw=_masked_json(raw, mask) if kind is Kind.UNKNOWN else "",
    )


def shape(raw: str) -> str:
    """An unknown event for the log: its fields and what LINE calls it, with nothing anybody wrote."""

    def hide(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: hide(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [hide(each) for each in value[:5]]
        return "…" if isinstance(value, str) and key not in {"type", "mode"} else value

    return json.dumps(hide(json.loads(raw)), ensure_ascii=False)[:1000]


def _kind(raw: object) -> Kind:
    name = _text(raw, "type")
    if name == "message":
        return _MESSAGES.get(_text(raw, "message", "type"), Kind.UNKNOWN)
    return _PLAIN.get(name, Kind.UNKNOWN)


def _sender(raw: object) -> tuple[str, str]:
    """The kind of source and whose turn it is. In a group that is the group, as one answer goes to all of it."""
    kind = _text(raw, "source", "type")
    sender = _id(raw, "source", f"{kind}Id") if kind in {"user", "group", "room"} else ""
    return (kind, sender) if sender else ("", "")


def _moment(raw: object, now: datetime) -> datetime:
    """When it happened; a time nobody can mean is the present."""
    value = _at(raw, "timestamp")
    if _is_number(value) and 0 < value < _LATEST:
        return datetime.fromtimestamp(value / 1000, UTC)
    return now


def _masked_json(raw: object, mask: Mask) -> str:
    written = json.dumps(raw, ensure_ascii=False)
    if len(written) > RAW_LIMIT:
        return json.dumps({"type": _text(raw, "type")[:ID_LIMIT], "characters": len(written)})
    return json.dumps(_masked(raw, mask), ensure_ascii=False)


def _masked(value: Any, mask: Mask) -> Any:
    if isinstance(value, dict):
        return {mask(key).text: _masked(each, mask) for key, each in value.items() if key not in _TOKENS}
    if isinstance(value, list):
        return [_masked(each, mask) for each in value]
    return mask(value).text if isinstance(value, str) else value


def _clean(value: Any, depth: int) -> Any:
    """The value with every text storable. Raises MalformedJson when it is nested deeper than anybody could mean."""
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        raise MalformedJson
    if isinstance(value, dict):
        return {clean(key): _clean(each, depth - 1) for key, each in value.items()}
    return [_clean(each, depth - 1) for each in value]


def _at(raw: object, *path: str) -> object:
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(raw: object, *path: str) -> str:
    value = _at(raw, *path)
    return value if isinstance(value, str) else ""


def _id(raw: object, *path: str) -> str:
    """An id as LINE makes them; anything else is none."""
    value = _text(raw, *path)
    return value if value.isascii() and value.isprintable() and 0 < len(value) <= ID_LIMIT else ""


def _digest(raw: object) -> str:
    return sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()
