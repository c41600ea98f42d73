"""A double of the LINE platform: it signs and delivers webhooks, and takes what is sent by LINE's rules, not always kindly."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from threading import Lock
from typing import Any

Json = dict[str, Any]

TOKEN_LASTS = timedelta(minutes=1)
EVENT_LASTS = timedelta(minutes=20)
KEY_LASTS = timedelta(hours=24)


class Fault(StrEnum):
    """What can go wrong with one call, before it has an effect or after."""

    RATE = "rate"
    ERROR_BEFORE = "error before"
    ERROR_AFTER = "error after"
    HANG_BEFORE = "hang before"
    HANG_AFTER = "hang after"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    HALF_A_BODY = "half a body"
    GARBAGE = "garbage"
    GARBAGE_OF_A_PROXY = "garbage of a proxy"

    @property
    def has_effect(self) -> bool:
        return self in {Fault.ERROR_AFTER, Fault.HANG_AFTER, Fault.RESET_AFTER, Fault.HALF_A_BODY, Fault.GARBAGE}


@dataclass
class Token:
    """A reply token: whom it answers, and since when."""

    to: str
    event: str
    happened_at: datetime
    delivered_at: datetime | None = None
    used: bool = False


@dataclass(frozen=True)
class Said:
    """Messages that arrived on somebody's telephone."""

    to: str
    messages: Sequence[Json]
    at: datetime
    event: str = ""
    """The event whose reply token was used."""
    key: str = ""
    """The retry key of a push."""

    @property
    def text(self) -> str:
        return json.dumps(list(self.messages), ensure_ascii=False)


@dataclass
class Answer:
    """What the platform answers a call with."""

    status: int
    body: Json = field(default_factory=dict)


