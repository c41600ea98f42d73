"""Every case of the sample city ends in LINE as it ends on the web, asked of the running service through both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.clock import system_clock
from channels.line.fits import fit_together
from channels.line.postback import Choose, Speak, encode
from evals.case import Case
from evals.case_files import read_case_files
from evals.sets import SHIPPED
from tests.app.mihon import ENTRIES, SITE, Mihon, mihon
from tests.channels.line.line_platform import Json, Platform
from tests.channels.line.seen import postbacks, texts

CASES, _ = read_case_files([SHIPPED / SITE.id], {entry.id for entry in ENTRIES})
CASES_AT_ONCE = 20


@dataclass(frozen=True)
class Asked:
    """A case as a resident of their own asks it in LINE: the language, the messages before, and the case."""

    case: Case
    events: Sequence[Json]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mihon]:
    with mihon(tmp_path_factory.mktemp("mihon")) as running:
        yield running


def ask(platform: Platform, case: Case, user: str) -> Asked:
    """LINE tells the order by the time alone."""
    times = iter(system_clock() + timedelta(milliseconds=number) for number in range(100))
    events = [platform.text(user, text, next(times)) for text in (*case.before, case.text)]
    if case.language != "ja":
        before = events[0]["timestamp"] - 1000
        events.insert(
            0, platform.event("postback", user, postback={"data": encode(Speak(case.language))}) | {"timestamp": before}
        )
    return Asked(case, events)


def on_the_web(city: Mihon, case: Case) -> dict[str, Any]:
    conversation = None
    for text in (*case.before, case.text):
        question = {"text": text, "language": case.language, "conversation": conversation}
        answer: dict[str, Any] = city.client.post(f"/api/v1/sites/{SITE.id}/questions", json=question).json()
        conversation = answer["conversation"]
    return answer


def missing(answer: dict[str, Any], messages: Sequence[Json]) -> list[str]:
    """What the page gives or offers and LINE does not."""
    offered = [button.entry for button in postbacks(messages) if isinstance(button, Choose)]
    read = "".join("".join(texts(messages)).split())
    unread = [card["question"] for card in answer["entries"] if "".join(card["question"].split()) not in read]
    return unread + [choice["text"] for choice in answer["choices"] if choice["entry"] not in offered]


def test_every_case_ends_alike_on_the_web_and_in_line(city: Mihon) -> None:
    different = {}
    for begin in range(0, len(CASES), CASES_AT_ONCE):
        chunk = enumerate(CASES[begin : begin + CASES_AT_ONCE], begin)
        asked = [ask(city.platform, case, f"U{number:032x}") for number, case in chunk]
        city.hear(*(event for each in asked for event in each.events))
        for each in asked:
            answer, messages = on_the_web(city, each.case), city.said_to(each.events[-1])
            web = (
                answer["outcome"],
                tuple(shown["id"] for shown in answer["entries"]) + tuple(button["entry"] for button in answer["choices"]),
            )
            line = city.recorded(each.events[-1]["message"]["id"])
            if web != line or missing(answer, messages) or fit_together(messages):
                different[each.case.id] = (web, line, missing(answer, messages), fit_together(messages))
    assert different == {}, f"{len(different)} of {len(CASES)} cases differ"
    assert len(CASES) >= 679
