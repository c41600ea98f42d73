"""Splits an entry into the texts that are searched: its question, its wordings and the sentences of its answer."""

import re
from dataclasses import dataclass
from enum import IntEnum

from knowledge.entry import Entry


class Part(IntEnum):
    """Which part of an entry a text is. Stored in snapshots: never renumber."""

    QUESTION = 0
    WORDING = 1
    SENTENCE = 2


@dataclass(frozen=True, slots=True)
class Text:
    """One text of an entry."""

    part: Part
    text: str


_RELATED = "(?:関連(?:する)?(?:ＦＡＱ|FAQ|質問)|よくある質問)"

TAIL = re.compile(
    rf"[【■]{_RELATED}"
    rf"|(?:^|(?<=。)){_RELATED}(?=$|。)"  # without brackets only as a heading: sentences mention よくある質問 too
    r"|【(?:お?問い?合わ?せ先?|担当課?)】"
    r"|■(?:お?問い?合わ?せ(?:先|時間)?|担当課)",
    re.MULTILINE,
)
"""Where an answer stops answering: contact blocks and lists of related questions name other subjects."""

SENTENCE_END = re.compile(r"(?<=[。！？!?])|\n")


def texts_of(entry: Entry) -> list[Text]:
    """The texts of an entry in Japanese and in every language it is translated into."""
    texts = [Text(Part.QUESTION, entry.question)]
    texts += [Text(Part.WORDING, wording) for wording in entry.wordings]
    texts += [Text(Part.SENTENCE, sentence) for sentence in sentences(entry.answer)]
    for translation in entry.translations.values():
        texts += [Text(Part.WORDING, wording) for wording in (translation.question, *translation.wordings)]
    return texts


def sentences(answer: str) -> list[str]:
    """The sentences and list lines of an answer, up to its contact block or its list of related questions."""
    found = TAIL.search(answer)
    before = answer[: found.start()] if found else ""
    # A contact block with nothing before it is the answer itself ("where do I call?").
    body = before if before.strip() else answer
    return [line for raw in SENTENCE_END.split(body) if (line := raw.strip())]
