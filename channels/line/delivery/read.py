"""Reads a piece of news from a YAML file and makes the LINE messages of it; everything that is wrong is told at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from channels.line import flex, limits
from channels.line.addresses import web_address
from channels.line.delivery.audience import Audience
from channels.line.delivery.composition import Composition
from channels.line.fits import fit_together
from channels.line.flex import Json, Section
from channels.line.postback import Register, Step
from channels.line.richmenu.actions import action
from channels.line.segments.questionnaire import Questionnaire
from channels.line.yaml_fields import Fields
from channels.words import Words
from knowledge.clean import shown
from knowledge.sentences import DEFAULT_LANGUAGE, languages

FIELDS = ("title", "to", "urgent", "language", "sender", "messages")
MESSAGE_FIELDS = ("text", "buttons", "image", "preview")
BUTTONS = ("open", "call", "ask", "entry")
BUTTON_FIELDS = ("label", *BUTTONS)
LONGEST_TITLE = 60
LONGEST_WITH_BUTTONS = 2_000
"""UTF-16 units of a text above buttons: a bubble of 30 KB holds it twice."""
MOST_BUTTONS = 4
MOST_OPTIONS = 60


def read_composition(path: Path, asked: Questionnaire | None) -> tuple[Composition | None, tuple[str, ...]]:
    """The news for residents who are asked these questions, and what is wrong; none when anything is. Raises OSError."""
    reader = _Reader(asked.offering(tuple(sorted(languages("channels")))) if asked else None)
    loaded = reader.load(path)
    found = None if reader.problems else reader.composition(loaded)
    return (None, tuple(reader.problems)) if reader.problems else (found, ())


class _Reader(Fields):
    def __init__(self, asked: Questionnaire | None) -> None:
        super().__init__()
        self.asked = asked

    def composition(self, value: object) -> Composition:
        given = self.mapping(value, FIELDS)
        title = self.text(given, "title", LONGEST_TITLE)
        urgent = self.flag(given, "urgent")
        audience = self.audience(given, urgent)
        messages = self.messages(given)
        if not self.problems:
            for problem in fit_together(messages):
                self.fail("delivery_file.does_not_fit", problem=problem)
        return Composition(title, tuple(messages), audience, urgent)

    def audience(self, given: Mapping[str, Any], urgent: bool) -> Audience:
        match given.get("to"):
            case "everyone":
                if not urgent:
                    self.fail("delivery_file.not_for_everyone")
                return Audience(everyone=True)
            case "registered":
                return Audience()
            case dict() as wanted if wanted:
                return Audience({str(question): self.options(question, options) for question, options in wanted.items()})
        self.fail("delivery_file.to")
        return Audience()

    def options(self, question: object, value: object) -> tuple[str, ...]:
        asked = self.asked.question(str(question)) if self.asked else None
        if asked is None:
            known = "、".join(each.key for each in self.asked.questions) if self.asked else "—"
            self.fail("delivery_file.question", written=shown(str(question)), known=known)
            return ()
        place = self.sentence("delivery_file.at_question", question=asked.key)
        listed = self.items({"to": value}, "to", MOST_OPTIONS, place)
        there = [each.key for each in asked.options]
        for option in listed:
            if option not in there:
                self.fail("delivery_file.option", place, written=shown(str(option)), known="、".join(there))
        return tuple(sorted({str(option) for option in listed}))

    def messages(self, given: Mapping[str, Any]) -> list[Json]:
        language = given.get("language", DEFAULT_LANGUAGE)
        if language not in languages("channels"):
            self.fail(
                "unknown_language", name="language", tag=shown(str(language)), known="、".join(sorted(languages("channels")))
            )
            language = DEFAULT_LANGUAGE
        listed = enumerate(self.items(given, "messages", limits.MESSAGES), 1)
        messages = [self.message(each, self.sentence("delivery_file.at_message", number=number)) for number, each in listed]
        if messages and all(each.get("type") == "image" for each in messages):
            self.fail("delivery_file.only_images")
        return finished(messages, self.sender(given), str(language))

    def message(self, value: object, place: str) -> Json:
        given = self.mapping(value, MESSAGE_FIELDS, place)
        if ("text" in given) == ("image" in given) or ("buttons" in given and "image" in given):
            self.fail("delivery_file.text_or_image", place)
            return {}
        if "image" in given:
            image = self.image(given, "image", place)
            return {
                "type": "image",
                "originalContentUrl": image,
                "previewImageUrl": self.image(given, "preview", place) if "preview" in given else image,
            }
        if "buttons" not in given:
            return flex.text_message(self.text(given, "text", limits.TEXT, place))
        listed = enumerate(self.items(given, "buttons", MOST_BUTTONS, place), 1)
        buttons = [
            self.button(each, place + self.sentence("delivery_file.at_button", number=number), first=number == 1)
            for number, each in listed
        ]
        return _bubble(self.text(given, "text", LONGEST_WITH_BUTTONS, place), buttons)

    def button(self, value: object, place: str, first: bool) -> Json:
        given = self.mapping(value, BUTTON_FIELDS, place)
        label = self.text(given, "label", limits.FLEX_LABEL, place)
        named = [name for name in BUTTONS if name in given]
        if len(named) != 1:
            self.fail("richmenu.one_action", place, known="、".join(BUTTONS))
            return {}
        made = action(named[0], given[named[0]], label)
        if made is None:
            self.fail(f"richmenu.action_{named[0]}", place, value=shown(str(given[named[0]])))
        return flex.button(label, made or {}, flex.BLUE if first else "")

    def image(self, given: Mapping[str, Any], name: str, place: str) -> str:
        value = given.get(name)
        address = web_address(value) if isinstance(value, str) else ""
        if not address.startswith("https:"):
            self.fail("delivery_file.image", place, name=name, written=shown(str(value)))
        return address

    def sender(self, given: Mapping[str, Any]) -> str:
        if "sender" not in given:
            return ""
        name = self.text(given, "sender", limits.SENDER_NAME)
        if limits.FORBIDDEN_IN_NAMES in name.upper():
            self.fail("delivery_file.sender", written=shown(name))
        return name


def finished(messages: list[Json], sender: str, language: str) -> list[Json]:
    """The messages with who speaks, and a way to change what one is told about; without a name the account itself speaks."""
    named = [each | ({"sender": {"name": sender}} if sender else {}) for each in messages]
    if named:
        label = Words(language)("segments.settings_word")
        change = flex.postback(Register(Step.SETTINGS), label)
        named[-1] = named[-1] | {"quickReply": {"items": [flex.quick_reply(label, change or {})]}}
    return named


def _bubble(text: str, buttons: list[Json]) -> Json:
    labels = [button["action"]["label"] for button in buttons if button]
    foot = [Section(tuple(buttons))] if buttons else []
    return flex.flex_message(flex.bubble([Section((flex.text(text),))], foot), [text, *labels])
