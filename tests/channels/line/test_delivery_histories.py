"""Whatever happens in whatever order, with power cuts at any step: nobody is told twice, and nobody outside the segment."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from channels.errors import LineUnavailable, NobodyReached, QuotaTooSmall
from channels.line.delivery.audience import Audience
from channels.line.delivery.deliveries import State
from channels.line.segments.tables import ChoiceRow, RegistrationRow
from channels.line.tables import PersonRow
from tests.channels.line.line_platform import Fault, Platform
from tests.channels.line.newsroom import APPROVER, AUTHOR, Newsroom, user
from tests.channels.line.power import QUICK_FAULTS, Power, PowerCut, powered_town
from tests.conftest import NOW

AUDIENCES = [
    Audience(),
    Audience({"area": ("north",)}),
    Audience({"area": ("north", "south"), "interests": ("waste",)}),
    Audience({"area": ("south",), "interests": ("waste", "events")}),
]
PEOPLE = 9


@dataclass
class History:
    """A newsroom, what happened in it, and what must be true of it in the end."""

    newsroom: Newsroom
    power: Power
    random: Random
    trouble: float
    """The share of calls that go wrong."""
    wanted: dict[int, Audience] = field(default_factory=dict)
    """Whom each delivery is for."""
    ever: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Who was in the segment at some time when it was being sent."""
    always: dict[int, set[int]] = field(default_factory=dict)

    def fault(self, _: str) -> Fault | None:
        return self.random.choice(QUICK_FAULTS) if self.random.random() < self.trouble else None

    def register(self, number: int) -> None:
        area, interest = self.random.choice(["north", "south"]), self.random.choice(["waste", "events"])
        self.newsroom.register(number, area=area, interests=interest)

    def withdraw(self, number: int) -> None:
        self.newsroom.withdraw(number)

    def leave(self, number: int) -> None:
        with suppress(AssertionError):  # who was never there
            self.newsroom.leave(number)

    def start(self, number: int) -> None:
        wanted = AUDIENCES[number % len(AUDIENCES)]
        made = self.newsroom.approved(f"<{len(self.wanted)}>", wanted, urgent=number > 6)
        self.wanted[made] = wanted
        with suppress(NobodyReached, QuotaTooSmall, LineUnavailable):
            self.newsroom.office.start(made, AUTHOR)

    def stop(self, number: int) -> None:
        for made in [each.number for each in self.newsroom.office.listed() if each.state is State.SCHEDULED][: number % 3]:
            self.newsroom.office.stop(made, AUTHOR)

    def resume(self, _: int = 0) -> None:
        for made in [each.number for each in self.newsroom.office.listed() if each.state is State.STOPPED]:
            self.newsroom.office.resume(made, APPROVER)

    def limit(self, number: int) -> None:
        """The month's messages are nearly used up, or no longer."""
        platform = self.newsroom.town.platform
        platform.quota = platform.used_up + number if number < 5 else None

    def work(self, _: int = 0) -> None:
        self._note()
        self.newsroom.town.platform.faults = self.fault
        self.newsroom.work()

    def wait(self, number: int) -> None:
        self.newsroom.town.clock.pass_(hours=number * number / 4)

    def cut(self, number: int) -> None:
        self.power.left = number

    @contextmanager
    def until_the_power_is_cut(self) -> Iterator[None]:
        try:
            yield
        except PowerCut:
            self.newsroom.open()

    def end(self) -> None:
        """Staff resume what stopped until everything is sent."""
        self.power.left = None
        self.newsroom.town.platform.quota = None
        self.newsroom.town.platform.faults = self.fault
        for _ in range(9):
            self.resume()
            self._note()
            self.newsroom.settle()
        # The power may be cut before somebody approved, or started.
        rest = {State.DRAFT, State.APPROVED, State.DONE}
        assert all(each.state in rest for each in self.newsroom.office.listed())

    def check(self) -> None:
        for made in self.wanted:
            self._check(made)

    def _check(self, made: int) -> None:
        told = Counter(self.newsroom.told(f"<{list(self.wanted).index(made)}>"))
        results = self.newsroom.results(made)
        assert set(told.values()) <= {1}, "somebody was told twice"
        assert set(told) <= self.ever[made], "somebody outside the segment was told"
        assert results.sent <= len(told) <= results.sent + results.unclear, "the results are wrong"
        missing = self.always.get(made, set()) - set(told)
        assert len(missing) <= results.unclear, "somebody was left out"

    def _note(self) -> None:
        """Who is in each segment before something is sent, read from the tables without the code that is tested."""
        for each in self.newsroom.office.listed():
            if each.state is State.SCHEDULED:
                inside = self._inside(self.wanted[each.number])
                self.ever[each.number] |= inside
                self.always[each.number] = self.always.get(each.number, inside) & inside

    def _inside(self, audience: Audience) -> set[int]:
        with self.newsroom.town.sessions() as session:
            here = {row.id for row in session.scalars(select(PersonRow)) if row.left_at is None}
            agreed = {row.person for row in session.scalars(select(RegistrationRow))}
            chosen = {(row.person, row.question, row.option) for row in session.scalars(select(ChoiceRow))}
        return {
            number
            for number in range(PEOPLE)
            if (person := user(number)) in here & agreed
            and all(any((person, question, each) in chosen for each in options) for question, options in audience.wanted.items())
        }


