"""The widget on a page of the city: another origin, a strict policy, a hostile style sheet."""

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from channels.feedback import Feedback, Reason
from tests.browser.conftest import City, Open
from tests.channels.web.fake_desk import CONVERSATION, MIHON

pytestmark = pytest.mark.browser

# A frame on a foreign page may not even look at its storage, depending on the browser; then it can keep nothing there.
KEPT = "() => { try { return localStorage.length + sessionStorage.length + document.cookie.length; } catch { return 0; } }"


def opened(page: Page) -> FrameLocator:
    page.locator(".launcher").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("#text")).to_be_focused()
    return frame


def ask(frame: FrameLocator, text: str) -> None:
    """Send a question, and wait until its own answer stands there and the next can be sent."""
    answers = frame.locator("[data-answer]")
    before = answers.count()
    frame.locator("#text").fill(text)
    frame.locator("#text").press("Enter")
    expect(answers).to_have_count(before + 1)
    expect(frame.locator("[aria-disabled=true]")).to_have_count(0)


def test_only_the_launcher_is_loaded_before_it_is_opened(open_page: Open, city: City) -> None:
    page = open_page("about:blank")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.removeprefix(city.frame)))
    page.goto(f"{city.host}/host")
    expect(page.locator(".launcher")).to_be_visible()
    assert [url for url in loaded if url.startswith("/") and not url.endswith("icon.svg")] == ["/widget/v1/loader.js"]