@dataclass
class Platform:
    """LINE, as far as one account sees it. Safe to share between threads."""

    clock: Callable[[], datetime]
    secret: str = "s" * 32
    quota: int | None = None
    faults: Callable[[str], Fault | None] = lambda _: None
    """Path of a call → what goes wrong with it."""
    endpoint: str = "https://chat.city.example.jp/line/mihon"
    active: bool = True
    reached: bool = True
    """Whether LINE's own calls reach the endpoint."""
    chat_mode: str = "bot"
    bad_token: bool = False
    said: list[Said] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    """Every call with the status it should have been answered with."""
    loading: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    tokens: dict[str, Token] = field(default_factory=dict)
    keys: dict[str, tuple[datetime, Json, Json]] = field(default_factory=dict)
    used_up: int = 0
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _lock: Lock = field(default_factory=Lock)

    def event(self, kind: str, user: str, at: datetime | None = None, **more: Any) -> Json:
        """An event of a one-to-one conversation, as LINE would describe it."""
        number = next(self._numbers)
        happened = at or self.clock()
        token = f"{number:032x}"
        event: Json = {
            "type": kind,
            "mode": "active",
            "timestamp": int(happened.timestamp() * 1000),
            "source": {"type": "user", "userId": user},
            "webhookEventId": f"01H{number:023d}",
            "deliveryContext": {"isRedelivery": False},
            **more,
        }
        if kind not in {"unsend", "unfollow", "leave"} and event["mode"] == "active":
            event["replyToken"] = token
            self.tokens[token] = Token(_receiver(event["source"]), event["webhookEventId"], happened)
        return event

    def text(self, user: str, text: str, at: datetime | None = None, **more: Any) -> Json:
        """Somebody writes."""
        return self.message(user, "text", at, text=text, quoteToken="q", **more)

    def message(self, user: str, kind: str, at: datetime | None = None, **more: Any) -> Json:
        """Somebody sends a message of some kind."""
        return self.event("message", user, at, message={"id": f"{next(self._numbers):018d}", "type": kind, **more})

    def unsend(self, event: Json, at: datetime | None = None) -> Json:
        """Somebody takes a message back."""
        user = event["source"]["userId"]
        return self.event("unsend", user, at, unsend={"messageId": event["message"]["id"]})

    def deliver(self, events: Sequence[Json], again: bool = False) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a webhook with these events; the clocks of their tokens start now."""
        told = [event | {"deliveryContext": {"isRedelivery": again}} for event in events]
        for event in events:
            token = self.tokens.get(event.get("replyToken", ""))
            if token:
                token.delivered_at = self.clock()
        body = json.dumps({"destination": "U" + "b" * 32, "events": told}, ensure_ascii=False).encode()
        return body, self.sign(body)

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers of a webhook."""
        signature = b64encode(hmac.digest(self.secret.encode(), body, "sha256")).decode()
        return {"x-line-signature": signature, "content-type": "application/json; charset=utf-8"}

    def heard(self, user: str) -> list[str]:
        """The messages on somebody's telephone, as JSON."""
        return [each.text for each in self.said if each.to == user]

    def take(self, method: str, path: str, headers: dict[str, str], body: Json) -> tuple[Answer, Fault | None]:
        """Do what is asked, and say what goes wrong with it."""
        with self._lock:
            fault = self.faults(path)
            if fault is Fault.RATE:
                answer = Answer(429, {"message": "The API rate limit has been exceeded. Try again later."})
            elif fault is None or fault.has_effect:
                answer = self._take(method, path, headers, body)
            else:
                answer = Answer(500)
            self.calls.append((path, answer.status))
            return answer, fault

    def _take(self, method: str, path: str, headers: dict[str, str], body: Json) -> Answer:
        if self.bad_token:
            return Answer(401, {"message": "Authentication failed."})
        match method, path.split("/")[3:]:
            case "POST", ["message", "reply"]:
                return Answer(400, {"message": "reply takes no key"}) if "x-line-retry-key" in headers else self._reply(body)
            case "POST", ["message", "push"]:
                return self._push(headers, body, [body["to"]])
            case "POST", ["message", "multicast"]:
                return self._push(headers, body, body["to"])
            case "POST", ["chat", "loading", "start"]:
                self.loading.append(body["chatId"])
                return Answer(202)
            case "POST", ["chat", "markAsRead"]:
                self.read.append(body["markAsReadToken"])
                return Answer(200)
            case "POST", ["group" | "room", place, "leave"]:
                self.left.append(place)
                return Answer(200)
        return self._told(method, path)

    def _told(self, method: str, path: str) -> Answer:
        match method, path.removeprefix("/v2/bot/"):
            case "GET", "message/quota":
                return Answer(200, {"type": "none"} if self.quota is None else {"type": "limited", "value": self.quota})
            case "GET", "message/quota/consumption":
                return Answer(200, {"totalUsage": self.used_up})
            case "GET", "info":
                bot = {"userId": "U" + "b" * 32, "basicId": "@mihon", "displayName": "みほん市"}
                return Answer(200, bot | {"chatMode": self.chat_mode, "markAsReadMode": "auto", "added": "without notice"})
            case "GET", "channel/webhook/endpoint":
                known = {"endpoint": self.endpoint, "active": self.active}
                return Answer(200, known) if self.endpoint else Answer(404, {"message": "No webhook endpoint found."})
            case "POST", "channel/webhook/test":
                status, reason = (200, "OK") if self.reached else (0, "COULD_NOT_CONNECT")
                return Answer(200, {"success": self.reached, "timestamp": "…", "statusCode": status, "reason": reason})
        return Answer(404, {"message": "Not found"})

    def _reply(self, body: Json) -> Answer:
        token, now = self.tokens.get(body["replyToken"]), self.clock()
        if problem := _problem(body["messages"]):
            return Answer(400, {"message": problem})
        if token is None or token.used or not _fresh(token, now):
            return Answer(400, {"message": "Invalid reply token"})
        token.used = True
        self._arrives(token.to, body["messages"], event=token.event)
        return Answer(200, {"sentMessages": [{"id": str(next(self._numbers)), "quoteToken": "q"} for _ in body["messages"]]})

    def _push(self, headers: dict[str, str], body: Json, users: Sequence[str]) -> Answer:
        key, now = headers.get("x-line-retry-key", ""), self.clock()
        if key in self.keys and now - self.keys[key][0] < KEY_LASTS:
            assert self.keys[key][1] == body, "another body under the same retry key"
            return Answer(409, {"message": "The retry key is already accepted", **self.keys[key][2]})
        if problem := _problem(body["messages"]) or ("too many receivers" if len(users) > 500 else ""):
            return Answer(400, {"message": problem})
        if self.quota is not None and self.used_up + len(users) > self.quota:
            return Answer(429, {"message": "You have reached your monthly limit."})
        self.used_up += len(users)
        for user in users:
            self._arrives(user, body["messages"], key=key)
        answer = {"sentMessages": [{"id": str(next(self._numbers))} for _ in body["messages"]]}
        if key:
            self.keys[key] = (now, body, answer)
        return Answer(200, answer)

    def _arrives(self, to: str, messages: Sequence[Json], event: str = "", key: str = "") -> None:
        if to not in self.blocked:
            self.said.append(Said(to, messages, self.clock(), event, key))


def _receiver(source: Json) -> str:
    return str(source[f"{source['type']}Id"])


def _fresh(token: Token, now: datetime) -> bool:
    since = token.delivered_at
    return since is not None and now - since <= TOKEN_LASTS and now - token.happened_at <= EVENT_LASTS


def _problem(messages: Sequence[Json]) -> str:
    """What LINE would not take."""
    if not 1 <= len(messages) <= 5:
        return "messages: between 1 and 5"
    return next(filter(None, map(_problem_of, messages)), "")


def _problem_of(message: Json) -> str:
    if message["type"] == "text" and not 0 < len(message["text"].encode("utf-16-le")) // 2 <= 5000:
        return "text: between 1 and 5000"
    if len(message.get("quickReply", {}).get("items", ())) > 13:
        return "quickReply: at most 13"
    return "sender: too long" if len(message.get("sender", {}).get("name", "")) > 20 else ""


def users(events: Iterable[Json]) -> set[str]:
    """Whose events these are."""
    return {event["source"]["userId"] for event in events}
