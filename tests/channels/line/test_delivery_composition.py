"""News is read from YAML, made into LINE messages, and what is wrong is told in one sentence each."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from channels.line.delivery.audience import Audience
from channels.line.delivery.composition import Composition
from channels.line.delivery.preview import preview
from channels.line.delivery.read import read_composition
from channels.line.fits import fit_together
from channels.line.postback import Choose, Register, Step
from channels.line.segments.questionnaire import Questionnaire
from channels.line.segments.read import read_questionnaire
from tests.channels.line.sdk import accepts
from tests.channels.line.seen import addresses, postbacks, texts

HERE = files("channels.line.delivery")
SAMPLE = Path(str(HERE.joinpath("sample.yaml")))
TEXT: dict[str, Any] = {"text": "ごみの日が変わります。"}
IMAGE: dict[str, Any] = {"image": "https://www.city.mihon.example.jp/掲示.png"}
NEWS: dict[str, Any] = {"title": "ごみ", "to": {"area": ["north"]}, "messages": [TEXT]}


@pytest.fixture(scope="module")
def asked() -> Questionnaire:
    found, _ = read_questionnaire(Path(str(files("channels.line.segments").joinpath("sample.yaml"))))
    assert found is not None
    return found


def read(value: object, folder: Path, asked: Questionnaire | None) -> tuple[Composition | None, tuple[str, ...]]:
    path = folder / "news.yaml"
    path.write_text(value if isinstance(value, str) else yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    return read_composition(path, asked)


def good(value: object, folder: Path, asked: Questionnaire | None) -> Composition:
    found, problems = read(value, folder, asked)
    assert problems == ()
    assert found is not None
    assert fit_together(found.messages) == []
    assert all(accepts(message) for message in found.messages)
    return found


def test_the_sample_is_news_for_some(asked: Questionnaire) -> None:
    found, problems = read_composition(SAMPLE, asked)
    assert problems == ()
    assert found is not None
    assert found.audience == Audience({"waste": ("mon-thu",), "interests": ("waste",)})
    assert found.urgent is False
    assert texts(found.messages)[1:] == ["ごみの収集日を見る", "市のページを開く"]
    assert addresses(list(found.messages)) == ["https://www.city.mihon.example.jp/kankyo/gomi/shushubi.html"]
    assert postbacks(list(found.messages)) == [Choose("waste-days", "ごみの収集日を見る"), Register(Step.SETTINGS)]
    assert found.messages[0]["sender"] == {"name": "環境課"}
    assert fit_together(found.messages) == []


def test_a_text_alone_comes_from_the_account_itself(tmp_path: Path, asked: Questionnaire) -> None:
    (message,) = good(NEWS, tmp_path, asked).messages
    assert (message["type"], message["text"]) == ("text", TEXT["text"])
    assert "sender" not in message


def test_an_image_has_an_address_that_line_takes(tmp_path: Path, asked: Questionnaire) -> None:
    preview = {"preview": "https://www.city.mihon.example.jp/small.png"}
    text, image, other = good(NEWS | {"messages": [TEXT, IMAGE, IMAGE | preview]}, tmp_path, asked).messages
    address = "https://www.city.mihon.example.jp/%E6%8E%B2%E7%A4%BA.png"
    assert (image["originalContentUrl"], image["previewImageUrl"]) == (address, address)
    assert other["previewImageUrl"] == preview["preview"]
    assert "quickReply" in other
    assert "quickReply" not in text


@pytest.mark.parametrize(("language", "label"), [("ja", "設定を変える"), ("en", "Change my settings")])
def test_everybody_is_offered_to_change_what_they_are_told(
    tmp_path: Path, asked: Questionnaire, language: str, label: str
) -> None:
    (message,) = good(NEWS | {"language": language}, tmp_path, asked).messages
    assert [item["action"]["label"] for item in message["quickReply"]["items"]] == [label]


@pytest.mark.parametrize(
    ("to", "audience"),
    [
        ("registered", Audience()),
        ({"language": ["en", "ja-x-easy"]}, Audience({"language": ("en", "ja-x-easy")})),
        ({"area": ["south", "north", "south"], "age": ["75"]}, Audience({"area": ("north", "south"), "age": ("75",)})),
    ],
)
def test_the_audience_is_read(tmp_path: Path, asked: Questionnaire, to: object, audience: Audience) -> None:
    assert good(NEWS | {"to": to}, tmp_path, asked).audience == audience


def test_what_is_urgent_may_go_to_everyone_even_where_nothing_is_asked(tmp_path: Path) -> None:
    found = good(NEWS | {"to": "everyone", "urgent": True}, tmp_path, None)
    assert (found.audience, found.urgent) == (Audience(everyone=True), True)


def saying(**message: object) -> dict[str, Any]:
    return NEWS | {"messages": [message]}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("title: [", "1行目のあたり"),
        ([], "書ける名前は title、to、"),
        (NEWS | {"title": " "}, "title に文字を"),
        (NEWS | {"too": 1}, "「too」という名前はありません"),
        ({"title": "ごみ", "messages": [TEXT]}, "to に、送る相手を書いてください"),
        (NEWS | {"to": {}}, "to に、送る相手を書いてください"),
        (NEWS | {"to": ["north"]}, "to に、送る相手を書いてください"),
        (NEWS | {"to": "everyone"}, "緊急のお知らせ（urgent: true）だけ"),
        (NEWS | {"to": {"town": ["north"]}}, "質問「town」はありません。使えるのは area、age、"),
        (NEWS | {"to": {"area": ["moon"]}}, "to の area: 選択肢「moon」はありません。使えるのは north、south、outside です"),
        (NEWS | {"to": {"area": "north"}}, "to の area: to に、1〜60個"),
        (NEWS | {"to": {"language": ["xx"]}}, "選択肢「xx」はありません。使えるのは en、ja、ja-x-easy です"),
        (NEWS | {"urgent": "yes"}, "urgent は true か false"),
        (NEWS | {"language": "xx"}, "language の言語「xx」は使えません"),
        (NEWS | {"sender": "みほん市LINE"}, "LINE という文字は入れられません"),
        (NEWS | {"sender": "あ" * 21}, "（21文字、20文字まで）"),
        (NEWS | {"messages": []}, "messages に、1〜5個"),
        (NEWS | {"messages": [TEXT] * 6}, "1〜5個"),
        (NEWS | {"messages": [IMAGE]}, "画像だけでは"),
        (saying(), "どちらか一方を書いてください"),
        (saying(**TEXT, **IMAGE), "どちらか一方を書いてください"),
        (saying(**IMAGE, buttons=[]), "どちらか一方を書いてください"),
        (saying(text="🍎" * 2_501), "1番目のメッセージ: text「🍎"),
        (saying(text="あ" * 2_001, buttons=[{"label": "開く", "open": "https://a.example/"}]), "2000文字まで"),
        (saying(text="あ", buttons=[{"label": "開く", "open": "http://a.example/"}]), "1番目のボタン: open「http://a.example/」"),
        (saying(text="あ", buttons=[{"label": "開く"}]), "open、call、ask、entry のうち一つだけ"),
        (saying(text="あ", buttons=[{"label": "", "call": "119"}]), "label に文字を"),
        (saying(text="あ", buttons=[{"label": "電話", "call": "119"}] * 5), "buttons に、1〜4個"),
        ({**NEWS, "messages": [TEXT, {"image": "http://a.example/a.png"}]}, "image「http://a.example/a.png」は使えません"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, asked: Questionnaire, value: object, told: str) -> None:
    found, problems = read(value, tmp_path, asked)
    assert found is None
    assert [problem for problem in problems if told in problem], problems


def test_where_nothing_is_asked_nobody_can_be_chosen(tmp_path: Path) -> None:
    _, problems = read(NEWS, tmp_path, None)
    assert "質問「area」はありません" in problems[0]


def test_the_longest_of_everything_can_be_sent(tmp_path: Path, asked: Questionnaire) -> None:
    button = {"label": "あ" * 40, "open": "https://a.example/" + "x" * 980}
    long = {"text": "あ" * 2_000, "buttons": [button] * 4}
    good(NEWS | {"messages": [long, {"text": "あ" * 5_000}, long, IMAGE, long]}, tmp_path, asked)


def test_who_approves_reads_every_word_and_where_every_button_leads(tmp_path: Path, asked: Questionnaire) -> None:
    small = "https://www.city.mihon.example.jp/small.png"
    buttons = [
        {"label": "見る", "entry": "waste-days"},
        {"label": "開く", "open": "https://www.city.mihon.example.jp/gomi.html"},
        {"label": "電話", "call": "0999-00-1000"},
        {"label": "聞く", "ask": "粗大ごみ"},
    ]
    written = {"text": "一行目\n二行目", "buttons": buttons}
    news = good(NEWS | {"sender": "環境課", "messages": [written, TEXT, IMAGE | {"preview": small}]}, tmp_path, asked)
    shown = [preview(each) for each in news.messages]
    assert shown[0] == [
        "（送り主: 環境課）",
        "一行目",
        "二行目",
        "［見る］→ 項目 waste-days の答えが出ます",
        "［開く］→ https://www.city.mihon.example.jp/gomi.html",
        "［電話］→ tel:0999001000",
        "［聞く］→ 「粗大ごみ」と質問します",
    ]
    assert shown[1][1:] == [TEXT["text"]]
    assert [small in line for line in shown[2]] == [False, False, True]
