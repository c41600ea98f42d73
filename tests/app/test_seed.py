"""The sample city is complete: every file can be imported without a single problem."""

import pytest

from app.commands.demo import load, sheets
from app.wiring import Service
from channels.message import Outcome, Question
from knowledge.entry import Kind
from knowledge.problem import Imported
from knowledge.site_sheet import read_site
from tests.app.seed import SEED
from tests.app.small_city import SetClock, service


@pytest.fixture(scope="module")
def found() -> dict[Kind, Imported]:
    return sheets(SEED)


@pytest.mark.parametrize(("kind", "least"), [(Kind.FAQ, 220), (Kind.PAGE, 30), (Kind.WASTE, 300)])
def test_every_sheet_is_without_problems(found: dict[Kind, Imported], kind: Kind, least: int) -> None:
    assert [problem.sentence for problem in found[kind].problems] == []
    assert len(found[kind].good) >= least
    assert {entry.kind for entry in found[kind].good} == {kind}
    assert len({entry.id for entry in found[kind].good}) == len(found[kind].good)


def test_every_entry_of_a_division_names_one_of_the_city(found: dict[Kind, Imported]) -> None:
    site = read_site(SEED / "site.json")
    assert (site.id, site.name, len(site.divisions)) == ("mihon", "みほん市", 12)
    known = {name for division in site.divisions for name in (division.id, division.name)}
    assert {entry.division for sheet in found.values() for entry in sheet.good} - {""} <= known


def test_every_answer_has_its_source_its_division_and_the_day_it_was_confirmed(found: dict[Kind, Imported]) -> None:
    for entry in found[Kind.FAQ].good:
        assert entry.source.startswith("https://www.city.mihon.example.jp/"), entry.id
        assert entry.division, entry.id
        assert entry.confirmed_on, entry.id


@pytest.mark.parametrize("language", ["en", "ja-x-easy"])
def test_what_is_asked_most_is_there_in_other_languages(found: dict[Kind, Imported], language: str) -> None:
    assert sum(language in entry.translations for entry in found[Kind.FAQ].good) >= 50


def test_no_page_is_left_out(found: dict[Kind, Imported]) -> None:
    pages = {entry.source.partition("#")[0] for entry in found[Kind.PAGE].good}
    assert len(pages) == len(list((SEED / "pages").rglob("*.html"))) - 1 == 30


def test_the_sample_city_loads_whole_and_answers(tmp_path_factory: pytest.TempPathFactory, found: dict[Kind, Imported]) -> None:
    running: Service = service(tmp_path_factory.mktemp("demo"), SetClock())
    site = load(running, SEED)
    searcher = running.live.searcher(site.id)
    assert searcher.manifest.entries == sum(len(sheet.good) for sheet in found.values())
    for entry in found[Kind.FAQ].good[::40]:
        answer = running.answerer.converse(Question(site.id, entry.question, "test"))
        assert (answer.outcome, [card.id for card in answer.entries]) == (Outcome.ANSWERED_ENTRY, [entry.id])
