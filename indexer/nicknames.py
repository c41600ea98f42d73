"""Says a question in the city hall's names: 「ゆめホールの予約」 becomes 「みほん市文化会館の予約」 before it is searched."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from indexer.lexical import Lexical
from indexer.passage import texts_of
from indexer.text import normalise
from indexer.words import Tokenizer
from knowledge.entry import Entry
from knowledge.speech_sheet import Nickname

NICKNAMES_FILE = "nicknames.json"

HEAD = 2
"""Letters that names are looked up by; no nickname is shorter."""

_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_INSIDE = re.compile(r"(?:[ァ-ヺー]{2}|[0-9A-Za-zÀ-ɏ]{2})")
"""Two letters that belong to one word: ホール is no part of マンホール."""


@dataclass(frozen=True)
class Nicknames:
    """What each name is replaced by, by the name as `folded` gives it; official names stand for themselves."""

    names: Mapping[str, str]

    def spelled_out(self, text: str) -> str:
        """The normalised text with every nickname replaced, the longest that fits first, each letter looked at once."""
        if not self.names:
            return text
        plain, parts, start = folded(text), list[str](), 0
        while start < len(text):
            end = self._end(plain, text, start)
            parts.append(self.names[plain[start:end]] if end else text[start])
            start = end or start + 1
        return "".join(parts)

    def _end(self, plain: str, text: str, start: int) -> int:
        """Where the longest name that begins there ends; 0 when none does, or only in the middle of a word."""
        ends = (start + length for length in self._lengths.get(plain[start : start + HEAD], ()))
        return next((end for end in ends if plain[start:end] in self.names and _is_whole(text, start, end)), 0)

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """How long the names are that begin with the same letters, the longest first."""
        found: dict[str, set[int]] = {}
        for name in self.names:
            found.setdefault(name[:HEAD], set()).add(len(name))
        return {head: sorted(lengths, reverse=True) for head, lengths in found.items()}

    def save(self, folder: Path) -> None:
        """Write `nicknames.json`."""
        text = json.dumps(dict(self.names), ensure_ascii=False, indent=0)
        (folder / NICKNAMES_FILE).write_text(text, encoding="utf-8", newline="\n")

    @staticmethod
    def load(folder: Path) -> "Nicknames":
        """Read what `save` wrote."""
        return Nicknames(json.loads((folder / NICKNAMES_FILE).read_text(encoding="utf-8")))


NO_NICKNAMES = Nicknames({})


def collect_nicknames(
    nicknames: Sequence[Nickname], entries: Sequence[Entry], lexical: Lexical, tokenizer: Tokenizer
) -> Nicknames:
    """Each nickname with what it is replaced by: the official names, after the nickname itself where an entry uses it too."""

    @cache
    def text_of(row: int) -> str:
        return folded("\n".join(normalise(each.text) for each in texts_of(entries[row])))

    names: dict[str, str] = {}
    for each in nicknames:
        lay, office = normalise(each.lay), " ".join(map(normalise, each.office))
        if len(lay) >= HEAD:
            used = any(folded(lay) in text_of(row) for row in lexical.entries_with(tokenizer.words(lay)).tolist())
            names.setdefault(folded(lay), f"{lay} {office}" if used else office)
    official = (normalise(word) for each in nicknames for word in each.office)
    return Nicknames({folded(word): word for word in official if len(word) >= HEAD} | names)


def folded(text: str) -> str:
    """Katakana as hiragana, capitals as small letters, letter by letter: as long as the text."""
    return "".join(letter.lower()[0] for letter in text.translate(_HIRAGANA))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the letters are not the middle of a longer word."""
    edges = (text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1])
    return not any(map(_INSIDE.fullmatch, edges))
