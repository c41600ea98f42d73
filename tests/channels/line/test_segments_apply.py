"""A questionnaire that takes the place of another one keeps what is still asked, and nothing else."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from channels.errors import AnswersWouldBeLost
from channels.line import people
from channels.line.people import Person
from channels.line.segments import questionnaire, registrations
from channels.line.segments.apply import apply
from channels.line.segments.questionnaire import Option, Question, Questionnaire
from knowledge.database import writing
from tests.channels.line.town import MIHON, LineTown
from tests.conftest import NOW

HANAKO, TARO = "U" + "1" * 32, "U" + "2" * 32


def asking(**options: tuple[str, ...]) -> Questionnaire:
    questions = [
        Question(key, {"ja": key}, {"ja": key}, tuple(Option(option, {"ja": option}) for option in keys))
        for key, keys in options.items()
    ]
    return Questionnaire(tuple(questions))


def chosen(session: Session, user: str) -> dict[str, set[str]]:
    return {question: set(options) for question, options in (registrations.find(session, MIHON.id, user) or {}).items()}


@pytest.fixture
def sessions(town: LineTown) -> sessionmaker[Session]:
    """A town whose residents have answered two questions."""
    with writing(town.sessions) as session:
        apply(session, MIHON.id, asking(area=("north", "south"), age=("young", "old")), NOW)
        for user, area in ((HANAKO, "north"), (TARO, "south")):
            people.keep(session, MIHON.id, Person(user, NOW))
            registrations.agree(session, MIHON.id, user, NOW)
            registrations.choose(session, MIHON.id, user, "area", area, alone=True)
            registrations.choose(session, MIHON.id, user, "age", "old", alone=True)
    return town.sessions


def test_what_is_added_costs_nothing(sessions: sessionmaker[Session]) -> None:
    more = asking(age=("young", "old"), waste=("a",), area=("south", "north", "east"))
    with writing(sessions) as session:
        assert apply(session, MIHON.id, more, NOW) == 0
        assert questionnaire.find(session, MIHON.id) == more
        assert chosen(session, HANAKO) == {"area": {"north"}, "age": {"old"}}


def test_answers_are_not_deleted_by_a_slip_of_the_pen(sessions: sessionmaker[Session]) -> None:
    before = asking(area=("north", "south"), age=("young", "old"))
    with (
        writing(sessions) as session,
        pytest.raises(AnswersWouldBeLost, match="住民2人の答えが消えます（age: old、area: north）"),
    ):
        apply(session, MIHON.id, asking(area=("nroth", "south")), NOW)
    with sessions() as session:
        assert questionnaire.find(session, MIHON.id) == before
        assert chosen(session, TARO) == {"area": {"south"}, "age": {"old"}}


def test_answers_to_what_is_no_longer_asked_are_deleted_when_that_is_meant(sessions: sessionmaker[Session]) -> None:
    with writing(sessions) as session:
        assert apply(session, MIHON.id, asking(area=("north",)), NOW, delete_answers=True) == 3
        assert chosen(session, HANAKO) == {"area": {"north"}}
        assert chosen(session, TARO) == {}


def test_options_that_nobody_chose_go_without_a_word(sessions: sessionmaker[Session]) -> None:
    with writing(sessions) as session:
        assert apply(session, MIHON.id, asking(area=("north", "south"), age=("old",)), NOW) == 0
