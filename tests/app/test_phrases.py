"""The lists of words that a question is recognised by hold together, and with the tokenizer."""

from collections import Counter
from pathlib import Path

import pytest

from app.answering.draft import Draft, Memory
from app.answering.phrases import bare, phrases
from app.answering.steps.emergency import ACUTE, listed, point_to_help
from app.answering.steps.retrieve import is_about_something_said_before
from app.commands.demo import sheets
from app.records.masking import mask
from indexer.text import normalise
from indexer.words import Tokenizer, stop_words
from knowledge.entry import Entry, Kind
from knowledge.sentences import say
from knowledge.urgency_sheet import Urgency
from tests.app.seed import SEED
from tests.app.small_city import HOLIDAY, SITE
from tests.assured import ear

EMERGENCIES = tuple(phrases("emergency"))
LISTS = {
    "aspect": phrases("aspect")["words"],
    **{kind: phrases("talk")[kind] for kind in ("greeting", "thanks", "person")},
    **{f"{kind}.{part}": phrases("emergency")[kind][part] for kind in EMERGENCIES for part in ("phrases", "calm")},
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_each_phrase_once_and_as_it_is_compared(name: str) -> None:
    words = LISTS[name]
    assert [word for word, times in Counter(words).items() if times > 1] == []
    assert [word for word in words if word != normalise(word).lower() or not word] == []


@pytest.mark.parametrize("name", [name for name in LISTS if name == "person" or "." in name])
def test_no_phrase_that_is_looked_for_inside_a_text_contains_another(name: str) -> None:
    assert [(one, other) for one in LISTS[name] for other in LISTS[name] if one != other and one in other] == []


@pytest.mark.parametrize("name", ["greeting", "thanks"])
def test_no_two_phrases_that_a_whole_text_is_compared_with_are_the_same_bare(name: str) -> None:
    assert len({bare(word) for word in LISTS[name]}) == len(LISTS[name])


def test_a_text_is_either_a_greeting_or_thanks() -> None:
    assert not {bare(word) for word in LISTS["greeting"]} & {bare(word) for word in LISTS["thanks"]}


@pytest.mark.parametrize(
    ("text", "expected"), [("こんにちは！！", "こんにちは"), ("Thank you~", "thankyou"), ("🎉", ""), ("もしもしー", "もしもし")]
)
def test_bare_leaves_letters_and_digits(text: str, expected: str) -> None:
    assert bare(text) == expected


ONLY_IN_CONTEXT = ["お金かかる？", "タダ？", "いつ？", "何時までですか", "身分証は？", "何歳から？", "続きは？"]
"""MeCab cuts these words differently when they stand alone."""


def test_every_aspect_word_is_one_that_the_tokenizer_finds() -> None:
    tokenizer = Tokenizer()
    found = {word for question in (*LISTS["aspect"], *ONLY_IN_CONTEXT) for word in tokenizer.words(question)}
    assert [word for word in LISTS["aspect"] if word not in found] == []
    assert not stop_words() & set(LISTS["aspect"])


FOLLOW_UPS = Path(__file__).with_name("follow_ups.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "question", [*FOLLOW_UPS, "How much is it?", "Where do I go?", "What should I bring?", "Until when?", "!?"]
)
def test_a_follow_up_is_recognised(question: str) -> None:
    assert is_about_something_said_before(tuple(Tokenizer().words(question)))


@pytest.mark.parametrize(
    "question",
    ["住民票の料金", "住民票", "粗大ごみ 申し込み", "税金の支払い", "asdf", "保育園の申込書", "印鑑登録", "図書館の開館時間"],
)
def test_a_question_with_a_subject_is_no_follow_up(question: str) -> None:
    assert not is_about_something_said_before(tuple(Tokenizer().words(question)))


def kind_of(text: str) -> str | None:
    draft = Draft(SITE, mask(text).text, "ja", HOLIDAY, Memory("token"))
    answer = point_to_help(ear().hear)(draft)
    return next((kind for kind in EMERGENCIES if answer and answer.message == say("app", f"answers.emergency_{kind}")), None)


@pytest.mark.parametrize("kind", EMERGENCIES)
def test_every_phrase_of_an_emergency_points_to_help(kind: str) -> None:
    for phrase in LISTS[f"{kind}.phrases"]:
        assert False in listed(f"たった今、{phrase}").values()


def test_the_lists_and_the_sheets_know_the_same_kinds_of_emergency() -> None:
    assert set(EMERGENCIES) == set(Urgency) - {Urgency.CALM}


@pytest.mark.parametrize("kind", EMERGENCIES)
def test_every_emergency_has_its_sentence_and_a_place_in_the_two_families(kind: str) -> None:
    assert say("app", f"answers.emergency_{kind}")
    assert set(EMERGENCIES) > ACUTE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ご飯を食べた後、息をしていない", "fire_or_ambulance"),
        ("転んで頭を打ったあと、意識がないです", "fire_or_ambulance"),
        ("父が倒れています。こんなときどうすればいい", "fire_or_ambulance"),
        ("家が燃えています、こういう場合どこに電話", "fire_or_ambulance"),
        ("襲われた後、逃げてきました", "crime_or_accident"),
        ("夫から暴力を受けています。避難の計画を立てたい", "violence"),
        ("ＤＶされています", "violence"),
        ("My house is on FIRE", "fire_or_ambulance"),
        ("包丁で切って血が止まりません", "fire_or_ambulance"),
        ("蜂に刺されて息ができない", "fire_or_ambulance"),
        ("きゅうきゅうしゃ よんで", "fire_or_ambulance"),
        ("さっき車にはねられた人がいる", "crime_or_accident"),
        ("お父さんに殴られて家に帰れない", "child"),
    ],
)
def test_who_needs_help_now_is_not_taken_for_calm(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("居間の壁が真っ赤に燃え広がっています", "fire_or_ambulance"),
        ("おとうさんが いきを してないよ", "fire_or_ambulance"),
        ("スズメバチにやられて息苦しい", "fire_or_ambulance"),
        ("刃物をもった人が店で暴れとる", "crime_or_accident"),
        ("おじいちゃんが出かけたきり見つかりません", "crime_or_accident"),
        ("もう いきるのが つらくて しにたくて たまらない", "life"),
        ("ぱぱが まいにち たたく こわい", "child"),
        ("主人が殴りかかってきて怖くて逃げたい", "violence"),
    ],
)
def test_an_emergency_in_words_that_are_on_no_list_points_to_help(text: str, kind: str) -> None:
    assert not listed(text)
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("鳥居の前で人が倒れています", "fire_or_ambulance"),
        ("鳥取駅前で人が刺された", "crime_or_accident"),
        ("鳥取から来た母が意識がありません", "fire_or_ambulance"),
        ("母が倒れて意識がない。救急車の費用が払えない", "fire_or_ambulance"),
        ("夫に殴られた。保険証を取り上げられた", "violence"),
    ],
)
def test_a_listed_word_of_calm_does_not_silence_who_needs_help(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "火事のあとの罹災証明",
        "火事で家が焼けた後の手続き",
        "救急車を呼んだときの費用",
        "救急車を呼ぶほどか分からない",
        "火事です、のチラシの消防訓練はいつ",
        "火災保険の申請",
        "猫が車にひかれて死んでいます",
        "空き家に泥棒が入らないように",
        "ひったくりの件数",
        "強盗の防犯対策",
        "自殺対策計画",
        "自殺したい人の統計",
        "DVを受けた人の講座",
        "犬が虐待されている",
        "児童虐待防止計画",
        "消防署の電話番号",
        "AEDはどこにありますか",
        "肺炎が心配なので予防接種を受けたい",
        "押し入れの布団を捨てたい",
        "公園にハチの巣があって刺されたら困る",
        "玄関の鍵は強盗を防ぐ物に替えると補助が出ますか",
        "道の看板が倒れている",
        "下敷きは何ごみ",
        "住民票がほしい",
    ],
)
def test_a_calm_question_is_no_emergency(text: str) -> None:
    assert kind_of(text) is None


SPOKEN_IN_NEED = {"children-gyakutai", "consultation-dv", "disaster-call119", "health-mental-health"}
"""Entries of the sample city whose wordings are cries for help, so that help is the better answer."""


MOST_ALARMS = 0.01
"""Share of the sample city's wordings that may sound like an emergency: cries of 「熊が出た！」 are among them."""


def test_no_other_question_of_the_sample_city_is_an_emergency_or_a_call_for_a_person() -> None:
    found = sheets(SEED)
    entries = [entry for kind in (Kind.FAQ, Kind.WASTE) for entry in found[kind].good]
    assert {entry.id for entry in entries if any(False in listed(text).values() for text in spoken(entry))} <= SPOKEN_IN_NEED
    texts = [text for entry in entries if entry.id not in SPOKEN_IN_NEED for text in spoken(entry)]
    assert sum(kind_of(text) is not None for text in texts) <= MOST_ALARMS * len(texts)
    wanted = [text for entry in entries for text in spoken(entry) if any(each in text.lower() for each in LISTS["person"])]
    assert wanted == []


def spoken(entry: Entry) -> list[str]:
    translations = [text for each in entry.translations.values() for text in (each.question, *each.wordings)]
    return [entry.question, *entry.wordings, *translations]
