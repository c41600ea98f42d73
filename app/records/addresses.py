"""Finds where somebody lives and where their mail arrives: house numbers, postal codes and e-mail addresses."""

import re
from collections.abc import Iterator

from app.records.digits import Reading, Span

_N = r"[\d十百]{1,5}"
_NO_COUNT = r"(?![\d十百]| ?[歳才年月日組班類級種円人時階窓])"
_HOUSE = re.compile(
    rf"(?<![\d十百])(?:{_N}丁目 ?{_N}(?: ?[-の番] ?{_N}){{1,3}}号?"
    rf"|(?:{_N}丁目 ?)?(?:{_N}番地(?:[の-]?{_N}号?)?|{_N}番[の-]? ?{_N}号)){_NO_COUNT}"
)
"""1丁目2番3号, 1丁目2-3, 2番3号, 123番地の4; a mere 1丁目 is how residents ask for the rubbish day of their street."""
_CHAIN = re.compile(rf"(?<![\d-])(?!0){_N}(?: ?[-の] ?{_N}){{1,4}}号?(?!-){_NO_COUNT}")
"""1-2-3: a house number only after the name of a town."""
_DATE = re.compile(r"(?:19|20)\d\d-(?:1[0-2]|0?[1-9])-(?:3[01]|[12]\d|0?[1-9])")
_DATE_IN_ERA = re.compile(r"\d{1,2}-(?:1[0-2]|0?[1-9])-(?:3[01]|[12]\d|0?[1-9])")
_ERAS = ("明治", "大正", "昭和", "平成", "令和")

_LONGEST_TOWN = 24
_TOWN = re.compile(r"[\d一-鿿々〆〇ヶケァ-ヺー]+ ?\Z")
_KANA_TOWN = re.compile(r"(?<=[市区町村郡])[ぁ-ゖ]{1,8}(?<![はをがにでのともへや])(?<!から) ?\Z")
_OFFICE = "(?![民役立営長内外道会議])"
"""市民課1-2 and 町内会1-2 name no place."""
_MUNICIPALITY = re.compile(rf"東京都|北海道|京都府|大阪府|[県市区郡]{_OFFICE}")
_TOWN_OR_VILLAGE = re.compile(rf"[町村字]{_OFFICE}")
_NO_TOWN = ("第", "表", "図", "問", "式", "順", "法", "番", "号", "項", "版", "回")
_ROOM = re.compile(r" ?[一-鿿ァ-ヺーA-Za-z・]{0,20} ?\d{1,4}(?:号室|号棟|号|室|階|F)")

_POSTAL_CODE = re.compile(
    r"〒 ?\d{3}[- ]?\d{4}(?!\d)"
    r"|(?<![\d-])\d{3}-\d{4}(?= ?[一-鿿]{1,4}[都道府県市区郡])"
)
_POSTAL_CODE_NAMED = re.compile(r"郵便番号[^\d【】\n]{0,6}(\d{3}[- ]?\d{4})(?!\d)")
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++ ?@ ?[A-Za-z0-9-][A-Za-z0-9.-]{0,250}\.[A-Za-z]{2,24}")


def addresses(reading: Reading) -> Iterator[Span]:
    """Postal codes, and addresses from the name of the town to the house or room; the municipality stays."""
    yield from (match.span() for match in _POSTAL_CODE.finditer(reading.plain))
    yield from (match.span(1) for match in _POSTAL_CODE_NAMED.finditer(reading.plain))
    for house in _HOUSE.finditer(reading.plain):
        start, _ = _town(reading.text, house.start())
        yield start, _end(reading.plain, house.end())
    for chain in _CHAIN.finditer(reading.plain):
        start, municipal = _town(reading.text, chain.start())
        if _is_house(reading.text[start : chain.start()], chain[0], municipal):
            yield start, _end(reading.plain, chain.end())


def emails(reading: Reading) -> Iterator[Span]:
    """E-mail addresses, also with spaces around the at sign."""
    return (match.span() for match in _EMAIL.finditer(reading.text)) if "@" in reading.text else iter(())


def _town(text: str, end: int) -> tuple[int, bool]:
    """Where the name of the town before a house number begins, and whether it is surely one."""
    before = text[max(0, end - _LONGEST_TOWN) : end]
    kana = _KANA_TOWN.search(before)
    if kana:
        return end - len(kana[0]), True
    town = _TOWN.search(before)
    if not town:
        return end, False
    borders = [border.end() for border in _MUNICIPALITY.finditer(town[0])]
    return end - len(town[0]) + max(borders, default=0), bool(borders or _TOWN_OR_VILLAGE.search(town[0]))


def _is_house(town: str, chain: str, municipal: bool) -> bool:
    if municipal:
        return not _DATE.fullmatch(chain)
    if re.split("[-の]", chain)[2:] == [] or not "一" <= town[-1:] <= "鿿" or town.endswith(_NO_TOWN):
        return False
    return not _DATE.fullmatch(chain) and not (town.endswith(_ERAS) and _DATE_IN_ERA.fullmatch(chain))


def _end(plain: str, end: int) -> int:
    room = _ROOM.match(plain, end)
    return room.end() if room else end
