"""Web and LINE say the same: the same entry, the same words, the same links, wherever a resident asks."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag

from app.answering.draft import Draft, Memory
from app.answering.opening import contact_of
from app.commands.demo import sheets
from app.wiring import Service
from channels.line.fits import fit_together
from channels.line.flex import Json
from channels.line.look import Look
from channels.line.postback import Choose, More, Rate
from channels.line.render import render, render_more
from channels.message import Answer, Card, Outcome, Question
from channels.web.desk import SiteCard
from channels.web.render import answer_fragment
from knowledge.entry import Entry
from knowledge.sentences import say
from knowledge.site_sheet import read_site
from tests.app.seed import SEED
from tests.app.small_city import ENTRIES, HOLIDAY, KITA
from tests.channels.line.seen import addresses, postbacks, texts

LANGUAGES = ("ja", "ja-x-easy", "en")
MIHON = read_site(SEED / "site.json")
SITE_CARD = SiteCard(MIHON.id, MIHON.name)
LONG = Card(
    "long",
    "長い答え",
    "はじめの文です。\n" + "".join(f"- {number}つ目の**項目**です。[表](https://a.example/{number})\n" for number in range(200)),
    "ja",
    "市民課",
    "https://a.example/",
    "",
    "",
    date(2026, 10, 7),
)


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return [entry for sheet in sheets(SEED).values() for entry in sheet.good]


def draft(language: str) -> Draft:
    return Draft(MIHON, "", language, HOLIDAY, Memory("c" * 22))


def on_the_web(answer: Answer) -> Tag:
    # Beautiful Soup leaves readings out of texts; people do not.
    page = BeautifulSoup(re.sub("</?r(?:uby|t|p)>", "", answer_fragment(SITE_CARD, answer)), "html.parser")
    for hidden in page.select(".hidden"):
        hidden.decompose()
    return page


def in_line(answer: Answer) -> list[Json]:
    """The messages and, as when 「続きを読む」 is pressed again and again, all that follow."""
    messages = render(answer, Look(answer.language))
    assert fit_together(messages) == []
    for card in answer.entries:
        waiting = [each for each in postbacks(messages) if isinstance(each, More) and each.entry == card.id]
        while waiting:
            following = render_more(card, waiting[0], Look(answer.language))
            assert fit_together(following) == []
            messages += following
            waiting = [each for each in postbacks(following) if isinstance(each, More)]
    return messages


def squeezed(text: str) -> str:
    return re.sub(r"[\s｜：]", "", text)


def pieces(page: Tag) -> Iterator[str]:
    """Whatever a resident reads on the page, in pieces that stand together."""
    for selector in (".badge", "h2", ".prose", ".card__contact", ".card__links span", ".facts div", ".contact p", ".choice"):
        yield from (each.get_text() for each in page.select(selector))
    yield from (each.get_text() for each in page.select(".feedback__question, .feedback button"))


def assert_alike(answer: Answer) -> None:
    page, messages = on_the_web(answer), in_line(answer)
    said = squeezed("".join(texts(messages)))
    assert [piece for piece in pieces(page) if squeezed(piece) not in said] == []
    assert {str(link["href"]) for link in page.select("a[href]")} <= set(addresses(messages))
    chosen = [each.entry for each in postbacks(messages) if isinstance(each, Choose)]
    assert chosen == [str(button["value"]) for button in page.select(".choice")]
    rated = {each.record for each in postbacks(messages) if isinstance(each, Rate)}
    assert rated == {str(field["value"]) for field in page.select(".feedback [name=record]")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_the_sample_city_is_the_same_on_both(entries: list[Entry], language: str) -> None:
    for entry in entries:
        if language == "ja" or language in entry.translations:
            answer = draft(language).answer(Outcome.ANSWERED_ENTRY, entries=[entry])
            assert_alike(Answer(answer.outcome, answer.message, language, "c", answer.entries, record="q_1"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_the_same_on_both(entries: list[Entry], outcome: Outcome, language: str) -> None:
    here = draft(language)
    assert_alike(here.answer(outcome, contact=contact_of(here, "citizens"), limit=500))
    assert_alike(here.answer(outcome, choices=entries[:4], limit=500))


@pytest.mark.parametrize("kind", ["fire_or_ambulance", "crime_or_accident", "life", "violence", "child"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_need_can_be_called_in_line(kind: str, language: str) -> None:
    answer = draft(language).answer(Outcome.EMERGENCY, message=f"emergency_{kind}")
    messages = render(answer, Look(language))
    assert fit_together(messages) == []
    assert squeezed(answer.message) in squeezed("".join(texts(messages)))
    named = {number.replace("-", "") for number in re.findall(r"(?<![#\d-])(?:0[\d-]{9,}|1\d\d)(?![\d-])", answer.message)}
    assert named
    assert {f"tel:{number}" for number in named} == set(addresses(messages))


def test_answers_side_by_side_lead_to_the_whole_of_each(entries: list[Entry]) -> None:
    answer = draft("ja").answer(Outcome.SUGGESTED_CARDS, entries=entries[:3])
    page, messages = on_the_web(answer), in_line(answer)
    said = squeezed("".join(texts(messages)))
    for piece in (*page.select("summary"), *page.select(".facts div")):
        assert squeezed(piece.get_text()) in said
    for shown, card in zip(page.select(".card .prose"), answer.entries, strict=True):
        alone = squeezed("".join(texts(in_line(Answer(Outcome.ANSWERED_ENTRY, "", "ja", "c", (card,))))))
        assert squeezed(shown.get_text()) in alone


def test_a_long_answer_is_whole_once_its_end_is_reached() -> None:
    answer = Answer(Outcome.ANSWERED_ENTRY, "お答えします。", "ja", "c", (LONG,))
    page, messages = on_the_web(answer), in_line(answer)
    assert len(messages) > 3
    said = squeezed("".join(texts(messages)))
    items = [squeezed(item.get_text()) for item in page.select("li li")]
    assert len(items) == 200
    assert [item for item in items if item not in said] == []
    assert {str(link["href"]) for link in page.select("li li a")} <= set(addresses(messages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_question_finds_the_same_on_both(city: Service, language: str) -> None:
    questions = [wording for entry in ENTRIES for wording in (entry.question, *entry.wordings)]
    for text in [*questions, "こんにちは", "火事です", "人と話したい", "あ", "電池", "市民課", "x" * 600]:
        web, line = (city.answerer.converse(Question(KITA, text, channel, language)) for channel in ("web", "line"))
        assert (web.outcome, web.message, web.entries, web.choices, web.contact) == (
            line.outcome,
            line.message,
            line.entries,
            line.choices,
            line.contact,
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_for_a_person_brings_one(city: Service, language: str) -> None:
    answer = city.answerer.converse(Question(KITA, say("channels", "bubble.person_text", language), "line", language))
    assert answer.outcome is Outcome.HANDOFF_REQUESTED
