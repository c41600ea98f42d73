"""A resident's talk with the sample city in LINE, from becoming a friend to taking a message back, and its transcript.

python -m tests.app.line_talk > transcript.md
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from channels.line import limits
from channels.line.fits import fit_together
from channels.line.postback import Choose, Postback, Rate, decode, encode
from channels.message import Outcome, Question
from evals.case_files import read_case_files
from evals.sets import SHIPPED
from tests.app.mihon import ENTRIES, SITE, Mihon, mihon, until
from tests.channels.line.line_platform import Json
from tests.channels.line.sdk import accepts
from tests.channels.line.seen import actions, texts

HANAKO = "U" + "1" * 32
CASES, _ = read_case_files([SHIPPED / SITE.id], {entry.id for entry in ENTRIES})


@dataclass(frozen=True)
class Exchange:
    """What a resident did, and what came back."""

    name: str
    did: str
    event: Json
    messages: Sequence[Json] = ()

    def button(self, kind: type[Postback]) -> tuple[str, Postback]:
        """The first button of a kind: its label, and what it sends back."""
        found = ((_label(each), decode(each["data"])) for each in actions(self.messages) if each["type"] == "postback")
        return next((label, data) for label, data in found if data is not None and isinstance(data, kind))


@dataclass(frozen=True)
class Resident:
    """Somebody with LINE on their telephone."""

    city: Mihon

    def becomes_a_friend(self) -> Exchange:
        event = self.city.platform.event("follow", HANAKO, follow={"isUnblocked": False})
        return self._heard(Exchange("follow", "（友だちに追加する）", event))

    def writes(self, name: str, text: str) -> Exchange:
        return self._heard(Exchange(name, text, self.city.platform.text(HANAKO, text)))

    def presses(self, name: str, label: str, data: Postback) -> Exchange:
        event = self.city.platform.event("postback", HANAKO, postback={"data": encode(data)})
        return self._heard(Exchange(name, f"［{label}］を押す", event))

    def takes_back(self, exchange: Exchange) -> Exchange:
        event = self.city.platform.unsend(exchange.event)
        self.city.hear(event)
        until(lambda: self.city.recorded(exchange.event["message"]["id"]) is None)
        return Exchange("unsend", f"「{exchange.did}」の送信を取り消す", event)

    def _heard(self, exchange: Exchange) -> Exchange:
        self.city.hear(exchange.event)
        return Exchange(exchange.name, exchange.did, exchange.event, self.city.said_to(exchange.event))


def ending(city: Mihon, outcome: Outcome, *first: str) -> str:
    """A question that ends so with the model in use: the first, or one of the cases, or an entry in its own words."""
    for text in (*first, *(case.text for case in CASES), *(entry.question for entry in ENTRIES)):
        if city.service.answerer.converse(Question(SITE.id, text, "eval")).outcome is outcome:
            return text
    raise AssertionError(f"nothing ends as {outcome}")


def talk(city: Mihon) -> Iterator[Exchange]:
    """One thing after the other, as far as the last has come."""
    answered = ending(city, Outcome.ANSWERED_ENTRY, "70の母、インフルの注射は市から補助が出ますか")
    cards = ending(city, Outcome.SUGGESTED_CARDS, "お腹に赤ちゃんがいるとわかった。例の手帳はどこ")
    close = ending(city, Outcome.SUGGESTED, "夜中に父が息を引き取りました。役所への知らせは何日まで待ってもらえますか")
    hanako = Resident(city)
    yield hanako.becomes_a_friend()
    yield hanako.writes("answered", answered)
    yield hanako.writes("cards", cards)
    yield (suggested := hanako.writes("suggested", close))
    yield (chosen := hanako.presses("chosen", *suggested.button(Choose)))
    yield hanako.presses("rated", *chosen.button(Rate))
    yield hanako.writes("emergency", "台所が火事！")
    yield hanako.writes("person", "人と話したい")
    yield hanako.takes_back(suggested)


def problems(exchange: Exchange) -> list[str]:
    """What LINE, or its SDK, would not take of what was said."""
    refused = [f"the SDK refuses message {number}" for number, each in enumerate(exchange.messages) if not accepts(each)]
    return [*fit_together(exchange.messages), *refused] if exchange.messages else []


def transcript(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """The lines of a Markdown page."""
    yield "# みほん市との LINE のやりとり"
    for exchange in exchanges:
        yield f"\n## 住民: {exchange.did}\n"
        for message in exchange.messages:
            yield from _message(message)
        if not exchange.messages:
            yield "（返信なし。記録からも消えた）"
        yield f"\nLINE の制限を超えるもの: {'; '.join(problems(exchange)) or 'なし'}"


def _message(message: Json) -> Iterator[str]:
    yield f"**{message.get('sender', {}).get('name', 'みほん市')}** {_size(message)}\n"
    said = [message["text"]] if message["type"] == "text" else texts([message])
    yield from (f"> {line}" for text in said for line in text.splitlines())
    leads = [f"［{_label(each)}］→ {each.get('uri') or each.get('text') or each.get('data')}" for each in actions(message)]
    yield from (f"- {lead}" for lead in leads)


def _label(action: Json) -> str:
    """What stands on a button, or what pressing a row says in the resident's name."""
    return str(action.get("label") or action.get("displayText", ""))


def _size(message: Json) -> str:
    if message["type"] == "text":
        return f"text, {len(message['text'].encode('utf-16-le')) // 2} / {limits.TEXT}"
    contents = message["contents"]
    many = contents["type"] == "carousel"
    limit, cards = (limits.CAROUSEL_BYTES, f" of {len(contents['contents'])}") if many else (limits.BUBBLE_BYTES, "")
    size = len(json.dumps(contents, ensure_ascii=False).encode())
    return f"{contents['type']}{cards}, {size:,} / {limit:,} bytes; altText {len(message['altText'])} / {limits.ALT_TEXT}"


def main() -> None:
    """Talk, and print the transcript."""
    with tempfile.TemporaryDirectory() as folder, mihon(Path(folder)) as city:
        sys.stdout.write("\n".join(transcript(talk(city))) + "\n")


if __name__ == "__main__":
    main()
