"""Turns answers into LINE messages, as plain JSON values: pure, at most five, within LINE's limits whatever the texts hold.

The words are those of the web page: the same entry, the same division, the same date. Nothing needs a telephone: what quick
replies offer can also be typed, and every number that can be called is also written out, for readers at a computer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from channels.line import flex
from channels.line.card import ROOM_ALONE, ROOM_BESIDE_OTHERS, card_section, digest, length
from channels.line.counting import ELLIPSIS, blank, fit_units, json_bytes, sendable
from channels.line.flex import Json, Section
from channels.line.limits import BUBBLE_BYTES, BUBBLES, CAROUSEL_BYTES, MESSAGES, TEXT
from channels.line.look import Look, finish
from channels.line.parts import part
from channels.line.postback import More, Speak
from channels.line.prose import plain, read
from channels.line.sections import calls_section, choices_section, contact_section, feedback_section, lead_section
from channels.message import Answer, Card, Choice, Contact, Outcome
from channels.words import Words

LEAD_MESSAGES = 2
LEAD_BYTES = 8_000
"""A longer sentence of the bot's own is a message by itself."""
UNTITLED = frozenset({"answered", "suggested", "clarify"})
"""Families of outcomes that the page shows without a title, too."""
MAY_ASK_A_PERSON = frozenset({Outcome.ANSWERED_ENTRY, Outcome.SUGGESTED, Outcome.SUGGESTED_CARDS, Outcome.CLARIFY})
MAY_SPEAK_ANOTHER_LANGUAGE = frozenset({Outcome.ANSWERED_GREETING, Outcome.HANDOFF_NO_MATCH})


def render(answer: Answer, look: Look) -> list[Json]:
    """The answer as one to five messages."""
    answer, words = _sendable(answer), Words(answer.language)
    found = _messages(answer, words) or [flex.text_message(words(f"outcomes.{answer.outcome}"))]
    return finish(found, look, list(_quick_replies(answer, look, words)))


def render_more(card: Card, more: More, look: Look) -> list[Json]:
    """The next part of an answer; from its beginning when the text is no longer the one the button was made for."""
    card, words = _sendable_card(card), Words(look.language)
    same = more.digest == digest(card.answer) and more.start < length(card)
    section = card_section(card, words, ROOM_ALONE, more.start if same else 0)
    found = _bubbles([section], (), "", flex.GREY) or [flex.text_message(words(f"outcomes.{Outcome.ERROR_UNEXPECTED}"))]
    return finish(found, look)


def _messages(answer: Answer, words: Words) -> list[Json]:
    lead, beside = lead_section(answer), _beside(answer, words)
    foot = feedback_section(answer, words)
    title, color = _title(answer, words)
    if len(answer.entries) > 1:
        shown, left = _carousel(answer.entries, words)
        choices = (*answer.choices, *(Choice(card.id, card.question) for card in left))
        tail = _beside(replace(answer, choices=choices), words)
        # The page folds the answers and says so; here they stand side by side.
        said = words("bubble.side_by_side") if answer.outcome is Outcome.SUGGESTED_CARDS else answer.message
        return [*_texts(said, LEAD_MESSAGES), *shown, *_bubbles(tail, foot, title, color)]
    cards = [card_section(card, words, ROOM_ALONE) for card in answer.entries]
    if not (cards or beside):
        return _texts(answer.message, MESSAGES)
    if json_bytes(lead.components) > LEAD_BYTES:
        return [*_texts(answer.message, LEAD_MESSAGES), *_bubbles([*cards, *beside], foot, title, color)]
    return _bubbles([lead, *cards, *beside], foot, title, color)


def _beside(answer: Answer, words: Words) -> list[Section]:
    """What stands under the sentence and the answers: numbers in need, questions to choose from, people to ask."""
    return [
        section
        for section in (calls_section(answer, words), choices_section(answer.choices), contact_section(answer.contact, words))
        if section.components
    ]


def _title(answer: Answer, words: Words) -> tuple[str, str]:
    family = answer.outcome.family
    title = "" if family in UNTITLED else words(f"outcomes.{answer.outcome}")
    return title, flex.RED if family in {"emergency", "error"} else flex.GREY


def _bubbles(sections: Sequence[Section], foot: Sequence[Section], title: str, color: str) -> list[Json]:
    """The sections in as few bubbles as hold them; the title on the first, the foot on the last."""
    groups: list[list[Section]] = []
    for section in sections:
        if not section.components:
            continue
        if groups and json_bytes(flex.bubble([*groups[-1], section], foot, title, color)) <= BUBBLE_BYTES:
            groups[-1].append(section)
        else:
            groups.append([section])
    if not groups and foot:
        groups = [[*foot]]
        foot = ()
    last = len(groups) - 1
    return [
        flex.flex_message(
            flex.bubble(group, foot if number == last else (), "" if number else title, color),
            [title, *(section.said for section in group)],
        )
        for number, group in enumerate(groups)
    ]


def _carousel(cards: Sequence[Card], words: Words) -> tuple[list[Json], Sequence[Card]]:
    """As many answers side by side as one message holds, and those left over."""
    bubbles: list[Json] = []
    said: list[str] = []
    for card in cards[:BUBBLES]:
        section = card_section(card, words, ROOM_BESIDE_OTHERS)
        made = flex.bubble([section], size="mega") if section.components else {}
        if json_bytes(flex.carousel([*bubbles, made])) > CAROUSEL_BYTES:
            break
        bubbles += [made] * bool(made)
        said.append(section.said)
    shown = [flex.flex_message(flex.carousel(bubbles), said)] if bubbles else []
    return shown, cards[len(said) :]


def _texts(message: str, most: int) -> list[Json]:
    """The bot's own sentence as text messages, the last one cut when even they do not hold it."""
    lines, start = read(message), 0
    texts: list[str] = []
    while len(texts) < most:
        shown = part(lines, start, TEXT // 2)
        texts.append(fit_units(plain(shown.lines), TEXT))
        if shown.rest is None:
            break
        start = shown.rest
    else:
        texts[-1] = fit_units(texts[-1] + ELLIPSIS, TEXT)
    return [flex.text_message(each) for each in texts if not blank(each)]


def _quick_replies(answer: Answer, look: Look, words: Words) -> Iterator[Json]:
    if answer.outcome in MAY_ASK_A_PERSON:
        yield flex.quick_reply(words("bubble.person"), flex.message(words("bubble.person_text")))
    if answer.outcome in MAY_SPEAK_ANOTHER_LANGUAGE:
        for language in look.languages:
            name = Words(language)("language_name")
            action = flex.postback(Speak(language), name)
            if language != answer.language and action:
                yield flex.quick_reply(name, action)


def _sendable(answer: Answer) -> Answer:
    return replace(
        answer,
        message=sendable(answer.message),
        entries=tuple(map(_sendable_card, answer.entries)),
        choices=tuple(replace(each, text=sendable(each.text)) for each in answer.choices),
        contact=_sendable_contact(answer.contact) if answer.contact else None,
    )


def _sendable_card(card: Card) -> Card:
    return replace(
        card,
        question=sendable(card.question),
        answer=sendable(card.answer),
        division=sendable(card.division),
        source=sendable(card.source),
        procedure=sendable(card.procedure),
        contact=sendable(card.contact),
    )


def _sendable_contact(contact: Contact) -> Contact:
    return replace(
        contact,
        division=sendable(contact.division),
        phone=sendable(contact.phone),
        hours=sendable(contact.hours),
        next_open=sendable(contact.next_open),
    )
