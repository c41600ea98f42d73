"""What staff do about deliveries, from a draft to its results; for the command line now, and for the console."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from channels.errors import NobodyReached, NotTriedOut, QuotaTooSmall
from channels.line.client import LineClient, Quota
from channels.line.delivery import chunks, deliveries, testers
from channels.line.delivery.audience import Reach, reach
from channels.line.delivery.chunks import Chunk, Ending
from channels.line.delivery.composition import Composition
from channels.line.delivery.deliveries import Act, Delivery, Done
from channels.line.reply import Verdict
from channels.line.segments.questionnaire import quiet_hours
from channels.line.sends import Message
from channels.words import Words
from knowledge.database import writing
from knowledge.sentences import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Outlook:
    """What starting a delivery now would mean."""

    reach: Reach
    quota: Quota

    @property
    def enough(self) -> bool:
        """Whether this month's messages suffice."""
        return self.quota.holds(self.reach.people)


@dataclass(frozen=True, slots=True)
class Results:
    """How far a delivery is, in residents."""

    delivery: Delivery
    chunks: Sequence[Chunk]

    @property
    def sent(self) -> int:
        """LINE took it; who has blocked the account since does not get it all the same."""
        return sum(each.people for each in self.chunks if each.ending is Ending.SENT)

    @property
    def unclear(self) -> int:
        """Nobody knows whether LINE took it; they are not sent to again."""
        return sum(each.people for each in self.chunks if each.ending is Ending.UNCLEAR)

    @property
    def under_way(self) -> int:
        """Being sent, or to be tried again."""
        return sum(each.people for each in self.chunks if each.ending is None)


@dataclass(frozen=True, slots=True)
class DeliveryOffice:
    """The deliveries of one site."""

    site: str
    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    random: Random
    client: LineClient

    def compose(self, composition: Composition, by: str) -> int:
        """Store a draft and return its number. Raises NameMissing."""
        with writing(self.sessions) as session:
            return deliveries.compose(session, self.site, composition, by, self.clock())

    def outlook(self, number: int) -> Outlook:
        """Reach and quota. Raises UnknownDelivery or LineUnavailable."""
        return Outlook(self.reach(number), self.client.quota())

    def reach(self, number: int) -> Reach:
        """Whom it would be sent to now. Raises UnknownDelivery."""
        with self.sessions() as session:
            return reach(session, self.site, deliveries.find(session, self.site, number).audience)

    def invite_tester(self, name: str) -> str:
        """A code that makes whoever sends it to the account a tester of that name. Raises NameMissing."""
        with writing(self.sessions) as session:
            return testers.invite(session, self.site, name, self.random, self.clock())

    def try_out(self, number: int, tester: str, by: str) -> None:
        """Send it to a tester only. Raises UnknownDelivery, UnknownTester, DeliveryMoved, NameMissing or NotTriedOut."""
        with writing(self.sessions) as session:
            user = testers.find(session, self.site, tester)
            delivery = deliveries.find(session, self.site, number)
            deliveries.move(session, self.site, number, Done(Act.TRY_OUT, by, self.clock(), tester))
        key = str(UUID(int=self.random.getrandbits(128), version=4))
        result = self.client.push(user, _marked(delivery.messages), key)
        if result.verdict is not Verdict.ACCEPTED:
            raise NotTriedOut(result.verdict.value, result.note)

    def approve(self, number: int, by: str) -> Reach:
        """A second pair of eyes; what they saw is recorded.

        Raises UnknownDelivery, DeliveryMoved, NameMissing or OwnDelivery.
        """
        seen = self.reach(number)
        self._move(number, Act.APPROVE, by, note=str(seen.people))
        return seen

    def start(self, number: int, by: str, at: datetime | None = None) -> datetime:
        """Send it now or then, and return when it begins.

        Raises UnknownDelivery, DeliveryMoved or NameMissing, and, unless it is urgent, NobodyReached, QuotaTooSmall or
        LineUnavailable.
        """
        with self.sessions() as session:
            urgent = deliveries.find(session, self.site, number).urgent
        if not urgent:
            self._check(self.outlook(number))
        due_at = max(at or self.clock(), self.clock())
        self._move(number, Act.START, by, due_at=due_at)
        return due_at if urgent else self._not_in_quiet_hours(due_at)

    def stop(self, number: int, by: str) -> None:
        """Send no further chunk. Raises UnknownDelivery, DeliveryMoved or NameMissing."""
        self._move(number, Act.STOP, by)

    def resume(self, number: int, by: str) -> None:
        """Go on where it stopped. Raises UnknownDelivery, DeliveryMoved or NameMissing."""
        self._move(number, Act.RESUME, by, due_at=self.clock())

    def discard(self, number: int, by: str) -> None:
        """Never send it, or no more of it. Raises UnknownDelivery, DeliveryMoved or NameMissing."""
        self._move(number, Act.DISCARD, by)

    def results(self, number: int) -> Results:
        """How far it is. Raises UnknownDelivery."""
        with self.sessions() as session:
            found = deliveries.find(session, self.site, number)
            return Results(found, chunks.listed(session, self.site, number))

    def history(self, number: int) -> list[Done]:
        """Who did what."""
        with self.sessions() as session:
            return deliveries.history(session, self.site, number)

    def listed(self) -> list[Delivery]:
        """All deliveries, the newest first."""
        with self.sessions() as session:
            return deliveries.listed(session, self.site)

    def _move(self, number: int, act: Act, by: str, note: str = "", due_at: datetime | None = None) -> None:
        with writing(self.sessions) as session:
            deliveries.move(session, self.site, number, Done(act, by, self.clock(), note), due_at)

    def _check(self, outlook: Outlook) -> None:
        if not outlook.reach.people:
            raise NobodyReached
        if not outlook.enough:
            raise QuotaTooSmall(outlook.reach.people, outlook.quota.left or 0)

    def _not_in_quiet_hours(self, moment: datetime) -> datetime:
        with self.sessions() as session:
            quiet = quiet_hours(session, self.site)
        return quiet.over(moment) if quiet else moment


def _marked(messages: Sequence[Message]) -> list[Message]:
    """The messages under a name that says that this is a trial."""
    return [each | {"sender": {"name": Words(DEFAULT_LANGUAGE)("delivery.trial")}} for each in messages]
