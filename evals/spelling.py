"""The same question spelled differently: slips of the finger, wrong conversions, kana, Latin letters, widths; pure."""

import re
import string
import unicodedata
from collections.abc import Callable, Sequence

from evals.varieties import number, pairs

Words = Sequence[tuple[str, str]]
"""Every word of a text as it is written and as it is read, in katakana."""

Rewrite = Callable[[str, Words, str], str]
"""The text written differently; the same text when there is nothing to change. The key decides what is left to chance."""

_SLIPS = re.compile(r"[ぁ-ゖァ-ヺー一-鿿]")
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヷ"))}
_HALF_WIDTH = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E) if unicodedata.name(chr(code), "")
}
_MARKS = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
_WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in string.ascii_letters + string.digits}
_ALONE = {"ハ": "wa", "ヘ": "e", "ヲ": "o"}
"""Particles are said otherwise than they are written."""


def neighbour(text: str, _: Words, key: str) -> str:
    """One letter is another one that lies beside it or looks like it."""
    beside = pairs("neighbours")
    places = [place for place, letter in enumerate(text) if letter in beside]
    return _at(text, places, key, beside.__getitem__)


def dropped(text: str, _: Words, key: str) -> str:
    """One letter is missing."""
    return _at(text, _letters(text), key, lambda _: "")


def doubled(text: str, _: Words, key: str) -> str:
    """One letter is there twice."""
    return _at(text, _letters(text), key, lambda letter: letter * 2)


def wrong_kanji(text: str, _: Words, key: str) -> str:
    """One word is converted to another word of the same sound."""
    found = [(right, wrong) for right, wrong in pairs("homophones").items() if right in text]
    if not found:
        return text
    right, wrong = found[number(key) % len(found)]
    return text.replace(right, wrong, 1)


def kana(_: str, words: Words, __: str) -> str:
    """Nothing but hiragana."""
    return "".join(read.translate(_HIRAGANA) for _, read in words)


def romaji(_: str, words: Words, __: str) -> str:
    """Latin letters, as people without a Japanese keyboard write."""
    said = " ".join(_ALONE.get(read, read) for _, read in words).replace("ッ ", "ッ")
    return re.sub(r" (?=[,.?!])", "", latin(said))


def widths(text: str, _: Words, __: str) -> str:
    """Katakana in half width, letters and digits in full width."""
    return "".join(map(_narrow, text)).translate(_WIDE)


def latin(katakana: str) -> str:
    """Hepburn romanisation without long vowels; what is no kana stays."""
    spelt = pairs("romaji")
    text, place = "", 0
    while place < len(katakana):
        pair = katakana[place : place + 2]
        taken = pair if pair in spelt and len(pair) == 2 else katakana[place]
        text += spelt.get(taken, taken)
        place += len(taken)
    doubled = re.sub(r"ッ([a-z])", lambda match: ("t" if match[1] == "c" else match[1]) + match[1], text)
    return re.sub(r"(?<=o)[ou]|(?<=u)u", "", doubled.replace("ッ", "").replace("ー", ""))


def _letters(text: str) -> list[int]:
    """Where a slip may happen: not at the first letter, which people look at."""
    return [match.start() for match in _SLIPS.finditer(text) if match.start() > 0]


def _at(text: str, places: Sequence[int], key: str, instead: Callable[[str], str]) -> str:
    if not places:
        return text
    place = places[number(key) % len(places)]
    return text[:place] + instead(text[place]) + text[place + 1 :]


def _narrow(letter: str) -> str:
    """ガ in half width is two letters, ｶ and ﾞ; hiragana has no half width."""
    if not "ァ" <= letter <= "ー":
        return letter
    parts = unicodedata.normalize("NFD", letter)
    return "".join(_HALF_WIDTH.get(part, _MARKS.get(part, part)) for part in parts)
