"""Text as search, masking and storage see it: one spelling for what looks the same, nothing that cannot be seen."""

import re
import unicodedata

MARKS_IN_A_ROW = 30
"""The Stream-Safe limit of UAX #15. Unicode normalisation sorts marks in quadratic time, so longer piles are cut."""

_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls but tab and line ends
    r"\ud800-\udfff"  # lone surrogates: no database and no UTF-8 can hold them
    # Unicode's Default_Ignorable_Code_Point, and noncharacters that XML refuses
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MARKS = re.compile(r"[\W_]+")
_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_BEFORE_NFKC = str.maketrans("～∼〰゛゜ﾞﾟ", "〜〜〜\u3099\u309a\u3099\u309a")
"""NFKC would make an ASCII tilde of the wave dash, and a space and a lone mark of か゛."""
_PILE = re.compile(rf"[^\w\s]{{{MARKS_IN_A_ROW + 1},}}")
_DASH_FOR_LONG_VOWEL = re.compile(r"(?<=[ァ-ヺ])[-‐‒–—―−─━](?=[ぁ-ゖァ-ヺ]|\Z)")


def normalise(text: str) -> str:
    """The same text in NFKC, without invisible characters, with single spaces and single newlines, stripped; case is kept.

    Removed are controls, zero-width, bidi and tag characters (hidden instructions), variation selectors and lone
    surrogates. A dash typed for ー inside a katakana word (サ－ビス) becomes ー, and every wave dash becomes 〜.
    Applying it twice changes nothing more.
    """
    seen = _UNSEEN.sub("", _LINE_END.sub("\n", text)).translate(_BEFORE_NFKC)
    composed = _PILE.sub(_cut_pile, unicodedata.normalize("NFKC", _PILE.sub(_cut_pile, seen)))
    lines = re.sub(r" ?\n[ \n]*", "\n", re.sub(r"[^\S\n]+", " ", composed))
    return _DASH_FOR_LONG_VOWEL.sub("ー", lines.strip())


def letters(text: str) -> str:
    """What is compared when only letters and digits count: width, case, spaces and marks do not."""
    return _MARKS.sub("", normalise(text).casefold())


def _cut_pile(match: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in match[0]:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)
