"""Members of staff who get deliveries before residents do: each proves by a code that the LINE account is theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session, sessionmaker

from channels.errors import NameMissing, UnknownTester
from channels.line import flex
from channels.line.delivery.tables import TesterRow
from channels.line.look import finish
from channels.line.tables import PersonRow
from channels.line.turn import Turn, Visit
from channels.words import Words
from knowledge.sentences import DEFAULT_LANGUAGE

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Without vowels no code is a word, and without digits none is taken for a number that must not be stored."""
LENGTH = 10
CODE_LASTS = timedelta(minutes=30)
NAME_LIMIT = 40

_HERE = and_(PersonRow.site_id == TesterRow.site_id, PersonRow.id == TesterRow.person, PersonRow.left_at.is_(None))


def invite(session: Session, site: str, name: str, random: Random, now: datetime) -> str:
    """A code for somebody to send to the account, in place of what was known of that name. Raises NameMissing."""
    named = _plain(name)
    if not named:
        raise NameMissing
    code = "".join(random.choices(LETTERS, k=LENGTH))
    session.merge(TesterRow(site_id=site, name=named, code=code, code_until=now + CODE_LASTS, person=None))
    session.flush()
    return code


def dismiss(session: Session, site: str, name: str) -> None:
    """Forget somebody, and their code. Raises UnknownTester."""
    row = session.get(TesterRow, (site, _plain(name)))
    if row is None:
        raise UnknownTester(name)
    session.delete(row)
    session.flush()


def find(session: Session, site: str, name: str) -> str:
    """The user ID behind a name. Raises UnknownTester, also when they have blocked the account since."""
    known = select(TesterRow.person).join(PersonRow, _HERE).where(TesterRow.site_id == site, TesterRow.name == _plain(name))
    person = session.scalar(known)
    if person is None:
        raise UnknownTester(name)
    return person


def names(session: Session, site: str) -> list[str]:
    """Those who can be sent to."""
    query = select(TesterRow.name).join(PersonRow, _HERE).where(TesterRow.site_id == site)
    return list(session.scalars(query.order_by(TesterRow.name)))


def _plain(name: str) -> str:
    return " ".join(name.split())[:NAME_LIMIT].strip()


@dataclass(frozen=True, slots=True)
class Joining:
    """Listens for codes."""

    sessions: sessionmaker[Session]

    def typed(self, visit: Visit) -> Turn | None:
        """What is said to a code; nothing when the text is none."""
        written = visit.event.text.strip().upper()
        if len(written) != LENGTH or set(written) - set(LETTERS):
            return None
        mine = (TesterRow.site_id == visit.town.id, TesterRow.code == written, TesterRow.code_until >= visit.now)
        with self.sessions() as session:
            name = session.scalar(select(TesterRow.name).where(*mine))
        if name is None:
            return None

        def join(session: Session) -> None:
            joined = {"person": visit.event.user, "code": None, "code_until": None}
            session.execute(update(TesterRow).where(*mine).values(**joined))

        told = Words(DEFAULT_LANGUAGE)("delivery.tester_joined", name=name)
        return Turn(finish([flex.text_message(told)], visit.look), then=join)
