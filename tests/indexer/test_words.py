"""Cutting text into words."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indexer.words
from indexer.words import Tokenizer, stop_words

QUESTIONS = [
    "住民票の取り方を教えてください",
    "粗大ごみはいつ出せますか",
    "ｺﾞﾐの日",
    "マイナンバーカードの受け取り",
    "Wi-Fiは使えますか",
]


@pytest.mark.parametrize(
    ("written", "also_written"),
    [
        ("引っ越し", "引越し"),
        ("引っ越し", "引越"),
        ("ひっこしました", "引っ越しました"),
        ("ごみ", "ゴミ"),
        ("ごみ", "ｺﾞﾐ"),
        ("ＬＩＮＥ", "line"),
        ("手続", "手続き"),
        ("申込み", "申し込み"),
        ("子ども", "こども"),
        ("コンピュータ", "コンピューター"),
        ("サ－ビス", "サービス"),
        ("届けます", "届ける"),
    ],
)
def test_spellings_of_one_word_are_one_word(tokenizer: Tokenizer, written: str, also_written: str) -> None:
    assert tokenizer.words(written) == tokenizer.words(also_written) != []


@pytest.mark.parametrize("loan_word", ["サービス", "カード", "パソコン"])
def test_the_english_gloss_of_loan_words_is_cut_off(tokenizer: Tokenizer, loan_word: str) -> None:
    assert tokenizer.words(loan_word) == [loan_word]


def test_only_words_with_content_are_kept_in_their_order(tokenizer: Tokenizer) -> None:
    assert tokenizer.words("住民票の写しは、どこで取れますか？") == ["住民", "票", "写し", "取れる"]


@pytest.mark.parametrize("nothing", ["", "？！", "です。", "😀", "\u200b", "\n", "教えてください", "ー ー", "★→○"])
def test_text_without_content_gives_no_word(tokenizer: Tokenizer, nothing: str) -> None:
    assert tokenizer.words(nothing) == []


@settings(deadline=None)
@given(st.text() | st.text("住民票のゴミ引越しサービスabｱ -\n・", max_size=40))
def test_words_can_be_kept_one_a_line(tokenizer: Tokenizer, text: str) -> None:
    words = tokenizer.words(text)
    assert not [word for word in words if not word or "\n" in word or "\r" in word]
    assert not stop_words().intersection(words)


def test_an_answer_of_50_000_characters_is_cut_whole(tokenizer: Tokenizer) -> None:
    sentence = "住民票の写しは市役所の窓口で請求できます。"
    times = 50_000 // len(sentence)
    assert tokenizer.words(sentence * times) == tokenizer.words(sentence) * times


def test_threads_can_share_one_tokenizer(tokenizer: Tokenizer) -> None:
    expected = [tokenizer.words(question) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(tokenizer.words, QUESTIONS * 200))
    assert found == expected * 200


def test_the_digest_tells_one_way_of_cutting_from_another(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tokenizer.digest
    assert Tokenizer().digest == before
    monkeypatch.setattr(indexer.words, "CUTTING_RULES", indexer.words.CUTTING_RULES + 1)
    assert Tokenizer().digest != before


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("札幌市", ["サッポロ"]),
        ("札幌は？", ["サッポロ"]),
        ("北海道札幌市中央区", ["ホッカイドウ", "サッポロ", "チュウオウ"]),
        ("アメリカ", ["アメリカ"]),
        ("札幌はどこ", []),
        ("夕張メロン", []),
        ("市役所", []),
        ("市", []),
        ("", []),
    ],
)
def test_a_text_that_names_only_places_is_told_from_others(tokenizer: Tokenizer, text: str, places: list[str]) -> None:
    assert tokenizer.places(text) == places
    assert set(places) <= set(tokenizer.words(text))


def test_words_are_read_one_by_one() -> None:
    assert Tokenizer().readings("住民票は、2枚") == [
        ("住民", "ジュウミン"),
        ("票", "ヒョウ"),
        ("は", "ハ"),
        ("、", "、"),
        ("2", "2"),
        ("枚", "マイ"),
    ]
