"""What is done about each kind of event: the LINE channel in one table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session, sessionmaker

from channels.feedback import Feedback
from channels.line import flex
from channels.line.asks import ask_language, ask_reason, language_chosen, thank
from channels.line.delivery.testers import Joining
from channels.line.desk import CHANNEL, LineDesk
from channels.line.events import Kind
from channels.line.look import finish
from channels.line.postback import Choose, Languages, More, Rate, Register, Speak, decode
from channels.line.render import render, render_more
from channels.line.segments.registering import Registering
from channels.line.talk import greet, tell
from channels.line.turn import Handler, Turn, Visit
from channels.message import Question
from knowledge.errors import KnownError

SILENCE = Turn()


def handlers(desk: LineDesk, sessions: sessionmaker[Session]) -> Mapping[Kind, Handler]:
    """What is done about each kind; about the others nothing is. What is taken back is not handled but erased (work.py)."""
    registering = Registering(sessions)
    answering = Answering(desk, registering, Joining(sessions))
    return {
        Kind.TEXT: answering.text,
        Kind.EDITED: answering.text,
        Kind.POSTBACK: answering.postback,
        Kind.STICKER: _say("sticker"),
        Kind.IMAGE: _say("media"),
        Kind.VIDEO: _say("media"),
        Kind.AUDIO: _say("media"),
        Kind.FILE: _say("media"),
        Kind.LOCATION: _say("location"),
        Kind.FOLLOW: lambda visit: Turn(greet(visit.town.name, visit.look, registering.invitation(visit))),
        Kind.UNFOLLOW: lambda visit: Turn(person=visit.person.left(visit.event.at)),
        # In a group everybody would read what one person asks the city hall.
        Kind.JOIN: lambda visit: Turn(tell("goodbye", visit.look), leaves=True),
    }


@dataclass(frozen=True, slots=True)
class Answering:
    """The handlers of what residents write and press."""

    desk: LineDesk
    registering: Registering
    joining: Joining

    def text(self, visit: Visit) -> Turn:
        """A question in the resident's own words, or the words of one of our buttons."""
        return self.registering.typed(visit) or self.joining.typed(visit) or self._ask(visit, visit.event.text)

    def postback(self, visit: Visit) -> Turn:
        """One of our buttons was pressed."""
        match decode(visit.event.data):
            case Choose(entry, text):
                return self._ask(visit, text, entry)
            case More() as more:
                return self._more(visit, more)
            case Rate() as rating:
                return self._rated(visit, rating)
            case Speak(language) if language in visit.town.languages:
                return Turn(language_chosen(replace(visit.look, language=language)), replace(visit.person, language=language))
            case Languages():
                return Turn(ask_language(visit.look))
            case Register() as pressed:
                return self.registering.pressed(visit, pressed)
        return SILENCE

    def _ask(self, visit: Visit, text: str, choice: str | None = None) -> Turn:
        event, person = visit.event, visit.person
        question = Question(
            site=visit.town.id,
            text=text,
            channel=CHANNEL,
            language=person.language,
            conversation=person.conversation_at(visit.now),
            choice=choice,
            reference=event.message or event.id,
            taken_out=event.taken_out,
        )
        answer = self.desk.converse(question)
        return Turn(render(answer, visit.look), person.conversed(answer.conversation, visit.now))

    def _more(self, visit: Visit, more: More) -> Turn:
        card = self.desk.card(visit.town.id, more.entry, visit.person.language)
        return Turn(render_more(card, more, visit.look) if card else tell("gone", visit.look))

    def _rated(self, visit: Visit, rating: Rate) -> Turn:
        try:
            self.desk.take_feedback(Feedback(visit.town.id, rating.record, rating.helpful, rating.reason))
        except KnownError as problem:
            return Turn(finish([flex.text_message(problem.sentence(visit.person.language))], visit.look))
        if rating.helpful or rating.reason:
            return Turn(thank(visit.look))
        return Turn(ask_reason(rating.record, visit.look))


def _say(key: str) -> Handler:
    return lambda visit: Turn() if visit.event.one_of_many else Turn(tell(key, visit.look))
