"""An approved answer as a section of a bubble: question, text, links, contact, division, source and date; cut when it is long."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from channels.line import flex
from channels.line.addresses import number_to_call, web_address
from channels.line.counting import blank, fit_units, json_bytes
from channels.line.flex import Json, Section
from channels.line.numbers import numbers
from channels.line.parts import Part, part
from channels.line.postback import More
from channels.line.prose import Line, address_of, links, plain, read
from channels.links import link
from channels.message import Card
from channels.words import Words, day

ROOM_ALONE = 800
ROOM_BESIDE_OTHERS = 300
"""Characters of an answer that a bubble shows before 「続きを読む」."""
MOST_LINKS = 8
SECTION_BYTES = 20_000
LONGEST_FIELD = 1_000
"""UTF-16 code units of a question, a division and a contact; the checker of entries allows fewer characters."""


def digest(answer: str) -> str:
    """Tells whether an answer is still the text that a button was made for."""
    return sha256(answer.encode("utf-8", "replace")).hexdigest()[:8]


def card_section(card: Card, words: Words, room: int, start: int = 0) -> Section:
    """The part of the answer that begins with a character, with everything that belongs to it."""
    lines = read(card.answer)
    while True:
        shown = part(lines, start, room)
        section = _section(card, words, shown, start)
        # A text full of links, or of characters that take many bytes, is cut shorter.
        fits = json_bytes(section.components) <= SECTION_BYTES and len(links(shown.lines)) <= MOST_LINKS
        if fits or room <= 1:
            return section
        room //= 2


def length(card: Card) -> int:
    """Characters of the answer that are to be read; a part begins with one of them."""
    return sum(len(line.text) for line in read(card.answer))


def _section(card: Card, words: Words, shown: Part, start: int) -> Section:
    components = [
        *_question(card, words, start),
        *(flex.prose(line) for line in shown.lines if not blank(line.text)),
        *_more(card, words, shown),
        *_links(shown.lines),
        *_contact(card),
        *_calls(card, shown.lines, words),
        *_pages(card, words),
        *_facts(card, words),
    ]
    return Section(tuple(components), flex.joined(_said(card, words, shown.lines)))


def _question(card: Card, words: Words, start: int) -> Iterator[Json]:
    if start:
        yield flex.text(words("bubble.continued"), color=flex.GREY)
    if not blank(card.question):
        yield flex.text(fit_units(card.question, LONGEST_FIELD), bold=True, size="lg")


def _more(card: Card, words: Words, shown: Part) -> Iterator[Json]:
    if shown.rest is not None:
        action = flex.postback(More(card.id, shown.rest, digest(card.answer)), words("bubble.more"))
        if action:
            yield flex.button(words("bubble.more"), action, flex.BLUE)


def _links(lines: Sequence[Line]) -> Iterator[Json]:
    """Words inside a text cannot be tapped in LINE, so each link gets a row of its own."""
    for each in links(lines)[:MOST_LINKS]:
        address = number_to_call(address_of(each.href)) if each.href.startswith("tel:") else web_address(each.href)
        if address:
            yield flex.row(each.text, flex.uri(address))
        elif address_of(each.href) not in each.text:
            yield flex.text(fit_units(address_of(each.href), LONGEST_FIELD))


def _contact(card: Card) -> Iterator[Json]:
    if not blank(card.contact):
        yield flex.text(fit_units(card.contact, LONGEST_FIELD))


def _calls(card: Card, lines: Sequence[Line], words: Words) -> Iterator[Json]:
    linked = {number_to_call(address_of(each.href)) for each in links(lines)}
    text = "\n".join([*(line.text for line in lines), fit_units(card.contact, LONGEST_FIELD)])
    for number in numbers(text):
        if number_to_call(number) not in linked:
            yield call(number, words)


def call(number: str, words: Words, color: str = "") -> Json:
    """A button that calls."""
    return flex.button(words("bubble.call", number=number), flex.uri(number_to_call(number)), color)


def _pages(card: Card, words: Words) -> Iterator[Json]:
    for key, url, color in (("procedure", card.procedure, flex.BLUE), ("source", card.source, "")):
        address = web_address(url)
        if address:
            yield flex.button(words(key), flex.uri(address), color)
        elif link(url):
            # Too long for a button; it can still be read and typed.
            yield flex.text(f"{words(key)}\n{fit_units(url, 2 * LONGEST_FIELD)}", size="sm")


def _facts(card: Card, words: Words) -> Iterator[Json]:
    facts = list(_said_facts(card, words))
    if facts:
        yield flex.stack([flex.text(fact, size="sm", color=flex.GREY) for fact in facts], "xs")


def _said_facts(card: Card, words: Words) -> Iterator[str]:
    if not blank(card.division):
        yield f"{words('division')}：{fit_units(card.division, LONGEST_FIELD)}"
    if card.confirmed_on:
        yield f"{words('confirmed')}：{day(card.confirmed_on, words)}"


def _said(card: Card, words: Words, lines: Sequence[Line]) -> Iterator[str]:
    yield card.question
    yield plain(lines)
    yield card.contact
    yield from (f"{words(key)} {link(url)}" for key, url in (("procedure", card.procedure), ("source", card.source)) if link(url))
    yield from _said_facts(card, words)
