"""The checker of messages finds every kind of mistake it is there to find."""

from typing import Any

import pytest

from channels.line import flex
from channels.line.fits import fit_together, fits
from channels.line.flex import Json
from channels.line.postback import Languages
from tests.channels.line.anything import FAMILY

WEB = flex.uri("https://a.example/")
GOOD: Json = flex.flex_message(flex.bubble([flex.Section((flex.text("文"), flex.button("押す", WEB)))]), ["文"])


def of(*components: Json, **block: Any) -> Json:
    return flex.flex_message({"type": "bubble", "body": {**flex.stack(components), **block}}, ["文"])


def pressed(action: Json) -> Json:
    return of(flex.button("押す", action))


def quick(*items: Json) -> Json:
    return {"type": "text", "text": "文", "quickReply": {"items": list(items)}}


WRONG: list[tuple[Json, str]] = [
    ({"type": "text", "text": "あ" * 5_001}, "text: 5001 UTF-16 units"),
    ({"type": "text", "text": "🍎" * 2_501}, "text: 5002 UTF-16 units"),
    ({"type": "text", "text": " \u200b\n"}, "text: nothing to see"),
    ({"type": "text"}, "text: nothing to see"),
    ({"type": "text", "text": "a\ud83d"}, ".text: half a character"),
    ({"type": "video"}, "type: video"),
    (GOOD | {"altText": "あ" * 1_501}, "altText: 1501"),
    (GOOD | {"altText": ""}, "altText: nothing"),
    (GOOD | {"contents": {"type": "bubble"}}, "contents: no block"),
    (GOOD | {"contents": {"type": "bubble", "size": "huge"}}, "contents: no bubble of a known size"),
    (GOOD | {"contents": {"type": "bubble", "body": flex.text("文")}}, "contents.body: no box"),
    (GOOD | {"contents": {"type": "carousel", "contents": []}}, "contents: 0 bubbles"),
    (GOOD | {"contents": flex.carousel([GOOD["contents"]] * 13)}, "contents: 13 bubbles"),
    (GOOD | {"contents": flex.carousel([GOOD["contents"], GOOD["contents"] | {"size": "kilo"}])}, "different widths"),
    (of(flex.text("あ" * 5_000)), "contents: 30"),
    (GOOD | {"contents": flex.carousel([of(flex.text("あ" * 2_500))["contents"]] * 4)}, "contents: 6"),
    (of(), "contents.body.contents: empty"),
    (of(flex.text("文"), layout="diagonal"), "contents.body.layout"),
    (of(flex.text("文"), backgroundColor="white"), "backgroundColor: white is no color"),
    (of({"type": "icon"}), "icon is none we send"),
    (of({"type": "button"}), "a button without an action"),
    (of({"type": "text"}), "either a text or spans"),
    (of({"type": "text", "text": ""}), "text: nothing to see"),
    (of({"type": "text", "contents": []}), "contents: nothing to see"),
    (of({"type": "text", "contents": [{"type": "span", "text": "文"}, {"type": "span"}]}), "no span with a text"),
    (of({"type": "button", "action": WEB}), "label: missing"),
    (of({"type": "button", "action": WEB | {"label": FAMILY * 41}}), "label: 41 characters"),
    (pressed({"type": "postback", "data": "x" * 301, "displayText": "文"}), "data: 301"),
    (pressed({"type": "postback", "data": "x", "displayText": "文" * 301}), "displayText: 301 characters"),
    (pressed({"type": "message", "text": ""}), "text: nothing to see"),
    (pressed({"type": "datetimepicker"}), "datetimepicker is none we send"),
    *(
        (pressed(flex.uri(address)), "uri: no percent-encoded address")
        for address in (
            "",
            "https://a.example/あ",
            "https://a.example/%zz",
            "javascript:x",
            "/x",
            f"https://a.example/{'x' * 983}",
        )
    ),
    (quick(), "quickReply: 0 items"),
    (quick(*[flex.quick_reply("押す", WEB)] * 14), "quickReply: 14 items"),
    (quick({"action": WEB | {"label": "押す"}}), "quickReply[0]: no action"),
    (quick({"type": "action", "action": WEB | {"label": FAMILY * 21}}), "label: 21 characters"),
    (quick({"type": "action", "action": WEB}), "label: missing"),
    (GOOD | {"sender": {"name": "あ" * 21}}, "sender.name: 21"),
    (GOOD | {"sender": {"name": "Line窓口"}}, "sender.name: Line窓口 may not be used"),
    (GOOD | {"sender": {"iconUrl": "http://a.example/x.png"}}, "sender.iconUrl"),
]


@pytest.mark.parametrize(("message", "problem"), WRONG, ids=lambda each: each if isinstance(each, str) else "")
def test_it_finds(message: Json, problem: str) -> None:
    assert [found for found in fits(message) if problem in found]


@pytest.mark.parametrize(
    "message",
    [
        GOOD,
        {"type": "text", "text": "🍎" * 2_500},
        GOOD | {"altText": "あ" * 1_500, "sender": {"name": "あ" * 20, "iconUrl": "https://a.example/x.png"}},
        quick(*[flex.quick_reply(FAMILY * 20, WEB)] * 13),
        pressed(flex.uri("https://a.example/" + "x" * 982)),
        pressed(flex.postback(Languages(), "文" * 300) or {}),
        pressed(flex.uri("tel:119")),
    ],
)
def test_it_lets_pass_what_just_fits(message: Json) -> None:
    assert fits(message) == []


def test_it_looks_at_the_messages_of_a_reply_together() -> None:
    assert fit_together([GOOD] * 5) == []
    assert fit_together([]) == ["0 messages, 1 to 5 can be sent"]
    assert fit_together([GOOD] * 6) == ["6 messages, 1 to 5 can be sent"]
    assert fit_together([quick(flex.quick_reply("押す", WEB)), GOOD]) == ["message 0: quick replies are shown on the last only"]
    assert fit_together([GOOD, {"type": "text", "text": ""}]) == ["message 1 text: nothing to see"]
    assert "the request is too large" in fit_together([GOOD | {"altText": "あ" * 400_000}])
