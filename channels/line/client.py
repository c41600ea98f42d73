"""Speaks to LINE's Messaging API through its SDK, and says of every call whether it was taken."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from urllib3.exceptions import ConnectTimeoutError, HTTPError

from channels.errors import LineUnavailable
from channels.line.account import Account
from channels.line.reply import Result, Verdict
from channels.line.sends import Message

API_BASE = "https://api.line.me"
TIMEOUT = 5.0
"""Seconds for one call: a reply token outlives several of them."""
REQUEST_ID = "x-line-request-id"
LOADING_SECONDS = 20
MOST_RECEIVERS = 500
NOTE_LIMIT = 200
"""Characters of what LINE says about a refusal that are worth keeping."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages that may be pushed in a month, and how many have been."""

    limit: int | None
    """None when there is no limit, as in LINE's plan for municipalities."""
    used: int

    @property
    def left(self) -> int | None:
        """Messages that can still be pushed this month; None when there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.used)

    def next_month(self) -> "Quota":
        """The same when a month begins."""
        return Quota(self.limit, 0)

    @property
    def used_up(self) -> bool:
        return not self.holds(1)

    def holds(self, messages: int) -> bool:
        """Whether so many more can be pushed: LINE takes none of a call that has more receivers than messages are left."""
        return self.left is None or messages <= self.left


@dataclass(frozen=True)
class LineClient:
    """One account's way to LINE. Safe to share between threads."""

    account: Account
    base: str = API_BASE
    timeout: float = TIMEOUT

    def load(self) -> None:
        """Import the SDK, which takes more than a second, now and not with the first message."""
        _ = self._api

    def reply(self, token: str, messages: Sequence[Message]) -> Result:
        """Say something in answer to an event."""
        return self._send("ReplyMessage", "reply_message", {"replyToken": token, "messages": list(messages)})

    def push(self, user: str, messages: Sequence[Message], retry_key: str) -> Result:
        """Say something of our own accord; it counts towards the month's messages."""
        return self._counted("PushMessage", "push_message", {"to": user, "messages": list(messages)}, retry_key, 1)

    def multicast(self, users: Sequence[str], messages: Sequence[Message], retry_key: str) -> Result:
        """Say the same to at most `MOST_RECEIVERS` residents."""
        request = {"to": list(users), "messages": list(messages)}
        return self._counted("Multicast", "multicast", request, retry_key, len(users))

    def show_loading(self, user: str) -> Result:
        """Let the resident see that an answer is on its way; it vanishes when the answer comes."""
        request = {"chatId": user, "loadingSeconds": LOADING_SECONDS}
        return self._send("ShowLoadingAnimation", "show_loading_animation", request)

    def mark_as_read(self, token: str) -> Result:
        """Show the resident that the message was read, where the account has chat switched on."""
        return self._send("MarkMessagesAsReadByToken", "mark_messages_as_read_by_token", {"markAsReadToken": token})

    def leave(self, kind: str, place: str) -> Result:
        """Leave a `group` or `room`."""
        return self._call(f"leave_{kind}", place)[0]

    def quota(self) -> Quota:
        """This month's messages. Raises LineUnavailable."""
        limit, used = self._ask("get_message_quota"), self._ask("get_message_quota_consumption")
        return Quota(_number(limit.get("value")) if limit.get("type") == "limited" else None, _number(used.get("totalUsage")))

    def bot(self) -> dict[str, Any]:
        """The account as LINE knows it. Raises LineUnavailable."""
        return self._ask("get_bot_info")

    def webhook(self) -> dict[str, Any]:
        """Where LINE sends events. Raises LineUnavailable."""
        return self._ask("get_webhook_endpoint")

    def test_webhook(self) -> dict[str, Any]:
        """Let LINE call us once. Raises LineUnavailable."""
        return self._ask("test_webhook_endpoint")

    @cached_property
    def _sdk(self) -> Any:
        import linebot.v3.messaging  # here, as it costs more than a second and 60 MB that a city without LINE need not pay

        # At DEBUG the SDK logs what LINE answers, profiles of residents included.
        logging.getLogger("linebot").setLevel(logging.INFO)
        return linebot.v3.messaging

    @cached_property
    def _api(self) -> Any:
        configuration = self._sdk.Configuration(access_token=self.account.token, host=self.base)
        # Whether and how to try again is decided in reply.py; and nobody is to redirect our token elsewhere.
        configuration.retries = False
        return self._sdk.MessagingApi(self._sdk.ApiClient(configuration))

    def _counted(self, model: str, method: str, request: dict[str, Any], retry_key: str, receivers: int) -> Result:
        """A call that counts towards the quota. LINE's 429 means too many at once or too many this month; its words are
        not promised to stay, so the quota is asked."""
        result = self._send(model, method, request, x_line_retry_key=retry_key)
        if result.status == 409:
            return replace(result, verdict=Verdict.ACCEPTED)  # an earlier attempt with this key was taken
        if result.verdict is Verdict.LIMITED and self._too_many(receivers):
            return replace(result, verdict=Verdict.OVER_QUOTA)
        return result

    def _too_many(self, receivers: int) -> bool:
        try:
            return not self.quota().holds(receivers)
        except LineUnavailable:
            return False

    def _send(self, model: str, method: str, request: dict[str, Any], **headers: str) -> Result:
        try:
            body = getattr(self._sdk, f"{model}Request").from_dict(request)
        except ValueError as problem:  # what the SDK's models do not let through LINE would refuse too
            return Result(Verdict.REFUSED, note=str(problem)[:NOTE_LIMIT])
        return self._call(method, body, **headers)[0]

    def _ask(self, method: str) -> dict[str, Any]:
        result, answer = self._call(method)
        if result.verdict is not Verdict.ACCEPTED:
            raise LineUnavailable(result.status, result.note)
        return answer

    def _call(self, method: str, *arguments: object, **headers: str) -> tuple[Result, dict[str, Any]]:
        """What came of a call, and LINE's answer as it is: the SDK's models refuse values that LINE adds without notice."""
        call: Callable[..., Any] = getattr(self._api, f"{method}_with_http_info")
        try:
            response = call(*arguments, **headers, _preload_content=False, _request_timeout=self.timeout)
        except self._sdk.ApiException as error:
            return _refusal(error), {}
        except ConnectTimeoutError as error:  # also when the connection is refused, or the name unknown
            return Result(Verdict.UNREACHED, note=type(error).__name__), {}
        except (HTTPError, UnicodeDecodeError) as error:
            return Result(Verdict.UNCLEAR, note=type(error).__name__), {}
        answer, request = _object(response.raw_data), response.headers.get(REQUEST_ID, "")
        if answer is None:
            return Result(Verdict.UNCLEAR, response.status_code, "not JSON", request), {}
        return Result(Verdict.ACCEPTED, response.status_code, request=request), answer


def _refusal(error: Any) -> Result:
    """What the SDK's ApiException means; without a status, TLS has failed."""
    note = str((_object(error.body) or {}).get("message", ""))[:NOTE_LIMIT]
    return Result(_verdict(error.status or 0), error.status or None, note, (error.headers or {}).get(REQUEST_ID, ""))


def _verdict(status: int) -> Verdict:
    match status:
        case 401 | 403:
            return Verdict.NOT_ALLOWED
        case 429:
            return Verdict.LIMITED
        case 408:
            return Verdict.UNCLEAR
    return Verdict.REFUSED if 400 <= status < 500 else Verdict.UNCLEAR


def _object(body: str | bytes | None) -> dict[str, Any] | None:
    try:
        value = json.loads(body or "")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
