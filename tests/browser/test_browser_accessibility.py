"""What machines can check of WCAG 2.2 AA and JIS X 8341-3: axe, reflow, target sizes, forced colours."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import City, Open

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCENES = ["住民票", "suggested", "handoff_requested", "emergency", "refused_personal_data"]
FRAME = "/widget/v1/frame?site=mihon"
CHATS = ["/s/mihon", FRAME, f"{FRAME}&language=ja-x-easy", f"{FRAME}&language=en"]


def assert_no_violation(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "iframes": False})
    assert found.violations_count == 0, found.generate_report()


def converse(page: Page) -> None:
    for number, text in enumerate(SCENES, start=1):
        page.locator("#text").fill(text)
        page.locator(".composer__send").click()
        expect(page.locator("[data-answer]")).to_have_count(number)
    page.locator("[name=helpful][value=no]").first.click()
    expect(page.locator("fieldset")).to_be_visible()
    page.locator("#text").fill("")
    page.locator(".composer__send").click()
    expect(page.locator("#problem")).not_to_be_empty()


@pytest.mark.parametrize("path", CHATS)
def test_axe_finds_nothing_in_the_chat(open_page: Open, city: City, path: str) -> None:
    page = open_page(f"{city.frame}{path}", 400, 640)
    assert_no_violation(page)
    converse(page)
    assert_no_violation(page)


def test_axe_finds_nothing_in_the_page_of_the_city(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    expect(page.locator(".launcher")).to_be_visible()
    page.route("**/host.css", lambda route: route.fulfill(body="", content_type="text/css"))
    page.reload()
    expect(page.locator(".launcher")).to_be_visible()
    assert_no_violation(page)
    page.locator(".launcher").click()
    expect(page.frame_locator("iframe").locator("#text")).to_be_focused()
    assert_no_violation(page)


def test_axe_finds_nothing_in_the_other_pages(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/nowhere")
    assert_no_violation(page)


@pytest.mark.parametrize("path", CHATS)
def test_at_400_percent_nothing_sticks_and_nothing_scrolls_sideways(open_page: Open, city: City, path: str) -> None:
    page = open_page(f"{city.frame}{path}", 320, 256)
    converse(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") == 320
    assert (
        page.evaluate(
            "[...document.querySelectorAll('*')].filter(e => ['sticky', 'fixed'].includes(getComputedStyle(e).position)).length"
        )
        == 0
    )
    assert page.evaluate("getComputedStyle(document.querySelector('.log')).overflowY") == "visible"
    page.locator(".choice").first.focus()
    box = page.locator(".choice").first.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + min(box["height"], 44) <= 256


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (320, 568)])
def test_targets_are_large_enough_for_a_thumb(open_page: Open, city: City, width: int, height: int) -> None:
    page = open_page(f"{city.frame}{FRAME}&host={city.host}", width, height)
    converse(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select, textarea, .reason, .card a')].filter(each => each.offsetParent)
            .map(each => [each.className, each.getBoundingClientRect()]).filter(([, box]) => box.height < 44 || box.width < 44)
            .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )
    assert small == []
    assert page.evaluate("document.scrollingElement.scrollWidth") == width


def test_forced_colours_keep_every_border(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon", 400, 640, forced_colors="active")
    converse(page)
    for part in (".asked", ".bubble > .prose", ".card", ".choice", ".composer__send", "#text"):
        style = page.locator(part).first.evaluate(
            "e => { const s = getComputedStyle(e); return [s.borderTopWidth, s.borderTopStyle]; }"
        )
        assert style[0] != "0px", part
        assert style[1] == "solid", part


def test_the_focus_is_ringed_in_black_and_yellow(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    page.keyboard.press("Tab")
    ring = page.evaluate("(() => { const s = getComputedStyle(document.activeElement); return [s.outline, s.boxShadow]; })()")
    assert ring == ["rgb(0, 0, 0) solid 4px", "rgb(255, 212, 61) 0px 0px 0px 2px"]


def test_text_grows_with_the_readers_setting(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon", 640, 800, bypass_csp=True)
    page.add_style_tag(content="html { font-size: 200%; }")
    converse(page)
    assert page.locator("#text").evaluate("e => getComputedStyle(e).fontSize") == "32px"
    assert page.evaluate("document.scrollingElement.scrollWidth") == 640


def test_wider_spacing_cuts_nothing_off(open_page: Open, city: City) -> None:
    """WCAG 1.4.12"""
    page = open_page(f"{city.frame}/s/mihon", 400, 640, bypass_csp=True)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
        " p { margin-bottom: 2em !important; }"
    )
    converse(page)
    cut = page.evaluate(
        """() => [...document.querySelectorAll('button, .asked, h1, h2, label')]
            .filter(each => each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"""
    )
    assert cut == []
    assert page.evaluate("document.scrollingElement.scrollWidth") == 400
