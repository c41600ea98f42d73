"""Looks whether an account is set up so that residents are answered: what LINE says of it, and how the last days went."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from channels.errors import LineUnavailable
from channels.line.client import LineClient
from channels.line.inbox import Outcome
from channels.line.routes import PATH
from channels.line.sends import Ending
from channels.line.tables import EventRow, SendRow

BAD_ENDINGS = (Ending.UNCLEAR, Ending.OVER_QUOTA, Ending.REFUSED, Ending.GIVEN_UP)
"""The others are what residents wanted: they have gone, or have taken their question back."""
BAD_OUTCOMES = (Outcome.UNKNOWN, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    key: str
    """Of its sentence."""
    good: bool
    values: dict[str, Any] = field(default_factory=dict)


def check(client: LineClient, *, call: bool = True) -> Iterator[Finding]:
    """What LINE says of the account. With `call` LINE is asked to call the webhook once, which takes a running service."""
    try:
        bot = client.bot()
    except LineUnavailable as problem:
        yield Finding("token_refused", False, {"reason": problem})
        return
    yield Finding("token", True, {"name": bot.get("displayName", ""), "id": bot.get("basicId", "")})
    yield from _webhook(client, call)
    # With chat switched on, messages are marked as read by us; staff must still not answer there, as we would not see it.
    yield Finding("chat", True, {"mode": bot.get("chatMode", "")})
    yield _quota(client)


def recent(session: Session, site: str, since: datetime) -> Iterator[Finding]:
    """How the last days went."""
    sends = select(SendRow.ending, func.count()).where(SendRow.site_id == site, SendRow.planned_at >= since)
    events = select(EventRow.outcome, func.count()).where(EventRow.site_id == site, EventRow.received_at >= since)
    endings = _counts(session, sends.group_by(SendRow.ending))
    outcomes = _counts(session, events.group_by(EventRow.outcome))
    counts = {"sent": endings.get(Ending.SENT.value, 0), "events": sum(outcomes.values())}
    yield Finding("recent", True, counts | {"waiting": endings.get(None, 0) + outcomes.get(None, 0)})
    yield from (Finding(each.value, False, {"count": endings[each.value]}) for each in BAD_ENDINGS if each.value in endings)
    yield from (Finding(each.value, False, {"count": outcomes[each.value]}) for each in BAD_OUTCOMES if each.value in outcomes)


def _webhook(client: LineClient, call: bool) -> Iterator[Finding]:
    path = PATH.format(site=client.account.site)
    try:
        webhook = client.webhook()
    except LineUnavailable:
        yield Finding("webhook_missing", False, {"path": path})
        return
    endpoint = str(webhook.get("endpoint", ""))
    address = urlsplit(endpoint)
    yield Finding("webhook", address.scheme == "https" and address.path == path, {"endpoint": endpoint, "path": path})
    yield Finding("webhook_active", webhook.get("active") is True)
    if call:
        yield _called(client)


def _called(client: LineClient) -> Finding:
    try:
        answer = client.test_webhook()
    except LineUnavailable as problem:
        return Finding("webhook_called", False, {"status": "-", "reason": problem})
    status, reason = answer.get("statusCode", "-"), f"{answer.get('reason', '')} {answer.get('detail', '')}".strip()
    return Finding("webhook_called", answer.get("success") is True, {"status": status, "reason": reason})


def _quota(client: LineClient) -> Finding:
    try:
        quota = client.quota()
    except LineUnavailable as problem:
        return Finding("quota_unknown", False, {"reason": problem})
    if quota.limit is None:
        return Finding("quota_none", True, {"used": quota.used})
    return Finding("quota", not quota.used_up, {"used": quota.used, "limit": quota.limit, "left": quota.left})


def _counts(session: Session, query: Select[str | None, int]) -> dict[str | None, int]:
    return {name: count for name, count in session.execute(query)}  # noqa: C416 (rows are no pairs to mypy)
