"""What identifies a resident never passes; what a resident may ask about always does."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.digits import as_digits, luhn_valid, my_number_check_digit
from app.records.masking import Masked, PersonalData, mask
from indexer.text import normalise
from knowledge.sentences import say

DIGIT_FORMS = (
    "0123456789",
    "０１２３４５６７８９",
    "〇一二三四五六七八九",
    "零壱弐参四伍六七八九",
    "○①②③④⑤⑥⑦⑧⑨",
    "०१२३४५६७८९",
    "٠١٢٣٤٥٦٧٨٩",
)
DASHES = "-‐‑‒–—―−－ー─━"
SEPARATORS = (*DASHES, "", " ", "\u3000", "\n", "\u200b", ".", "．", "・", "/", ",", "、", ":", "_", "の", " - ", ") (")
NEVER_IN_A_DATE = ("", " ", "\u3000", "・", "の", "_", "\u200b", "\n", "*")


@pytest.mark.parametrize(
    ("first_eleven", "check_digit"),
    [("12345678901", 8), ("98320567321", 4), ("46528126633", 3), ("00000000000", 0), ("00000000006", 0)],
)
def test_the_check_digit_of_a_my_number(first_eleven: str, check_digit: int) -> None:
    assert my_number_check_digit(first_eleven) == check_digit


@pytest.mark.parametrize("wrong", ["", "1234567890", "123456789012", "1234567890a"])
def test_the_check_digit_needs_eleven_digits(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"eleven|literal"):
        my_number_check_digit(wrong)


@pytest.mark.parametrize(
    ("digits", "valid"),
    [("4111111111111111", True), ("378282246310005", True), ("79927398713", True), ("4111111111111112", False), ("0", True)],
)
def test_luhn(digits: str, valid: bool) -> None:
    assert luhn_valid(digits) is valid


@given(st.integers(0, 10**15 - 1), st.integers(0, 14), st.integers(1, 9))
def test_luhn_notices_every_single_wrong_digit(number: int, place: int, error: int) -> None:
    body = f"{number:015}"
    full = next(body + digit for digit in "0123456789" if luhn_valid(body + digit))
    wrong = full[:place] + str((int(full[place]) + error) % 10) + full[place + 1 :]
    assert not luhn_valid(wrong)


@pytest.mark.parametrize(
    ("written", "masked", "kind"),
    [
        ("私の番号は1234 5678 9018です", "私の番号は【マイナンバー】です", PersonalData.MY_NUMBER),
        ("１２３４‐５６７８‐９０１８", "【マイナンバー】", PersonalData.MY_NUMBER),
        ("壱弐参四五六七八九零壱八", "【マイナンバー】", PersonalData.MY_NUMBER),
        ("1 2 3 4 5 6 7 8 9 0 1 8", "【マイナンバー】", PersonalData.MY_NUMBER),
        ("12三四5678の九〇一八", "【マイナンバー】", PersonalData.MY_NUMBER),
        ("第三983205673214", "第三【マイナンバー】", PersonalData.MY_NUMBER),
        ("マイナンバーは983205673210で", "マイナンバーは【マイナンバー】で", PersonalData.MY_NUMBER),
        ("9832-0567-3210がわたしの個人番号です", "【マイナンバー】がわたしの個人番号です", PersonalData.MY_NUMBER),
        ("My Number: 9832 0567 3210", "My Number: 【マイナンバー】", PersonalData.MY_NUMBER),
        ("十二桁の番号 983205673210", "十二桁の番号 【マイナンバー】", PersonalData.MY_NUMBER),
        ("カード4111-1111-1111-1111が", "カード【カード番号】が", PersonalData.CARD),
        ("3782 822463 10005", "【カード番号】", PersonalData.CARD),
        ("４１１１１１１１１１１１１１１１", "【カード番号】", PersonalData.CARD),
        ("06-6489-1234に電話を", "【電話番号】に電話を", PersonalData.PHONE),
        ("(06)6489-1234", "(【電話番号】", PersonalData.PHONE),
        ("0664891234", "【電話番号】", PersonalData.PHONE),
        ("０９０ー１２３４ー５６７８", "【電話番号】", PersonalData.PHONE),
        ("〇九〇の一二三四の五六七八", "【電話番号】", PersonalData.PHONE),
        ("○九○-1234-5678", "【電話番号】", PersonalData.PHONE),
        ("070.1234.5678", "【電話番号】", PersonalData.PHONE),
        ("0120-95-0178", "【電話番号】", PersonalData.PHONE),
        ("0800-123-4567", "【電話番号】", PersonalData.PHONE),
        ("+81 90-1234-5678", "【電話番号】", PersonalData.PHONE),
        ("+81(0)6-6489-1234", "【電話番号】", PersonalData.PHONE),
        ("電話は22-1234です", "電話は【電話番号】です", PersonalData.PHONE),
        ("taro.yamada＠example.co.jpへ", "【メールアドレス】へ", PersonalData.EMAIL),
        ("taro @ example.jp", "【メールアドレス】", PersonalData.EMAIL),
        ("1234-567890", "【基礎年金番号】", PersonalData.PENSION_NUMBER),
        ("基礎年金番号は1234567890です", "基礎年金番号は【基礎年金番号】です", PersonalData.PENSION_NUMBER),
        ("口座番号は普通 1234567", "口座番号は普通 【口座番号】", PersonalData.BANK_ACCOUNT),
        ("記号12345番号12345678", "記号【口座番号】", PersonalData.BANK_ACCOUNT),
        ("パスポート番号TK1234567", "パスポート番号【旅券番号】", PersonalData.PASSPORT),
        ("ＡＢ１２３４５６７８ＣＤ", "【在留カード番号】", PersonalData.RESIDENCE_CARD),
        ("被保険者番号は0012345678です", "被保険者番号は【保険の番号】です", PersonalData.INSURANCE_NUMBER),
        ("中央1-2-3です", "【住所】です", PersonalData.ADDRESS),
        ("中央一丁目二番三号に住む", "【住所】に住む", PersonalData.ADDRESS),
        ("中央１丁目２－３", "【住所】", PersonalData.ADDRESS),
        ("中央1の2の3", "【住所】", PersonalData.ADDRESS),
        ("兵庫県尼崎市東七松町1丁目23番1号 市役所ビル405号室です", "兵庫県尼崎市【住所】です", PersonalData.ADDRESS),
        ("尼崎市西町12-3", "尼崎市【住所】", PersonalData.ADDRESS),
        ("尼崎市さくら1-2", "尼崎市【住所】", PersonalData.ADDRESS),
        ("山田百二十三番地の四", "【住所】", PersonalData.ADDRESS),
        ("札幌市中央区北1条西2丁目3-4", "札幌市中央区【住所】", PersonalData.ADDRESS),
        ("〒660-8501", "【住所】", PersonalData.ADDRESS),
        ("郵便番号は6608501", "郵便番号は【住所】", PersonalData.ADDRESS),
        ("660-8501 兵庫県尼崎市", "【住所】 兵庫県尼崎市", PersonalData.ADDRESS),
    ],
)
def test_it_masks(written: str, masked: str, kind: PersonalData) -> None:
    result = mask(written)
    assert result.text == masked
    assert result.found == {kind}


@pytest.mark.parametrize(
    "question",
    [
        "",
        "2026年4月1日から",
        "期限は2026-04-01 10:30です",
        "2026/4/1-2026/4/30",
        "4/1 4/8 4/15 4/22 5/1 5/8",
        "20260401",
        "令和8年4月1日、令和8-4-1",
        "二〇二六年四月一日",
        "1,234,567円と12万円と123,456,789,018円",
        "¥123456789018",
        "9:00-12:00 13:00-17:00",
        "65歳の母と3人で、2024、2025、2026年度に",
        "平成25年法律第27号第5条の2第1項",
        "119番と110番、188、189、#7119、#8000の違い",
        "市役所の電話番号を教えて",
        "マイナンバーカードの暗証番号は4桁ですか",
        "番号983205673210",
        "1234567890123",
        "中央一丁目のごみの日は",
        "3丁目",
        "中央1丁目2番のごみの日",
        "3丁目 1-2月の予定",
        "問1-2",
        "様式第1-2-3",
        "1-2-3歳児のクラス",
        "市民課1-2階",
        "市民課1-2窓口",
        "1-2-3",
        "レベル3-4の避難",
        "45L 10枚",
        "口座振替は20260401から",
        "4012-8888-8888-1882",
        "@madoguchi",
        "サーバーとメーター",
    ],
)
def test_it_leaves_what_residents_may_ask(question: str) -> None:
    assert mask(question) == Masked(normalise(question), frozenset())


def test_it_masks_every_find_in_one_text() -> None:
    result = mask("電話06-6489-1234、携帯090-1234-5678、メールa@b.jp、中央1-2-3、マイナンバー983205673210")
    assert result.text == "電話【電話番号】、携帯【電話番号】、メール【メールアドレス】、【住所】、マイナンバー【マイナンバー】"
    assert result.found == {PersonalData.PHONE, PersonalData.EMAIL, PersonalData.ADDRESS, PersonalData.MY_NUMBER}


def test_numbers_that_share_digits_are_one_find() -> None:
    second = f"56789018000{my_number_check_digit('56789018000')}"
    assert mask(f"1234 5678 9018 {second[8:]}") == Masked("【マイナンバー】", frozenset({PersonalData.MY_NUMBER}))


@pytest.mark.parametrize("kind", PersonalData)
def test_every_kind_has_a_label_that_masking_itself_leaves_alone(kind: PersonalData) -> None:
    label = say("app", f"masking.{kind}")
    assert label.startswith("【")
    assert mask(label).text == label
    assert not any(each.isdecimal() or each == "@" for each in as_digits(label))


@st.composite
def my_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A valid My Number, and the same as somebody may write it."""
    first_eleven = draw(st.text("0123456789", min_size=11, max_size=11))
    number = f"{first_eleven}{my_number_check_digit(first_eleven)}"
    forms = draw(st.lists(st.sampled_from(DIGIT_FORMS), min_size=1, max_size=3))
    one = draw(st.sampled_from(SEPARATORS))
    separator = st.sampled_from(("", one)) | st.just(one) if draw(st.booleans()) else st.sampled_from(NEVER_IN_A_DATE)
    digits = [draw(st.sampled_from(forms))[int(digit)] for digit in number]
    return number, digits[0] + "".join(draw(separator) + digit for digit in digits[1:])


