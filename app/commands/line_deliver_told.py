"""What `madoguchi line deliver` prints of deliveries: how far they are, what they say to whom, and who did what."""

from collections.abc import Sequence
from datetime import datetime

import typer

from app.commands.terminal import tell
from channels.line.delivery.audience import Reach, described
from channels.line.delivery.deliveries import ENDED, Delivery, Done
from channels.line.delivery.office import Outlook, Results
from channels.line.delivery.preview import preview
from channels.line.segments.questionnaire import Questionnaire
from knowledge.calendar import TOKYO
from knowledge.sentences import say


def moment(at: datetime) -> str:
    """A time in Japan; the year too, as that is what slips in January."""
    return f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M}"


def tell_outlook(delivery: Delivery, outlook: Outlook) -> None:
    """Whom it would reach, and what that takes of the month's messages."""
    found, quota = outlook.reach, outlook.quota
    _tell_heading(delivery)
    tell("delivery_reach", people=found.people, registered=found.registered, friends=found.friends)
    if quota.limit is None:
        tell("delivery_no_limit", used=quota.used)
        return
    share = found.people / quota.limit if quota.limit else 1.0
    tell("delivery_share", share=share, limit=quota.limit, used=quota.used, promised=outlook.promised, left=outlook.left)
    if not outlook.enough:
        tell("delivery_not_enough", missing=found.people - (outlook.left or 0))


def tell_same(others: Sequence[int]) -> None:
    """A warning when the same news is there already."""
    if others:
        tell("delivery_same", others="、".join(map(str, others)))


def tell_listed(listed: Sequence[Delivery]) -> None:
    """One line each."""
    for each in listed:
        due = moment(each.due_at) if each.due_at else "—"
        tell("delivery_line", number=each.number, state=_label("states", each.state), due=due, title=_title(each))
    if not listed:
        tell("delivery_none")


def tell_delivery(results: Results, now: Reach, asked: Questionnaire | None, history: Sequence[Done]) -> None:
    """Everything about one delivery."""
    delivery = results.delivery
    _tell_heading(delivery)
    if delivery.halt:
        typer.echo("  " + _label("halts", delivery.halt))
    tell("delivery_audience", audience=described(delivery.audience, asked))
    if delivery.state not in ENDED:
        tell("delivery_reach", people=now.people, registered=now.registered, friends=now.friends)
    if delivery.due_at:
        tell("delivery_due", moment=moment(delivery.due_at))
        _tell_results(results)
    for number, message in enumerate(delivery.messages, 1):
        tell("delivery_message", number=number)
        for line in preview(message):
            typer.echo(f"    {line}")
    tell("delivery_history")
    for done in history:
        who = " ".join([done.actor or "—", done.note]).strip()
        tell("delivery_act", moment=moment(done.at), act=_label("acts", done.act), who=who)


def _tell_heading(delivery: Delivery) -> None:
    tell("delivery", number=delivery.number, title=_title(delivery), state=_label("states", delivery.state))


def _tell_results(results: Results) -> None:
    told = {"sent": results.sent, "to_come": results.to_come}
    tell("delivery_results", **told, under_way=results.under_way, unclear=results.unclear)


def _title(delivery: Delivery) -> str:
    return say("app", "told.delivery_urgent", title=delivery.title) if delivery.urgent else delivery.title


def _label(table: str, member: str) -> str:
    return say("channels", f"delivery_{table}.{member}")