STEPS = st.one_of(
    st.tuples(st.sampled_from(["register", "register", "withdraw", "leave"]), st.integers(0, PEOPLE - 1)),
    st.tuples(st.sampled_from(["start", "stop", "resume", "limit", "work", "work", "wait"]), st.integers(0, 9)),
    st.tuples(st.just("cut"), st.integers(0, 20)),
)


@contextmanager
def history(template: Path, line: tuple[Platform, str], seed: int, trouble: float) -> Iterator[History]:
    """A new town on a new database, in front of a platform that has forgotten everything."""
    power = Power()
    with powered_town(template, line, power) as town:
        newsroom = Newsroom(town, random=Random(seed))
        newsroom.register(*range(0, PEOPLE, 2), area="north", interests="waste")
        yield History(newsroom, power, Random(seed), trouble)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=5, max_size=30), seed=st.integers(0, 2**32), trouble=st.sampled_from([0.0, 0.1, 0.4]))
def test_any_history_ends_well(
    sqlite_template: Path, line: tuple[Platform, str], steps: list[tuple[str, int]], seed: int, trouble: float
) -> None:
    with history(sqlite_template, line, seed, trouble) as told:
        for name, number in steps:
            with told.until_the_power_is_cut():
                getattr(told, name)(number)
        told.end()
        told.check()


@pytest.mark.parametrize("trouble", [0.0, 0.3])
def test_a_power_cut_at_any_step_of_a_delivery_is_harmless(
    sqlite_template: Path, line: tuple[Platform, str], trouble: float
) -> None:
    reached = Counter[bool]()
    for step in range(60):
        with history(sqlite_template, line, step, trouble) as told:
            told.start(0)
            told.cut(step)
            with told.until_the_power_is_cut():
                told.work()
            reached[told.power.left is None] += 1
            told.wait(1)
            told.end()
            told.check()
            assert not told.newsroom.results(1).unclear
    assert reached[True] > 20


def test_the_reach_is_what_is_sent(sqlite_template: Path, line: tuple[Platform, str]) -> None:
    with history(sqlite_template, line, 1, 0.2) as told:
        for number in range(PEOPLE):
            told.register(number)
        for audience in range(len(AUDIENCES)):
            told.start(audience)
        reach = {made: told.newsroom.office.reach(made).people for made in told.wanted}
        told.end()
        assert {made: told.newsroom.results(made).sent for made in told.wanted} == reach
        assert sum(reach.values()) == told.newsroom.town.platform.used_up
        assert told.newsroom.town.clock() - NOW < timedelta(hours=1)
