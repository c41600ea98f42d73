"""The reports as people open them: axe, phones, 400 % zoom, paper."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals import report
from evals.night import Decision, NightState
from evals.report_month import month_of
from tests.browser.conftest import Open
from tests.browser.test_browser_accessibility import assert_no_violation
from tests.evals.nights import QUESTIONS, empty_night, full_night, nights_before

pytestmark = pytest.mark.browser

LONG = "とても長い質問" * 60 + "A" * 300
NAMES = ("promoted", "refused", "long", "empty", "abandoned", "month")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    night = full_night()
    before = nights_before(14, night)
    report.write(folder / "promoted.html", night, before, QUESTIONS)
    report.write(folder / "refused.html", replace(night, decision=Decision.REFUSED), before, QUESTIONS)
    report.write(folder / "long.html", full_night(LONG), before, QUESTIONS)
    report.write(folder / "empty.html", empty_night(), [])
    report.write(folder / "abandoned.html", replace(empty_night(), state=NightState.ABANDONED), before)
    report.write_month(folder / "month.html", month_of([*before, night], date(2026, 11, 1)), QUESTIONS)
    return folder


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_in_a_report(open_page: Open, reports: Path, name: str, width: int) -> None:
    page = open_page(f"file://{reports / name}.html", width, 800)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert_no_violation(page)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [1280, 360, 320])
def test_a_report_never_scrolls_sideways(open_page: Open, reports: Path, name: str, width: int) -> None:
    page = open_page(f"file://{reports / name}.html", width, 800)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.scrollingElement.scrollWidth") == width
    wider = (
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText.slice(0, 40))"
    )
    assert page.evaluate(wider) == []


def test_letters_in_drawings_can_be_read_on_a_phone(open_page: Open, reports: Path) -> None:
    page = open_page(f"file://{reports / 'promoted.html'}", 360, 800)
    heights = page.evaluate("[...document.querySelectorAll('figure svg text')].map(e => e.getBoundingClientRect().height)")
    assert heights
    assert min(heights) >= 11


def test_drawings_stay_inside_their_frame(open_page: Open, reports: Path) -> None:
    page = open_page(f"file://{reports / 'promoted.html'}", 1280, 800)
    outside = page.evaluate(
        """[...document.querySelectorAll('figure svg text')].filter(each => {
            const [word, frame] = [each, each.ownerSVGElement].map(e => e.getBoundingClientRect());
            return word.left < frame.left - 1 || word.right > frame.right + 1
                || word.top < frame.top - 1 || word.bottom > frame.bottom + 1;
        }).map(each => each.textContent)"""
    )
    assert outside == []


def test_a_report_asks_for_nothing(open_page: Open, reports: Path) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{reports / 'promoted.html'}")
    assert asked == [f"file://{reports / 'promoted.html'}"]


@pytest.mark.parametrize("name", NAMES)
def test_on_paper_nothing_is_cut_off(open_page: Open, reports: Path, name: str) -> None:
    page = open_page(f"file://{reports / name}.html", 673, 980)
    page.emulate_media(media="print")
    assert page.evaluate("document.scrollingElement.scrollWidth") == 673
    assert page.evaluate("getComputedStyle(document.querySelector('.contents')).display") == "none"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
