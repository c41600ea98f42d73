"""What a page says otherwise is listed fact by fact, with the entries that quote it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.settings import PagePlace
from evals.errors import PagesMissing
from evals.night import PageChange
from evals.page_changes import City, changes, still_open
from evals.page_copies import PageCopy, keep_copies, read_copies
from evals.page_entries import entries_of
from evals.page_facts import FactKind
from evals.page_reading import addresses, read_again
from indexer.words import Tokenizer
from knowledge.entry import Entry, Kind

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
PLACE = PagePlace(url="https://www.city.example.jp/")
FEES = """<html><head><title>住民票の写しの請求</title></head><body><main><h1>住民票の写しの請求</h1>
<h2>手数料</h2><p>住民票の写しの手数料は1通300円です。コンビニでは200円です。</p>
<h2>受付時間</h2><p>平日8時30分から17時15分まで</p>
<p><a href="/files/juminhyo.pdf">請求書</a></p></main></body></html>"""
PAGE = PageCopy(f"{PLACE.url}juminhyo.html", "juminhyo.html", FEES)
LINKING = Entry("faq", "住民票はどこで取れますか", "市民課の窓口で取れます。", source="/juminhyo.html#1")
QUOTING = Entry("online", "住民票の写しを郵送で請求できますか", "できます。住民票の写しの手数料は1通３００円です。")
OTHER = Entry("pool", "市民プールの料金はいくらですか", "大人300円です。")
words = Tokenizer().words


def changed(before: str, after: str) -> PageCopy:
    assert before in FEES
    return replace(PAGE, text=FEES.replace(before, after))


def found(new: PageCopy, *entries: Entry, known: bool = True) -> list[PageChange]:
    return changes({PAGE.url: PAGE} if known else {}, [new], entries_of([new], PLACE), City(PLACE, entries, words), NOW)


def test_a_changed_fee_is_listed_with_the_entries_that_quote_it() -> None:
    change = found(changed("300円", "350円"), LINKING, QUOTING, OTHER)[0]
    assert [(each.kind, each.before, each.after) for each in change.differences] == [(FactKind.FEE, "300円", "350円")]
    assert change.quoted_by == ("faq", "online")
    assert change.sections == ("住民票の写しの請求 > 手数料",)
    assert (change.url, change.title, change.noticed_at) == (PAGE.url, "住民票の写しの請求", NOW)


def test_a_changed_form_is_listed() -> None:
    change = found(changed("juminhyo.pdf", "juminhyo-r8.pdf"))[0]
    assert [(each.before, each.after) for each in change.differences] == [("juminhyo.pdf", "juminhyo-r8.pdf")]


def test_a_text_that_changed_in_words_alone_is_listed_by_its_section() -> None:
    change = found(changed("コンビニでは", "コンビニエンスストアでは"), LINKING)[0]
    assert (change.differences, change.sections) == ((), ("住民票の写しの請求 > 手数料",))
    assert change.quoted_by == ("faq",)


@pytest.mark.parametrize(
    "new", [PAGE, changed("<main>", "<main><!-- 2026-11-20 -->"), changed("</body>", "<footer>300円</footer></body>")]
)
def test_what_residents_do_not_see_is_no_change(new: PageCopy) -> None:
    assert found(new, LINKING) == []


def imported(*changes_: tuple[str, str]) -> tuple[Entry, ...]:
    text = FEES
    for before, after in changes_:
        text = text.replace(before, after)
    return entries_of([replace(PAGE, text=text)], PLACE)


def test_a_page_read_for_the_first_time_is_compared_with_the_entries_made_of_it() -> None:
    assert found(PAGE, *imported(), known=False) == []
    assert found(PAGE, LINKING, known=False) == []
    change = found(changed("300円", "350円"), *imported(), QUOTING, known=False)[0]
    assert [(each.before, each.after) for each in change.differences] == [("300円", "350円")]
    assert "online" in change.quoted_by


def test_a_section_that_is_gone_is_named_and_its_entry_stays() -> None:
    entries = imported()
    change = found(changed("<h2>受付時間</h2>", ""), *entries)[0]
    assert change.gone == (next(each.id for each in entries if each.question.endswith("受付時間")),)


def test_an_open_change_ends_when_no_entry_says_the_old_fact_any_more() -> None:
    change = found(changed("300円", "350円"), LINKING, QUOTING)[0]
    still = still_open(change, {each.id: each for each in (LINKING, QUOTING)})
    assert still is not None
    assert still.quoted_by == ("online",)
    corrected = replace(QUOTING, answer="住民票の写しの手数料は1通350円です。")
    assert still_open(still, {"online": corrected}) is None
    assert still_open(still, {}) is None


def test_pages_that_entries_link_to_are_asked_for_and_nothing_else() -> None:
    entries = [
        LINKING,
        replace(OTHER, source="https://elsewhere.example.jp/", procedure="https://www.city.example.jp/apply?id=3#top"),
        Entry("page-1", "手数料", "300円", kind=Kind.PAGE, source="/a/%E6%89%8B.html", details={"path": "a/手.html"}),
        Entry("page-2", "手数料", "300円", source="https://www.city.example.jp.evil.example/"),
    ]
    assert addresses(PLACE, entries) == {
        f"{PLACE.url}a/%E6%89%8B.html": "a/手.html",
        f"{PLACE.url}apply?id=3": "apply?id=3",
        f"{PLACE.url}juminhyo.html": "juminhyo.html",
    }


def test_a_folder_is_read_like_an_import(tmp_path: Path) -> None:
    (tmp_path / "手続き").mkdir()
    (tmp_path / "手続き" / "a.html").write_text(FEES, encoding="utf-8")
    (tmp_path / "b.md").write_text("# ごみ\n月曜日です。", encoding="utf-8")
    place = PagePlace(url=PLACE.url, folder=tmp_path)
    reading = read_again(place, (), {})
    assert sorted((each.url, each.path) for each in reading.pages) == [
        (f"{PLACE.url}%E6%89%8B%E7%B6%9A%E3%81%8D/a.html", "手続き/a.html"),
        (f"{PLACE.url}b.md", "b.md"),
    ]
    (tmp_path / "b.md").unlink()
    again = read_again(place, (), {each.url: each for each in reading.pages})
    assert [(each.url, each.key) for each in again.unread] == [(f"{PLACE.url}b.md", "gone_file")]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PagesMissing, match="gone"):
        read_again(PagePlace(url=PLACE.url, folder=tmp_path / "gone"), (), {})


def test_copies_come_back_as_they_were_kept_and_a_damaged_one_is_read_again(tmp_path: Path) -> None:
    other = PageCopy(f"{PLACE.url}b.md", "b.md", "# ごみ", is_markdown=True, etag='"1"', modified="Mon")
    keep_copies(tmp_path, [PAGE, other])
    assert read_copies(tmp_path) == {PAGE.url: PAGE, other.url: other}
    keep_copies(tmp_path, [replace(other, etag='"2"')])
    assert read_copies(tmp_path)[other.url].etag == '"2"'
    for file in tmp_path.iterdir():
        file.write_text(file.read_text(encoding="utf-8")[:20], encoding="utf-8")
    assert read_copies(tmp_path) == {}
