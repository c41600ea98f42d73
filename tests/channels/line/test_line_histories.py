"""Whatever happens in whatever order, with power cuts at any step: no event is lost, doubled, or answered to somebody else."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.line.tables import SendRow
from tests.channels.line.line_platform import Json, Platform, Said
from tests.channels.line.power import QUICK_FAULTS, Power, PowerCut, powered_town
from tests.channels.line.town import LineTown, code

USERS = ["U" + digit * 32 for digit in "123"]


@dataclass
class History:
    """A town, what happened in it, and what must be true of it in the end."""

    town: LineTown
    power: Power
    random: Random
    pool: list[Json] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    unsent: set[str] = field(default_factory=set)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """User and text by event."""

    def write(self, user: int) -> None:
        self.town.clock.pass_(milliseconds=7)
        text = f"質問{len(self.pool)}ばんの{self.random.randrange(10**6)}"
        self._add(self.town.platform.text(USERS[user], text, self.town.clock()))
        self.texts[self.pool[-1]["webhookEventId"]] = (USERS[user], text)

    def unsend(self, number: int) -> None:
        written = [each for each in self.pool if each["type"] == "message"]
        if written:
            event = written[number % len(written)]
            self.unsent.add(event["webhookEventId"])
            self._add(self.town.platform.unsend(event))

    def deliver(self, number: int) -> None:
        """Some events in some order, new ones and old ones, those of several residents in one body."""
        events = self.random.sample(self.pool, min(len(self.pool), 1 + number))
        with self.until_the_power_is_cut():
            self.town.hear(*events, again=self.random.random() < 0.3)
            self.acknowledged |= {each["webhookEventId"] for each in events}

    def work(self, _: int = 0) -> None:
        before = len(self.town.desk.asked)
        with self.until_the_power_is_cut():
            self.town.work()
        self._in_order(self.town.desk.asked[before:])

    def wait(self, number: int) -> None:
        self.town.clock.pass_(seconds=number * 10)

    def cut(self, number: int) -> None:
        self.power.left = number

    @contextmanager
    def until_the_power_is_cut(self) -> Iterator[None]:
        try:
            yield
        except PowerCut:
            self.town.line = self.town.channel()

    def end(self) -> None:
        """LINE delivers what was never acknowledged until it is, and everything is worked off."""
        self.power.left = None
        late = [each for each in self.pool if each["webhookEventId"] not in self.acknowledged]
        if late:
            self.town.hear(*late, again=True)
        self.town.settle()

    def check(self) -> None:
        outcomes = self.town.events()
        assert set(outcomes) == {each["webhookEventId"] for each in self.pool}, "an event was lost"
        assert None not in outcomes.values(), "an event was left lying"
        sends = {row.event: row for row in self.town.sends()}
        said = self._said(sends)
        for event, (user, text) in self.texts.items():
            self._check_one(event, user, text, sends.get(event), said[event])
        kept = self.town.kept()
        assert [text for event, (_, text) in self.texts.items() if event in self.unsent and text in kept] == []

    def _check_one(self, event: str, user: str, text: str, send: SendRow | None, said: list[Said]) -> None:
        assert len(said) <= 1, "an answer was given twice"
        assert all(each.to == user and code(text) in each.text for each in said), "an answer went astray"
        if event not in self.unsent:
            assert send is not None
            assert (send.ending == "sent") == bool(said) or send.ending == "unclear"
        elif send is None:
            assert not said

    def _said(self, sends: dict[str | None, SendRow]) -> dict[str, list[Said]]:
        by_key = {row.id: row.event or "" for row in sends.values()}
        found: dict[str, list[Said]] = defaultdict(list)
        for each in self.town.platform.said:
            found[each.event or by_key[each.key]].append(each)
        return found

    def _in_order(self, asked: list[Any]) -> None:
        order = {event["message"]["id"]: number for number, event in enumerate(self.pool) if event["type"] == "message"}
        owner = {event["message"]["id"]: event["source"]["userId"] for event in self.pool if event["type"] == "message"}
        for user in USERS:
            numbers = [order[each.reference] for each in asked if owner[each.reference] == user]
            assert numbers == sorted(numbers), "questions were answered out of order"

    def _add(self, event: Json) -> None:
        self.pool.append(event)


STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 2)),
    st.tuples(st.just("deliver"), st.integers(0, 6)),
    st.tuples(st.just("unsend"), st.integers(0, 9)),
    st.tuples(st.just("work"), st.just(0)),
    st.tuples(st.just("wait"), st.integers(0, 9)),
    st.tuples(st.just("cut"), st.integers(0, 14)),
)


@contextmanager
def history(template: Path, line: tuple[Platform, str], seed: int, trouble: float) -> Iterator[History]:
    """A new town on a new database, in front of a platform that has forgotten everything."""
    random, power = Random(seed), Power()
    with powered_town(template, line, power) as town:
        town.platform.faults = lambda _: random.choice(QUICK_FAULTS) if random.random() < trouble else None
        yield History(town, power, random)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=5, max_size=40), seed=st.integers(0, 2**32), trouble=st.sampled_from([0.0, 0.1, 0.5]))
def test_any_history_ends_well(
    sqlite_template: Path, line: tuple[Platform, str], steps: list[tuple[str, int]], seed: int, trouble: float
) -> None:
    with history(sqlite_template, line, seed, trouble) as told:
        for name, number in steps:
            getattr(told, name)(number)
        told.end()
        told.check()


@pytest.mark.parametrize("trouble", [False, True])
def test_a_power_cut_at_any_step_of_a_question_is_harmless(
    sqlite_template: Path, line: tuple[Platform, str], trouble: bool
) -> None:
    """Step by step through intake, answer, sending and taking back."""
    reached = Counter[bool]()
    for step in range(60):
        with history(sqlite_template, line, step, 0.3 if trouble else 0.0) as told:
            told.cut(step)
            for name, number in (
                ("write", 0),
                ("write", 0),
                ("write", 1),
                ("unsend", 0),
                ("deliver", 2),
                ("work", 0),
                ("unsend", 1),
            ):
                getattr(told, name)(number)
            told.deliver(6)
            told.work()
            reached[told.power.left is None] += 1
            told.end()
            told.check()
    assert reached[True] > 20
