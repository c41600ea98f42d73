"""`madoguchi ask`: one question through the whole bot, as a resident would get it."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.commands.terminal import JsonOption, SiteOption, chosen_site, service, tell, tell_json
from channels.message import Answer, Question
from knowledge.sentences import say

NAME = "ask"


def run(
    text: Annotated[str, typer.Argument(help=say("app", "options.text"))],
    site: SiteOption = "",
    language: Annotated[str, typer.Option("--language", help=say("app", "options.language"))] = "ja",
    conversation: Annotated[str, typer.Option("--conversation", help=say("app", "options.conversation"))] = "",
    as_json: JsonOption = False,
) -> None:
    """Ask, and print the answer."""
    running = service()
    question = Question(chosen_site(running, site), text, "cli", language, conversation or None)
    answer = running.answerer.converse(question)
    if as_json:
        tell_json(_plain(answer))
    else:
        _print(answer)


def _plain(answer: Answer) -> dict[str, object]:
    value = asdict(answer)
    for card in value["entries"]:
        card["confirmed_on"] = card["confirmed_on"].isoformat() if card["confirmed_on"] else None
    return value


def _print(answer: Answer) -> None:
    tell("outcome", outcome=answer.outcome.value, message=answer.message)
    for card in answer.entries:
        tell(
            "card",
            question=card.question,
            answer=card.answer,
            division=card.division,
            source=card.source,
            day=card.confirmed_on or "",
        )
    for choice in answer.choices:
        tell("choice", text=choice.text)
    if answer.contact:
        tell("contact", division=answer.contact.division, phone=answer.contact.phone, hours=answer.contact.hours)
