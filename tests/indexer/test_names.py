"""Finding waste items by name, however it is written."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.names import LEAST, READ, SHORT, Names, asking_phrases, collect_names, letters, spellings_of, subject
from indexer.text import normalise
from indexer.words import Tokenizer
from knowledge.entry import Entry, Kind

ITEMS = (
    ("ペットボトル", ""),
    ("ドライヤー", ""),
    ("冷蔵庫", ""),
    ("花びん(ガラス・陶磁器製)", "かびん(がらす・とうじきせい)"),
    ("雑誌", "ざっし"),
    ("雑誌(古紙)", "ざっし(こし)"),
    ("ＣＤ・ＣＤケース", ""),
    ("ICレコーダー", "あいしーれこーだー"),
    ("ヴァイオリン", ""),
    ("分別用ごみ箱", ""),
    ("目覚まし時計", ""),
    ("いす", ""),
    ("傘", ""),
)


def waste(name: str, kana: str = "") -> Entry:
    wordings = (name, kana) if kana else (name,)
    return Entry(f"waste-{name}", f"「{name}」はどう出せばよいですか。", "区分：燃やせないごみ", wordings, Kind.WASTE)


ENTRIES = [Entry("faq", "冷蔵庫", "家電リサイクル法の対象です。", ("テレビ",)), *(waste(*item) for item in ITEMS)]


@pytest.fixture(scope="module")
def names(tokenizer: Tokenizer) -> Names:
    return collect_names(ENTRIES, tokenizer)


def best(names: Names, question: str, entries: Sequence[Entry] = ENTRIES) -> tuple[str, float]:
    found = names.nearest(question)
    row = max(found, key=lambda each: (found[each], -each))
    return entries[row].wordings[0], found[row]


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("ペットボトル", "ペットボトル"),
        ("ぺっとぼとる", "ペットボトル"),
        ("ﾍﾟｯﾄﾎﾞﾄﾙ", "ペットボトル"),
        ("ペット ボトル", "ペットボトル"),
        ("「ペットボトル」", "ペットボトル"),
        ("どらいやー", "ドライヤー"),
        ("ドライヤ", "ドライヤー"),
        ("ドライヤ－", "ドライヤー"),
        ("れいぞうこ", "冷蔵庫"),
        ("レイゾウコ", "冷蔵庫"),
        ("ﾚｲｿﾞｳｺ", "冷蔵庫"),
        ("かびん", "花びん(ガラス・陶磁器製)"),
        ("花びん", "花びん(ガラス・陶磁器製)"),
        ("花びん（ガラス・陶磁器製）", "花びん(ガラス・陶磁器製)"),
        ("CD・CDケース", "ＣＤ・ＣＤケース"),
        ("cd cdケース", "ＣＤ・ＣＤケース"),
        ("ｉｃレコーダー", "ICレコーダー"),
        ("アイシーレコーダー", "ICレコーダー"),
        ("ゔぁいおりん", "ヴァイオリン"),
        ("めざましとけい", "目覚まし時計"),
        ("椅子", "いす"),
        ("カサ", "傘"),
        ("ざっし", "雑誌"),
    ],
)
def test_an_item_is_found_however_it_is_written(names: Names, written: str, item: str) -> None:
    found, likeness = best(names, written)
    assert found == item
    assert likeness >= SHORT


def test_the_name_as_it_stands_comes_before_its_reading_and_that_before_a_name_with_brackets(names: Names) -> None:
    found = {ENTRIES[row].wordings[0]: likeness for row, likeness in names.nearest("雑誌").items()}
    assert found == {"雑誌": 1.0, "雑誌(古紙)": SHORT}
    assert best(names, "雑誌（古紙）") == ("雑誌(古紙)", 1.0)
    assert best(names, "レイゾウコ") == ("冷蔵庫", READ)


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("ペットポトル", "ペットボトル"),
        ("ペットボル", "ペットボトル"),
        ("ペットボトトル", "ペットボトル"),
        ("目覚し時計", "目覚まし時計"),
        ("ICレコーター", "ICレコーダー"),
        ("めざましどけい", "目覚まし時計"),
        ("ばいおりん", "ヴァイオリン"),
    ],
)
def test_one_wrong_letter_is_forgiven(names: Names, typed: str, item: str) -> None:
    found, likeness = best(names, typed)
    assert found == item
    assert LEAST * SHORT <= likeness < 1


@settings(deadline=None)
@given(st.sampled_from([name for name, _ in ITEMS if len(letters(name)) >= 4 and subject(name) == normalise(name)]), st.data())
def test_any_one_letter_may_be_wrong_missing_or_doubled(names: Names, name: str, data: st.DataObject) -> None:
    form = letters(name)
    place = data.draw(st.integers(0, len(form) - 1))
    middle = data.draw(st.sampled_from(["ん", "", form[place] * 2]))
    found = names.nearest(form[:place] + middle + form[place + 1 :])
    assert [likeness for row, likeness in found.items() if ENTRIES[row].wordings[0] == name] >= [LEAST]


@pytest.mark.parametrize(
    "asking",
    [
        "{}の捨て方",
        "{}の捨て方を教えてください。",
        "{}はどう捨てればいいですか？",
        "{}ってどうやって捨てるの？",
        "{}は何ゴミですか",
        "{}って何ごみ？",
        "{}を捨てたいんですけど",
        "{}を処分したい",
        "{} 捨て方",
        "{}のすてかたおしえて",
        "{}は燃えるごみですか？",
        "「{}」はどう出せばよいですか。",
    ],
)
def test_the_way_of_asking_is_not_part_of_the_name(names: Names, asking: str) -> None:
    for item in ("ドライヤー", "冷蔵庫", "傘"):
        assert best(names, asking.format(item)) == (item, 1.0)


def test_a_name_that_sounds_like_asking_is_still_a_name(names: Names) -> None:
    assert subject("分別用ごみ箱") != "分別用ごみ箱"
    assert best(names, "分別用ごみ箱") == ("分別用ごみ箱", 1.0)


@pytest.mark.parametrize(
    "question",
    [
        "燃えるごみの日はいつですか",
        "ごみの収集日を知りたい",
        "ごみの出し方",
        "ゴミの分別を教えてください",
        "何ごみですか",
        "教えてください",
        "粗大ごみの申し込み",
        "犬の登録",
        "住民票の写しの取り方",
        "こんにちは",
        "",
        " ",
        "？！",
        "😀",
        "の",
        "は",
    ],
)
def test_a_general_question_names_nothing(names: Names, question: str) -> None:
    assert names.nearest(question) == {}


@pytest.mark.parametrize("question", ["あす", "かき", "ざし", "い", "CT", "車いす", "カサイ"])
def test_a_very_short_name_is_only_meant_when_every_letter_is_right(names: Names, question: str) -> None:
    assert names.nearest(question) == {}


def test_only_waste_items_have_names(names: Names, tokenizer: Tokenizer) -> None:
    assert 0 not in {row for owners in names.spellings.values() for row in owners}
    assert names.nearest("テレビ") == {}
    assert collect_names(ENTRIES[:1], tokenizer).nearest("冷蔵庫") == {}
    assert collect_names([], tokenizer).nearest("冷蔵庫") == {}


def test_items_of_one_name_are_all_found_alike(tokenizer: Tokenizer) -> None:
    twins = [waste("毛布"), waste("毛布(電気)"), waste("毛布")]
    assert collect_names(twins, tokenizer).nearest("もうふ") == {0: READ, 1: SHORT, 2: READ}


def test_every_spelling_of_an_item_is_letters_only(tokenizer: Tokenizer) -> None:
    assert spellings_of(waste("電池（ボタン型）", "でんち（ぼたんがた）"), tokenizer) == {
        "電池ぼたん型": 1.0,
        "でんちぼたんがた": 1.0,
        "電池": SHORT,
        "でんち": SHORT,
    }
    assert spellings_of(waste("（　）"), tokenizer) == {}


@given(st.text("".join(map(chr, range(ord("ぁ"), ord("ゖ") + 1))) + "abcxyz019"))
def test_hiragana_katakana_case_and_width_make_no_difference(text: str) -> None:
    katakana = text.translate({code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)})
    wide = text.translate({code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)})
    assert letters(katakana) == letters(wide) == letters(text.upper()) == letters(text) == text


@settings(deadline=None)
@given(st.text() | st.text("ペットボトルー冷蔵庫(の捨て方は何ごみ)？ ", max_size=30))
def test_whatever_is_asked_the_likeness_is_a_share_of_one(names: Names, question: str) -> None:
    assert all(0.6 < likeness <= 1 for likeness in names.nearest(question).values())


def test_asking_phrases_are_tried_the_longest_first() -> None:
    lengths = [len(phrase) for phrase in asking_phrases()]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(asking_phrases())) == len(lengths)


def test_a_question_of_any_length_is_compared_quickly(names: Names) -> None:
    start = time.process_time()
    names.nearest("ペットボトルの捨て方を" * 1000)
    assert time.process_time() - start < 1
