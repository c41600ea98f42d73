"""What a changed page says now is put before staff as a text that waits for approval; the live text serves on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.settings import PagePlace
from evals.page_copies import PageCopy
from evals.page_entries import draft_entries, entries_of
from knowledge.database import writing
from knowledge.entry import Entry, Kind, State, Translation
from knowledge.history import decisions_of
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.store import entry, stored
from knowledge.workflow import approve, draft, retire

PLACE = PagePlace(url="https://www.city.example.jp/")
MARKDOWN = "# 住民票\n## 手数料\n1通300円です。\n## 受付時間\n8:30から17:15まで\n## お問い合わせ\n市民課 0999-00-1101"
PAGE = PageCopy(f"{PLACE.url}a.md", "a.md", MARKDOWN, is_markdown=True)
BY = By("nightly", "ページの変更", datetime(2026, 11, 20, 17, 0, tzinfo=UTC))


def made(text: str = MARKDOWN) -> tuple[Entry, ...]:
    return entries_of([replace(PAGE, text=text)], PLACE)


FEE = next(each.id for each in made() if each.question.endswith("手数料"))
HOURS = next(each.id for each in made() if each.question.endswith("受付時間"))


@pytest.fixture
def live(open_session: sessionmaker[Session], town: str) -> sessionmaker[Session]:
    """The page's entries as imported, one with wordings and a translation that staff have added."""
    with writing(open_session) as session:
        fee, hours = (next(each for each in made() if each.id == id_) for id_ in (FEE, HOURS))
        worked = replace(
            fee, division="citizens", wordings=("いくらかかる",), translations={"en": Translation("How much?", "300 yen.")}
        )
        take_in(session, town, Kind.PAGE, [worked, hours], 0, BY._replace(actor="import"))
    return open_session


def drafted(live: sessionmaker[Session], town: str, text: str) -> dict[str, list[str]]:
    with writing(live) as session:
        return draft_entries(session, town, made(text), ["a.md"], BY)


def test_a_changed_section_waits_for_approval_and_keeps_the_work_of_staff(live: sessionmaker[Session], town: str) -> None:
    assert drafted(live, town, MARKDOWN.replace("300円", "350円")) == {"a.md": [FEE]}
    with live() as session:
        waiting = stored(session, town, FEE)
        assert entry(session, town, FEE).answer == "1通300円です。"
    assert (waiting.state, waiting.live, waiting.latest) == (State.PENDING, 1, 2)
    assert waiting.entry.answer == "1通350円です。"
    assert (waiting.entry.division, waiting.entry.wordings) == ("citizens", ("いくらかかる",))
    assert waiting.stale == {"en"}


def test_staff_can_approve_it(live: sessionmaker[Session], town: str) -> None:
    drafted(live, town, MARKDOWN.replace("300円", "350円"))
    with writing(live) as session:
        approve(session, town, FEE, 2, BY._replace(actor="課長"))
        assert entry(session, town, FEE).answer == "1通350円です。"


def test_doing_it_again_changes_nothing(live: sessionmaker[Session], town: str) -> None:
    changed = MARKDOWN.replace("300円", "350円")
    first = drafted(live, town, changed)
    with live() as session:
        before = decisions_of(session, town, FEE)
    assert drafted(live, town, changed) == first
    with live() as session:
        assert decisions_of(session, town, FEE) == before


def test_a_new_section_becomes_a_new_entry_that_waits(live: sessionmaker[Session], town: str) -> None:
    new = f"{MARKDOWN}\n## 郵送\n郵送でも請求できます。"
    ids = drafted(live, town, new)["a.md"]
    assert drafted(live, town, new) == {"a.md": ids}
    with live() as session:
        assert [(stored(session, town, each).state, stored(session, town, each).live) for each in ids] == [(State.PENDING, None)]


def test_an_unchanged_section_is_left_alone(live: sessionmaker[Session], town: str) -> None:
    assert drafted(live, town, MARKDOWN) == {}


def test_a_section_that_is_gone_is_not_retired(live: sessionmaker[Session], town: str) -> None:
    drafted(live, town, MARKDOWN.replace("## 受付時間\n8:30から17:15まで\n", ""))
    with live() as session:
        assert stored(session, town, HOURS).state is State.PUBLISHED


def test_what_somebody_works_on_is_not_overtaken(live: sessionmaker[Session], town: str) -> None:
    with writing(live) as session:
        own = replace(entry(session, town, FEE), answer="書きかけです。")
        draft(session, town, own, 1, BY._replace(actor="係員"))
    assert drafted(live, town, MARKDOWN.replace("300円", "350円")) == {}
    with live() as session:
        assert stored(session, town, FEE).entry.answer == "書きかけです。"


def test_what_staff_have_retired_stays_retired(live: sessionmaker[Session], town: str) -> None:
    with writing(live) as session:
        retire(session, town, FEE, 1, BY._replace(actor="課長"))
    assert drafted(live, town, MARKDOWN.replace("300円", "350円")) == {}


def test_a_page_made_anew_from_top_to_bottom_is_left_to_staff(live: sessionmaker[Session], town: str) -> None:
    assert drafted(live, town, "# 証明書の取り方\n## 料金表\n住民票は350円です。") == {}


def test_a_page_without_entries_gets_none(live: sessionmaker[Session], town: str) -> None:
    other = PageCopy(f"{PLACE.url}index.md", "index.md", "# 市の紹介\n人口は3万人です。", is_markdown=True)
    with writing(live) as session:
        assert draft_entries(session, town, entries_of([PAGE, other], PLACE), ["index.md"], BY) == {}


def test_no_pages_make_no_entries() -> None:
    assert entries_of([], PLACE) == ()
