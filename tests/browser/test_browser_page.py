"""The chat itself, as a page: typing, sending, failing and mending, with JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect

from channels.feedback import Feedback, Reason
from tests.browser.conftest import City, Open
from tests.channels.web.fake_desk import CONVERSATION, MIHON

pytestmark = pytest.mark.browser


def ask(page: Page, text: str) -> None:
    """Send a question, once the one before has come back."""
    expect(page.locator(".composer__send")).not_to_have_attribute("aria-disabled", "true")
    page.locator("#text").fill(text)
    page.locator(".composer__send").click()


def test_without_javascript_it_is_a_page_with_forms(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon", java_script_enabled=False)
    ask(page, "suggested")
    expect(page).to_have_title("近い質問の候補 | みほん市 チャット窓口")
    page.locator("[data-answer] .choice").nth(1).click()
    expect(page.locator(".card__question")).to_be_visible()
    page.locator("[name=helpful][value=no]").click()
    page.locator("[value=unclear]").check()
    page.get_by_role("button", name="理由を送る").click()
    expect(page.locator(".feedback__thanks")).to_be_visible()
    page.locator("#language").select_option("en")
    page.locator(".language__change").click()
    expect(page.locator("h1")).to_have_text("Mihon City chat desk")
    assert [question.conversation for question in city.desk.questions] == [None, CONVERSATION]
    assert city.desk.feedback[-1] == Feedback(MIHON.id, "q_2", False, Reason.UNCLEAR)


def test_enter_sends_and_shift_enter_breaks_the_line(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    page.locator("#text").press_sequentially("住民票")
    page.locator("#text").press("Shift+Enter")
    page.locator("#text").press_sequentially("いくら")
    page.locator("#text").press("Enter")
    expect(page.locator("[data-answer]")).to_be_visible()
    assert [question.text for question in city.desk.questions] == ["住民票\nいくら"]


def test_enter_that_ends_a_conversion_does_not_send(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    page.locator("#text").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "じゅうみんひょう", "selectionStart": 8, "selectionEnd": 8})
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 13})
    keyboard.send("Input.insertText", {"text": "住民票"})
    # Safari ends the composition first and reports the key afterwards, with code 229.
    page.locator("#text").evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))"
    )
    assert city.desk.questions == []
    page.keyboard.press("Enter")
    expect(page.locator("[data-answer]")).to_be_visible()
    assert [question.text for question in city.desk.questions] == ["住民票"]


def test_it_counts_down_and_says_how_much_is_too_much(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    expect(page.locator("#count")).to_have_text("300文字まで")
    page.locator("#text").fill("😀" * 290)
    expect(page.locator("#count")).to_have_text("あと10文字")
    expect(page.get_by_role("status")).to_have_text("あと10文字")
    page.locator("#text").fill("あ" * 305)
    expect(page.locator("#count")).to_have_text("5文字多いです")
    page.locator("#text").press("Enter")
    expect(page.locator("#problem")).to_have_text("質問が長すぎます。5文字減らしてください")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_attribute("aria-invalid", "true")
    assert city.desk.questions == []


def test_an_empty_question_is_pointed_out_where_it_is_typed(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    ask(page, "  \n")
    expect(page.locator("#problem")).to_have_text("質問を入力してください")
    expect(page.locator("#text")).to_be_focused()
    assert city.desk.questions == []


def test_only_new_items_enter_the_log(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    ask(page, "住民票")
    expect(page.locator("[data-answer]")).to_have_count(1)
    page.evaluate(
        """() => { window.added = []; new MutationObserver((changes) => {
            for (const change of changes) for (const node of change.addedNodes) window.added.push(node.className ?? "text");
        }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true }); }"""
    )
    ask(page, "suggested")
    expect(page.locator("[data-answer]")).to_have_count(2)
    assert page.evaluate("window.added") == ["turn turn--you", "turn turn--desk"]
    assert page.locator("[role=log]").get_attribute("aria-label") == "質問と回答"
    assert page.locator("[role=log] .feedback").get_attribute("aria-live") == "off"


def test_a_second_press_while_sending_asks_once(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    page.locator("#text").fill("住民票")
    page.evaluate("() => { const button = document.querySelector('.composer__send'); button.click(); button.click(); }")
    expect(page.locator(".composer__send")).not_to_have_attribute("aria-disabled", "true")
    expect(page.locator("[data-answer]")).to_have_count(1)
    assert len(city.desk.questions) == 1


def test_a_refused_text_can_be_mended(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    ask(page, "refused_personal_data")
    expect(page.locator(".badge")).to_contain_text("個人情報は受け付けていません")
    expect(page.locator("#text")).to_have_value("refused_personal_data")


def test_a_lost_connection_keeps_the_text_and_offers_to_retry(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    page.route("**/widget/v1/turn?*", lambda route: route.abort())
    ask(page, "住民票はどこで")
    expect(page.get_by_role("alert").filter(has_text="送信できませんでした")).to_be_visible()
    expect(page.locator("#text")).to_have_value("住民票はどこで")
    expect(page.locator(".asked")).to_have_count(0)
    page.unroute("**/widget/v1/turn?*")
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.locator("[data-answer]")).to_have_count(1)
    expect(page.locator(".failure")).to_be_hidden()


def test_a_lost_choice_is_asked_again(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    page.route("**/widget/v1/turn?*", lambda route: route.fulfill(status=502, content_type="text/html", body="<p>Bad gateway"))
    page.locator(".choice").first.click()
    expect(page.locator(".failure")).to_be_visible()
    page.unroute("**/widget/v1/turn?*")
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.locator("[data-answer]")).to_have_count(1)
    assert city.desk.questions[0].choice == "moving-in"


def test_being_offline_is_said_in_so_many_words(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    page.context.set_offline(True)
    ask(page, "住民票")
    expect(page.locator(".failure")).to_contain_text("インターネットにつながっていません")
    page.context.set_offline(False)
    expect(page.locator(".failure")).to_be_hidden()


def test_an_answer_that_never_comes_is_given_up(open_page: Open, city: City) -> None:
    page = open_page("about:blank")
    page.add_init_script("const wait = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = () => wait(600);")
    page.goto(f"{city.frame}/s/mihon")
    page.route("**/widget/v1/turn?*", lambda _: None)
    ask(page, "住民票")
    expect(page.locator(".failure")).to_contain_text("時間内に回答が届きませんでした")
    expect(page.locator(".pending")).to_have_count(0)


def test_a_refusal_of_the_server_is_shown_in_its_own_words(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    busy = {"error": {"code": "TooManyQuestions", "message": "少し待ってください。"}}
    page.route("**/widget/v1/turn?*", lambda route: route.fulfill(status=429, json=busy))
    ask(page, "住民票")
    expect(page.locator(".failure")).to_contain_text("少し待ってください。")


@pytest.mark.parametrize("start", ["/s/mihon", "/widget/v1/frame?site=mihon"])
def test_an_unexpected_reply_falls_back_to_an_ordinary_form(open_page: Open, city: City, start: str) -> None:
    page = open_page(f"{city.frame}{start}")
    page.route(
        "**/widget/v1/turn?*", lambda route: route.fulfill(content_type="text/html", body="<p>Please log in to the network")
    )
    ask(page, "住民票はどこで")
    expect(page).to_have_title("回答 | みほん市 チャット窓口")
    expect(page.locator(".asked")).to_have_text("住民票はどこで")
    expect(page.locator(".card")).to_be_visible()
    page.unroute("**/widget/v1/turn?*")
    ask(page, "転入届")
    expect(page.locator("[data-answer]")).to_have_count(2)
    assert city.desk.questions[-1].conversation == CONVERSATION


def test_a_choice_falls_back_to_an_ordinary_form_too(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon?language=en")
    page.route("**/widget/v1/turn?*", lambda route: route.fulfill(content_type="text/html", body="?"))
    page.locator(".choice").first.click()
    expect(page.locator("[data-answer]")).to_be_visible()
    assert [(each.choice, each.language) for each in city.desk.questions] == [("moving-in", "en")]


def test_hostile_texts_run_nowhere(open_page: Open, city: City) -> None:
    page = open_page(f"{city.frame}/s/mihon")
    ask(page, "hostile")
    expect(page.locator("[data-answer]")).to_be_visible()
    ask(page, "<img src=x onerror=alert(1)>")
    expect(page.locator(".asked").last).to_have_text("<img src=x onerror=alert(1)>")
    assert page.title() == "みほん市 チャット窓口"
    assert page.locator("img, .turns script").count() == 0
