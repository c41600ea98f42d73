"""A town whose residents have registered, and the staff who send them news."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select

from channels.line import people
from channels.line.client import LineClient
from channels.line.delivery.audience import Audience
from channels.line.delivery.composition import Composition
from channels.line.delivery.deliveries import State
from channels.line.delivery.delivering import LANE, Delivering
from channels.line.delivery.office import DeliveryOffice, Results
from channels.line.delivery.tables import ChunkRow, DeliveryRow
from channels.line.people import Person
from channels.line.segments import questionnaire, registrations
from channels.line.segments.questionnaire import Option, Question, Questionnaire
from channels.line.segments.quiet import Quiet
from knowledge.database import writing
from tests.channels.line.town import MIHON, LineTown

REGISTERED, EVERYONE = Audience(), Audience(everyone=True)
NORTH, SOUTH = Audience({"area": ("north",)}), Audience({"area": ("south",)})
AUTHOR, APPROVER = "環境課の担当", "広報課の担当"
ASKED = {"area": ("north", "south"), "interests": ("waste", "events")}


def user(number: int) -> str:
    return f"U{number:032x}"


@dataclass
class Newsroom:
    """Everything a test of deliveries needs."""

    town: LineTown
    size: int = 2
    """Residents of one chunk."""
    timeout: float = 5.0
    """Seconds a call may take: on a busy machine an answer is not to be taken for silence."""
    random: Random = field(default_factory=lambda: Random(7))

    def __post_init__(self) -> None:
        self.ask(None)
        self.open()

    def ask(self, quiet: Quiet | None) -> None:
        questions = [
            Question(key, {"ja": key}, {"ja": key}, tuple(Option(each, {"ja": each}) for each in options), key == "interests")
            for key, options in ASKED.items()
        ]
        with writing(self.town.sessions) as session:
            questionnaire.keep(session, MIHON.id, Questionnaire(tuple(questions), quiet), self.town.clock())

    def open(self) -> None:
        """Everything as a process that has just started has it."""
        client: LineClient = self.town.make_client(self.town.account, self.town.base, self.timeout)
        parts = (self.town.sessions, self.town.clock, self.random)
        self.office = DeliveryOffice(MIHON.id, *parts, client)
        self.delivering = Delivering(*parts, {MIHON.id: client}, self.size)

    def register(self, *numbers: int, language: str = "ja", **chosen: str) -> None:
        """Residents sign up, each with one answer a question."""
        with writing(self.town.sessions) as session:
            for number in numbers:
                people.keep(session, MIHON.id, Person(user(number), self.town.clock(), language))
                registrations.agree(session, MIHON.id, user(number), self.town.clock())
                for question, option in chosen.items():
                    registrations.choose(session, MIHON.id, user(number), question, option, alone=True)

    def befriend(self, *numbers: int) -> None:
        """Residents who become friends and do not sign up."""
        with writing(self.town.sessions) as session:
            for number in numbers:
                people.keep(session, MIHON.id, Person(user(number), self.town.clock()))

    def withdraw(self, number: int) -> None:
        with writing(self.town.sessions) as session:
            registrations.withdraw(session, MIHON.id, user(number))

    def leave(self, number: int) -> None:
        with writing(self.town.sessions) as session:
            who = people.known(session, MIHON.id, user(number))
            assert who
            people.keep(session, MIHON.id, who.left(self.town.clock()))

    def write(self, text: str = "お知らせ", to: Audience = REGISTERED, urgent: bool = False) -> int:
        """A draft."""
        return self.office.compose(Composition(text, ({"type": "text", "text": text},), to, urgent), AUTHOR)

    def approved(self, text: str = "お知らせ", to: Audience = REGISTERED, urgent: bool = False) -> int:
        number = self.write(text, to, urgent)
        self.office.approve(number, APPROVER)
        return number

    def started(self, text: str = "お知らせ", to: Audience = REGISTERED, urgent: bool = False) -> int:
        number = self.approved(text, to, urgent)
        self.office.start(number, AUTHOR)
        return number

    def work(self) -> None:
        """Everything that may be sent now."""
        while self.delivering.due(9):
            self.delivering.work_off(MIHON.id, LANE)

    def settle(self) -> None:
        """Everything that can be sent, however long it takes."""
        self.work()
        while (next_due := self._next_due()) is not None:
            self.town.clock.now = max(self.town.clock.now + timedelta(milliseconds=1), next_due)
            self.work()

    def state(self, number: int) -> State:
        return self.results(number).delivery.state

    def results(self, number: int) -> Results:
        return self.office.results(number)

    def told(self, text: str = "お知らせ") -> list[int]:
        """Whose telephones show it."""
        numbers: Mapping[str, int] = {user(number): number for number in range(1000)}
        return sorted(numbers[each.to] for each in self.town.platform.said if text in each.text)

    def multicasts(self) -> int:
        return sum(path.endswith("multicast") for path, _ in self.town.platform.calls)

    def _next_due(self) -> datetime | None:
        with self.town.sessions() as session:
            waiting = select(func.min(ChunkRow.due_at)).join(
                DeliveryRow, (DeliveryRow.site_id == ChunkRow.site_id) & (DeliveryRow.number == ChunkRow.delivery)
            )
            chunk = session.scalar(waiting.where(ChunkRow.ending.is_(None), DeliveryRow.state == State.SCHEDULED.value))
            later = select(func.min(DeliveryRow.due_at)).where(
                DeliveryRow.state == State.SCHEDULED.value, DeliveryRow.due_at > self.town.clock()
            )
            return min(filter(None, (chunk, session.scalar(later))), default=None)
