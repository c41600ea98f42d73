"""What staff do about deliveries, from a draft to its results; for the command line now, and for the console."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from channels.errors import NobodyReached, NotTriedOut, PastTime, QuotaTooSmall
from channels.line.client import LineClient, Quota
from channels.line.delivery import chunks, deliveries, testers
from channels.line.delivery.audience import Reach, reach
from channels.line.delivery.chunks import Chunk, Ending
from channels.line.delivery.composition import Composition
from channels.line.delivery.deliveries import ENDED, Act, Delivery, Done, State
from channels.line.reply import Verdict
from channels.line.segments.questionnaire import quiet_hours
from channels.line.sends import Message
from channels.words import Words
from knowledge.calendar import TOKYO
from knowledge.database import writing
from knowledge.sentences import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Outlook:
    """What starting a delivery now would mean."""

    reach: Reach
    quota: Quota
    """Of the month in which it would be sent."""
    promised: int = 0
    """Messages that other deliveries of that month still need, which have begun or wait for their time."""

    @property
    def left(self) -> int | None:
        """Messages that are left for this delivery; None when there is no limit."""
        return None if self.quota.left is None else max(0, self.quota.left - self.promised)

    @property
    def enough(self) -> bool:
        """Whether they suffice."""
        return self.left is None or self.reach.people <= self.left


@dataclass(frozen=True, slots=True)
class Results:
    """How far a delivery is, in residents."""

    delivery: Delivery
    chunks: Sequence[Chunk]
    uncalled: int
    """Those whom it is for at this moment and who are in no chunk yet."""

    @property
    def sent(self) -> int:
        """LINE took it; who has blocked the account since does not get it all the same."""
        return self._people(lambda each: each.ending is Ending.SENT)

    @property
    def unclear(self) -> int:
        """Nobody knows whether LINE took it; they are not sent to again."""
        return self._people(lambda each: each.ending is Ending.UNCLEAR or (self._over and _open(each)))

    @property
    def under_way(self) -> int:
        """Perhaps sent; the same call is made again until that is known."""
        return 0 if self._over else self._people(_open)

    @property
    def to_come(self) -> int:
        """Certainly not sent to yet; nobody once it is over."""
        return 0 if self._over else self.uncalled + self._people(lambda each: each.ending is None and not each.is_open)

    @property
    def _over(self) -> bool:
        return self.delivery.state in ENDED

    def _people(self, which: Callable[[Chunk], bool]) -> int:
        return sum(each.people for each in self.chunks if which(each))


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

    def outlook(self, number: int, at: datetime | None = None) -> Outlook:
        """Reach and quota if it were sent now or then. Raises UnknownDelivery or LineUnavailable."""
        now = self.clock()
        month = _month(at or now)
        with self.sessions() as session:
            others = [each for each in deliveries.scheduled(session, self.site) if each.number != number]
            results = [self._results(session, each) for each in others if _month(max(each.due_at or now, now)) == month]
        quota = self.client.quota()
        return Outlook(
            self.reach(number),
            quota if month == _month(now) else quota.next_month(),
            sum(each.to_come + each.under_way for each in results),
        )

    def reach(self, number: int) -> Reach:
        """Whom it would be sent to now. Raises UnknownDelivery."""
        with self.sessions() as session:
            return reach(session, self.site, deliveries.find(session, self.site, number).audience)

    def invite_tester(self, name: str) -> str:
        """A code that makes whoever sends it to the account a tester of that name. Raises NameMissing."""
        with writing(self.sessions) as session:
            return testers.invite(session, self.site, name, self.random, self.clock())

    def dismiss_tester(self, name: str) -> None:
        """Send no more trials to somebody. Raises UnknownTester."""
        with writing(self.sessions) as session:
            testers.dismiss(session, self.site, name)

    def testers(self) -> list[str]:
        """The names of those whom trials can be sent to."""
        with self.sessions() as session:
            return testers.names(session, self.site)

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

        Raises PastTime, UnknownDelivery, DeliveryMoved or NameMissing, and, unless it is urgent, NobodyReached, QuotaTooSmall
        or LineUnavailable.
        """
        if at and at < self.clock():
            raise PastTime
        with self.sessions() as session:
            urgent = deliveries.find(session, self.site, number).urgent
        if not urgent:
            self._check(self.outlook(number, at))
        due_at = at or self.clock()
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
            return self._results(session, deliveries.find(session, self.site, number))

    def same(self, number: int) -> list[int]:
        """Other deliveries that say just the same and were not discarded. Raises UnknownDelivery."""
        with self.sessions() as session:
            words = deliveries.find(session, self.site, number).messages
            listed = deliveries.listed(session, self.site)
        alike = [each for each in listed if each.messages == words and each.state is not State.DISCARDED]
        return [each.number for each in alike if each.number != number]

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
            raise QuotaTooSmall(outlook.reach.people, outlook.left or 0)

    def _results(self, session: Session, delivery: Delivery) -> Results:
        made = chunks.listed(session, self.site, delivery.number)
        return Results(delivery, made, chunks.count_uncalled(session, self.site, delivery.number, delivery.audience))

    def _not_in_quiet_hours(self, moment: datetime) -> datetime:
        with self.sessions() as session:
            quiet = quiet_hours(session, self.site)
        return quiet.over(moment) if quiet else moment


def _open(chunk: Chunk) -> bool:
    return chunk.ending is None and chunk.is_open


def _month(moment: datetime) -> tuple[int, int]:
    """LINE counts messages by the month in Japan."""
    here = moment.astimezone(TOKYO)
    return here.year, here.month


def _marked(messages: Sequence[Message]) -> list[Message]:
    """The messages under a name that says that this is a trial."""
    return [each | {"sender": {"name": Words(DEFAULT_LANGUAGE)("delivery.trial")}} for each in messages]