BEFORE = st.sampled_from(["", "番号は", "私は「", "No.", "家族3人、", "3 ", "(1)"])
AFTER = st.sampled_from(["", "です", "」", " 8", "\n12"])


@given(my_numbers(), BEFORE, AFTER)
def test_no_valid_my_number_survives_however_it_is_written(written: tuple[str, str], before: str, after: str) -> None:
    number, spelt = written
    result = mask(f"{before}{spelt}{after}")
    assert result.found & {PersonalData.MY_NUMBER, PersonalData.CARD}
    assert number not in "".join(filter(str.isdecimal, as_digits(result.text)))


@given(st.integers(0, 99_999_999), st.sampled_from(["090", "080", "070", "060", "050"]), st.sampled_from([*DASHES, " ", "", "."]))
def test_no_mobile_number_survives_whatever_the_dash(rest: int, prefix: str, dash: str) -> None:
    result = mask(f"携帯は{prefix}{dash}{rest // 10_000:04}{dash}{rest % 10_000:04}です")
    assert result.text == "携帯は【電話番号】です"


FRAGMENTS = [
    *"0123456789 一二〇-ー／/:.,、。の\n@",
    "06-6489-1234",
    "090",
    "123456789018",
    "983205673210",
    "4111111111111111",
    "マイナンバー",
    "中央",
    "尼崎市",
    "1丁目",
    "番地",
    "a@b.jp",
    "口座",
    "年金番号",
    "電話",
    "〒660-8501",
    "AB",
    "【電話番号】",
    "2026-04-01",
    "円",
    "カ",
    "゛",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join) | st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text
    assert mask(once.text).found == frozenset()


ADVERSARIAL = [
    *("1", "1 ", "4 ", "0 ", "1一", "1の", "1,", "1/", "1:", "1.", "1-2-3-", "123456789018 番号983205673210 ", "マイナンバー1"),
    *("a", "a.", "@", "a@", "a@a.", "【", "〇", "十", "一丁目", "1丁目2番", "1番", "番地", "町1-2", "中1-2-3 ", "〒", "郵便番号"),
    *("電話1-", "記号12345 ", "旅券", "パスポートaa", "AA1", "口座", "+81", "¥1", "2026-04-01 ", "4444 ", "\u0315\u0301", " "),
]


@pytest.mark.parametrize("unit", ADVERSARIAL)
def test_ten_thousand_hostile_characters_take_under_50_milliseconds(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    assert any(_seconds(text) < 0.05 for _ in range(5))


def _seconds(text: str) -> float:
    start = time.process_time()
    mask(text)
    return time.process_time() - start