def test_it_looks_the_same_under_any_style_sheet(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    launcher = page.locator(".launcher").bounding_box()
    opened(page)
    panel = page.locator(".panel").bounding_box()
    assert launcher is not None
    assert launcher["height"] >= 56
    assert panel == {"x": 1280 - 400 - 16, "y": 800 - 640 - 16, "width": 400, "height": 640}
    assert page.locator(".launcher").evaluate("button => getComputedStyle(button).fontSize") == "16px"


def test_a_question_is_answered_in_the_panel(open_page: Open, city: City) -> None:
    frame = opened(open_page(f"{city.host}/host"))
    ask(frame, "住民票はどこで")
    expect(frame.locator(".card__question")).to_have_text("住民票の写しはどこで、いくらで取れますか")
    expect(frame.get_by_role("link", name="市のページで確認")).to_have_attribute("target", "_blank")
    expect(frame.locator(".facts")).to_contain_text("2026年10月7日")
    expect(frame.locator("#text")).to_have_value("")
    expect(frame.locator("#text")).to_be_focused()


def test_the_conversation_lives_in_memory_alone(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    frame = opened(page)
    ask(frame, "住民票")
    ask(frame, "転入届")
    assert [question.conversation for question in city.desk.questions] == [None, CONVERSATION]
    assert open_page(f"{city.frame}/widget/v1/icon.svg").evaluate(KEPT) == 0
    assert frame.locator("body").evaluate(KEPT) == 0
    assert CONVERSATION not in "".join(each.url for each in page.frames)
    assert page.context.cookies() == []


def test_a_suggestion_is_asked_by_pressing_it(open_page: Open, city: City) -> None:
    frame = opened(open_page(f"{city.host}/host"))
    ask(frame, "suggested")
    frame.locator("[data-answer] .choice").nth(1).click()
    expect(frame.locator(".asked").last).to_have_text("住民票の写しはどこで、いくらで取れますか")
    expect(frame.locator("[data-answer]")).to_have_count(2)
    assert city.desk.questions[1].choice == "juminhyo-copy"
    assert city.desk.questions[1].conversation == CONVERSATION


def test_feedback_asks_why_and_keeps_the_focus_with_the_reader(open_page: Open, city: City) -> None:
    frame = opened(open_page(f"{city.host}/host"))
    ask(frame, "住民票")
    frame.get_by_role("button", name="役に立たなかった").click()
    expect(frame.locator("legend")).to_be_focused()
    frame.get_by_label("情報が古い・間違っている").check()
    frame.get_by_label("よろしければ").fill("手数料が違う")
    frame.get_by_role("button", name="理由を送る").click()
    expect(frame.locator(".feedback__thanks")).to_be_focused()
    assert city.desk.feedback == [
        Feedback(MIHON.id, "q_1", False),
        Feedback(MIHON.id, "q_1", False, Reason.OUTDATED, "手数料が違う"),
    ]


def test_it_can_be_used_by_keyboard_alone(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    page.locator("#link").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".launcher")).to_be_focused()
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#text")).to_be_focused()
    page.keyboard.type("suggested")
    page.keyboard.press("Enter")
    expect(frame.locator("[data-answer] .choice")).to_have_count(3)
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    expect(frame.locator("[data-answer] .choice").first).to_be_focused()
    page.keyboard.press("Space")
    expect(frame.locator("[data-answer]")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(page.locator(".launcher")).to_be_focused()


def test_closing_returns_to_the_launcher_and_keeps_the_conversation(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    frame = opened(page)
    ask(frame, "住民票")
    frame.get_by_role("button", name="閉じる").click()
    expect(page.locator(".launcher")).to_be_focused()
    expect(opened(page).locator("[data-answer]")).to_have_count(1)


def test_an_answer_that_comes_after_closing_is_announced_on_the_launcher(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    held: list[Route] = []
    page.context.route("**/widget/v1/turn?*", lambda route: held.append(route))  # noqa: PLW0108 - it marks what it calls
    frame = opened(page)
    frame.locator("#text").fill("住民票")
    with page.expect_request("**/widget/v1/turn?*"):
        frame.locator("#text").press("Enter")
    expect(frame.locator(".pending")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".launcher")).to_be_focused()
    held[0].continue_()
    expect(page.get_by_role("button", name="新しい回答があります")).to_be_visible()
    expect(opened(page).locator("[data-answer]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="チャットで質問", exact=True)).to_be_visible()


def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host", 390, 844, has_touch=True, is_mobile=True)
    page.locator(".launcher").tap()
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_be_focused()
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    expect(page.locator(".panel")).to_have_attribute("aria-modal", "true")
    page.locator("#link").evaluate("link => link.focus()")
    assert page.evaluate("document.activeElement.localName") == "madoguchi-chat"


def test_it_closes_even_when_the_frame_never_comes(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    page.context.route("**/widget/v1/frame?*", lambda route: route.abort())
    page.locator(".launcher").click()
    page.locator(".panel .close").click()
    expect(page.locator(".launcher")).to_be_focused()


def test_messages_of_others_do_nothing(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    frame = opened(page)
    for forged in ("{madoguchi: 'close'}", "{madoguchi: 'constructor'}", "null", "'close'", "{madoguchi: ['close']}"):
        page.evaluate(f"window.postMessage({forged}, '*')")
        frame.locator("body").evaluate(f"() => window.postMessage({forged}, '*')")
    frame.locator("body").evaluate("() => parent.postMessage({madoguchi: 'language', language: '__proto__'}, '*')")
    ask(frame, "住民票")
    expect(page.locator(".panel")).to_be_visible()


def test_a_page_that_is_not_the_citys_cannot_frame_it(open_page: Open, city: City) -> None:
    page = open_page("about:blank")
    page.set_content(
        f'<iframe src="{city.frame}/widget/v1/frame?site=mihon"></iframe><iframe src="{city.frame}/s/mihon"></iframe>'
    )
    assert [frame.locator(".composer").count() for frame in page.frames] == [0, 0, 0]
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"] * 2


def test_a_language_changes_every_word_and_the_launcher_too(open_page: Open, city: City) -> None:
    page = open_page(f"{city.host}/host")
    frame = opened(page)
    frame.locator("#language").select_option("en")
    expect(frame.locator("h1")).to_have_text("Mihon City chat desk")
    expect(frame.locator("[data-welcome]")).to_contain_text("Hello.")
    expect(frame.get_by_role("log", name="Questions and answers")).to_be_visible()
    assert frame.locator("html").get_attribute("lang") == "en"
    ask(frame, "juminhyo")
    expect(frame.locator(".card__question")).to_contain_text("certificate of residence")
    frame.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Ask in the chat")).to_be_focused()


def test_easy_japanese_carries_its_readings_above_the_words(open_page: Open, city: City) -> None:
    frame = opened(open_page(f"{city.host}/host"))
    frame.locator("#language").select_option("ja-x-easy")
    expect(frame.locator(".composer__send ruby")).to_have_text("送（おく）")
    expect(frame.get_by_role("button", name="閉（と）じる")).to_be_visible()
    assert frame.locator("html").get_attribute("lang") == "ja"
