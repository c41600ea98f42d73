"""Finds the numbers that identify a person: those that the state, banks, insurers and telephone companies give out."""

import re
from collections.abc import Iterator

from app.records.digits import Reading, Run, Span, luhn_valid, my_number_check_digit

_MY_NUMBER_WORDS = re.compile(r"マイ ?ナンバ|マイナ番号|マイナカード|まいなんば|個人番号|my ?number|(?:12|十二)桁", re.IGNORECASE)
_CARD_BRAND = re.compile(
    r"(?P<visa>4)|(?P<mastercard>5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)|(?P<amex>3[47])"
    r"|(?P<diners>30[0-5]|3[689])|(?P<jcb>35(?:2[89]|[3-8]))|(?P<other>6011|62|64[4-9]|65)"
)
_CARD_LENGTHS = {
    "visa": (13, 16, 19),
    "mastercard": (16,),
    "amex": (15,),
    "diners": (14, 15, 16, 17, 18, 19),
    "jcb": (16, 17, 18, 19),
    "other": (16, 17, 18, 19),
}
_LANDLINE = re.compile(r"0[1-9]\d{8}")
_MOBILE = re.compile(r"0[5-9]0\d{8}")
_ABROAD = re.compile(r"810?(?:[1-9]\d{8}|[5-9]0\d{8})")

_NOT_A_DATE = r"(?!(?:19|20)\d{6}(?!\d))"
_NEAR = r"[^\d【】\n]"
_LOCAL_PHONE = re.compile(rf"(?:電話|携帯|TEL|FAX|ファックス|連絡先){_NEAR}{{0,10}}(\d{{2,4}}-\d{{4}})(?![\d-])", re.IGNORECASE)
_PENSION = re.compile(rf"(?:年金番号|基礎年金|年金手帳|年金証書){_NEAR}{{0,20}}(\d{{4}}[ .-]?\d{{6}})(?!\d)")
_PENSION_SHAPE = re.compile(r"(?<![\d-])((?!0[1-9])\d{4}-\d{6})(?![\d-])")
_BANK_ACCOUNT = re.compile(rf"(?:口座|普通|当座){_NEAR}{{0,12}}({_NOT_A_DATE}\d{{6,8}})(?!\d)")
_POST_BANK_ACCOUNT = re.compile(rf"記号{_NEAR}{{0,6}}(\d{{5}}{_NEAR}{{1,8}}\d{{6,8}})(?!\d)")
_PASSPORT = re.compile(rf"(?:旅券|パスポート|passport){_NEAR}{{0,20}}(?<![A-Z])([A-Z]{{2}} ?\d{{7}})(?![A-Z\d])", re.IGNORECASE)
_RESIDENCE_CARD = re.compile(r"(?<![A-Z\d])([A-Z]{2}[ -]?\d{8}[ -]?[A-Z]{2})(?![A-Z\d])", re.IGNORECASE)
_INSURANCE = re.compile(
    rf"(?:保険者番号|保険者証|保険証|資格確認書|受給者番号|受給者証){_NEAR}{{0,12}}({_NOT_A_DATE}\d{{6,10}})(?!\d)"
)


def my_numbers(reading: Reading) -> Iterator[Span]:
    """Twelve digits with a valid check digit, or with any when the text speaks of the My Number, as typos leak it too."""
    named = _MY_NUMBER_WORDS.search(reading.text)
    for run in reading.runs:
        for start in run.windows(12):
            number = run.digits[start : start + 12]
            if my_number_check_digit(number[:11]) == int(number[11]) or (named and _looks_whole(run, start, 12)):
                yield run.span(start, 12)


def cards(reading: Reading) -> Iterator[Span]:
    """Payment cards: 13 to 19 digits with a valid check digit, a prefix in use and a length that goes with the prefix."""
    for run in reading.runs:
        for start in run.edges:
            brand = _CARD_BRAND.match(run.digits, start)
            for length in _CARD_LENGTHS[brand.lastgroup] if brand and brand.lastgroup else ():
                written_so = start + length in run.edges and _few_separators(run, start, length, 4)
                if written_so and luhn_valid(run.digits[start : start + length]):
                    yield run.span(start, length)


def phones(reading: Reading) -> Iterator[Span]:
    """Japanese telephone numbers with their area code, from abroad with +81, and after 電話 also without area code."""
    for run in reading.runs:
        for pattern, length in ((_LANDLINE, 10), (_MOBILE, 11)):
            for start in run.windows(length, "0"):
                if pattern.match(run.digits, start) and _few_separators(run, start, length, 3):
                    yield run.span(start, length)
        yield from _phones_from_abroad(reading.text, run)
    yield from _groups(_LOCAL_PHONE, reading)


def pension_numbers(reading: Reading) -> Iterator[Span]:
    """基礎年金番号: four and six digits, with a hyphen between them or after a word for it."""
    yield from _groups(_PENSION, reading)
    yield from _groups(_PENSION_SHAPE, reading)


def bank_accounts(reading: Reading) -> Iterator[Span]:
    """Account numbers after a word such as 口座, and ゆうちょ's 記号 with 番号."""
    yield from _groups(_BANK_ACCOUNT, reading)
    yield from _groups(_POST_BANK_ACCOUNT, reading)


def passports(reading: Reading) -> Iterator[Span]:
    """Two letters and seven digits after a word for passport."""
    return _groups(_PASSPORT, reading)


def residence_cards(reading: Reading) -> Iterator[Span]:
    """在留カード番号: two letters, eight digits, two letters; no other number has this shape."""
    return _groups(_RESIDENCE_CARD, reading)


def insurance_numbers(reading: Reading) -> Iterator[Span]:
    """Six to ten digits after a word for a health or care insurance certificate."""
    return _groups(_INSURANCE, reading)


def _phones_from_abroad(text: str, run: Run) -> Iterator[Span]:
    for length in (11, 12, 13):
        for start in run.windows(length, "81"):
            begin, end = run.span(start, length)
            if text[max(0, begin - 1) : begin] == "+" and _ABROAD.fullmatch(run.digits, start, start + length):
                yield begin - 1, end


def _groups(pattern: re.Pattern[str], reading: Reading) -> Iterator[Span]:
    return (match.span(1) for match in pattern.finditer(reading.plain))


def _looks_whole(run: Run, start: int, length: int) -> bool:
    return length == len(run.digits) or run.parts(start, length) in ((12,), (4, 4, 4))


def _few_separators(run: Run, start: int, length: int, most: int) -> bool:
    """A number is written in few groups, or each digit for itself and then alone; a list of counts is neither."""
    separators = run.separators(start, length)
    return separators <= most or (separators == length - 1 and length == len(run.digits))
