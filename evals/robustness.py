"""Variants of cases: the same question as other residents would write it, which must find the same answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from evals import manner, spelling
from evals.case import Case
from evals.spelling import Rewrite, Words
from evals.varieties import manners, number, pick

VARIETIES: Mapping[str, Rewrite] = {
    "neighbour": spelling.neighbour,
    "dropped": spelling.dropped,
    "doubled": spelling.doubled,
    "wrong_kanji": spelling.wrong_kanji,
    "kana": spelling.kana,
    "romaji": spelling.romaji,
    "widths": spelling.widths,
    "polite": manner.polite,
    "blunt": manner.blunt,
    "voice": manner.voice,
    "kansai": manner.dialect("関西"),
    "tohoku": manner.dialect("東北"),
    "kyushu": manner.dialect("九州"),
    "long": manner.long_winded,
}
"""Each has its label under `varieties.` in the wording."""

ANOTHER = "two"
"""Two questions in one message: right when one of them is answered, as the bot gives one answer at a time."""

Read = Callable[[str], Words]
"""Cuts a text into words with their readings (`Tokenizer.readings`)."""


def variants(cases: Iterable[Case], read: Read) -> list[Case]:
    """All variants of the Japanese cases that are one message and have an answer or speak of an emergency."""
    plain = [case for case in cases if _can_vary(case)]
    return [variant for case in plain for variant in (*_rewritten(case, read), *_with_another(case, plain))]


def _can_vary(case: Case) -> bool:
    japanese = case.language == "ja" and any("ぁ" <= letter <= "ヿ" or "一" <= letter <= "鿿" for letter in case.text)
    asked = case.is_answerable or case.expected.startswith("emergency")
    return japanese and asked and not (case.before or case.private or case.plain)


def _rewritten(case: Case, read: Read) -> Iterator[Case]:
    words = read(case.text)
    for variety, rewrite in VARIETIES.items():
        text = rewrite(case.text, words, f"{variety}/{case.id}")
        if text != case.text:
            yield _variant(case, variety, text, case.entries)


def _with_another(case: Case, others: Sequence[Case]) -> Iterator[Case]:
    """Only questions with answers: an emergency comes first, whatever else is asked."""
    answerable = [other for other in others if other.is_answerable and other.id != case.id]
    if not case.is_answerable or not answerable:
        return
    other = answerable[number(f"{ANOTHER}/{case.id}") % len(answerable)]
    text = pick(manners()[ANOTHER]["joins"], case.id).format(text=case.text, other=other.text)
    yield _variant(case, ANOTHER, text, {**other.entries, **case.entries})


def _variant(case: Case, variety: str, text: str, entries: Mapping[str, int]) -> Case:
    return replace(case, id=f"{case.id}~{variety}", text=text, entries=entries, plain=case.id, variety=variety, protected=False)
