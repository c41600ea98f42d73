"""Staff see how many residents chose what, and only of their own town."""

from datetime import timedelta

from sqlalchemy.orm import Session

from channels.line import people
from channels.line.people import Person
from channels.line.segments import registrations
from channels.line.segments.questionnaire import LANGUAGE
from channels.line.segments.turnout import Turnout, turnout
from knowledge.database import writing
from knowledge.entry import Site
from knowledge.sites import add_site
from tests.channels.line.town import MIHON, LineTown
from tests.conftest import NOW

KITA = "kita"


def register(session: Session, site: str, name: str, *interests: str, language: str = "ja") -> None:
    people.keep(session, site, Person(name, NOW, language))
    registrations.agree(session, site, name, NOW)
    for interest in interests:
        registrations.choose(session, site, name, "interests", interest, alone=False)


def test_everybody_counts_once_for_every_option_they_chose(town: LineTown) -> None:
    with writing(town.sessions) as session:
        register(session, MIHON.id, "U1", "waste", "events")
        register(session, MIHON.id, "U2", "waste", language="en")
        register(session, MIHON.id, "U3")
        people.keep(session, MIHON.id, Person("U4", NOW))
    with town.sessions() as session:
        counted = turnout(session, MIHON.id)
    assert counted.registered == 3
    assert [counted.of("interests", each) for each in ("waste", "events", "family")] == [2, 1, 0]
    assert [counted.of(LANGUAGE, each) for each in ("ja", "en")] == [2, 1]


def test_who_withdrew_or_left_does_not_count(town: LineTown) -> None:
    with writing(town.sessions) as session:
        for name in ("U1", "U2", "U3"):
            register(session, MIHON.id, name, "waste")
        registrations.withdraw(session, MIHON.id, "U1")
        people.keep(session, MIHON.id, Person("U2", NOW).left(NOW + timedelta(hours=1)))
    with town.sessions() as session:
        assert turnout(session, MIHON.id) == Turnout(1, {("interests", "waste"): 1, (LANGUAGE, "ja"): 1})


def test_the_same_person_in_two_towns_counts_in_each_for_what_they_said_there(town: LineTown) -> None:
    with writing(town.sessions) as session:
        add_site(session, Site(KITA, "きた市", "0999-00-2000", ()), NOW)
        register(session, MIHON.id, "U1", "waste")
        register(session, KITA, "U1", "events", language="en")
        register(session, KITA, "U2", "waste")
    with town.sessions() as session:
        assert turnout(session, MIHON.id) == Turnout(1, {("interests", "waste"): 1, (LANGUAGE, "ja"): 1})
        chose = {("interests", "events"): 1, ("interests", "waste"): 1, (LANGUAGE, "ja"): 1, (LANGUAGE, "en"): 1}
        assert turnout(session, KITA) == Turnout(2, chose)
