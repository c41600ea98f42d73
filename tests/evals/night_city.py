"""The small city with cases, pages and a past, for tests of whole nights."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.records.tables import ConversationRow, QuestionRow
from app.settings import PagePlace
from app.wiring import Service
from evals.night import Night
from evals.nightly import run_night
from knowledge.database import writing
from knowledge.entry import Entry, Kind
from knowledge.intake import take_in
from knowledge.pages import read_pages
from knowledge.rows import By
from knowledge.store import entry, stored
from knowledge.workflow import approve, draft, submit
from tests.app import small_city
from tests.app.small_city import KITA, SetClock
from tests.evals.conftest import write

ASKED: Mapping[str, str] = {
    "juminhyo": "住民票の写しはどこで取れますか",
    "inkan": "印鑑登録の方法を教えてください",
    "tennyu": "引っ越してきました",
    "card": "マイナカードを作りたい",
    "koseki": "戸籍謄本の請求",
    "kokuho": "国民健康保険に入る手続き",
    "sodai": "ソファを捨てたい",
    "moeru": "可燃ごみの日",
    "denchi": "乾電池はどう捨てればよいですか",
    "hoiku": "子どもを保育園に入れたい",
    "toshokan": "図書館の開館時間",
    "risai": "火事のあとの罹災証明",
}
"""What the cases ask, by the entry that answers; all in the entries' own words, so that the small city knows them for sure."""

PROTECTED = ("juminhyo", "toshokan")

PAGE = """<html><head><title>斎場の使用料</title></head><body><main><h1>斎場の使用料</h1>
<h2>使用料</h2><p>市民の使用料は12,000円です。受付は8時30分からです。申込書をお持ちください。</p></main></body></html>"""


def service(data: Path, clock: SetClock | None = None, **settings: Any) -> Service:
    """The small city with other settings."""
    running = small_city.service(data, clock)
    changed = replace(running, settings=running.settings.model_copy(update=settings))
    changed.__dict__["engine"] = running.engine
    return changed


def with_pages(data: Path, clock: SetClock | None = None) -> Service:
    """The small city, whose web site lies in a folder."""
    return service(data, clock, page_places={KITA: PagePlace(url="https://www.city.example.jp/", folder=data / "www")})


def furnish(data: Path, clock: SetClock | None = None) -> None:
    """Give the small city cases, a web site whose page was imported, and questions of earlier days."""
    write_cases(data, ASKED)
    write_page(data)
    running = small_city.service(data, clock)
    made = read_pages(data / "www", "https://www.city.example.jp/").good
    with writing(running.sessions) as session:
        take_in(session, KITA, Kind.PAGE, made, 0, By("import", "www", running.clock()))
    running.publisher.publish(KITA)
    remember(running, ["犬を飼ったときの届出"] * 4, running.clock() - timedelta(hours=5))
    remember(running, ["昔の質問"] * 3, running.clock() - timedelta(days=400))
    close(running)


def write_cases(data: Path, asked: Mapping[str, str]) -> None:
    """Two cases for each entry, so that no figure is of too few."""
    rows = [_case(f"{name}-{number}", name, text) for name, text in asked.items() for number in (1, 2)]
    folder = data / "cases" / KITA
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "answers.jsonl", rows)
    away = [
        {"id": f"away-{number}", "set": "abstention", "text": f"火星の天気{number}", "expected": "handoff"} for number in (1, 2)
    ]
    write(folder / "abstention.jsonl", away)


def _case(name: str, entry_id: str, text: str) -> dict[str, object]:
    return {"id": name, "text": text, "entries": {entry_id: 2}, "protected": entry_id in PROTECTED}


def write_page(data: Path, before: str = "", after: str = "") -> None:
    """The page, with some words changed."""
    (data / "www").mkdir(exist_ok=True)
    (data / "www" / "saijo.html").write_text(PAGE.replace(before, after), encoding="utf-8")


def remember(running: Service, texts: Sequence[str], at: datetime) -> None:
    """Each asked in vain by somebody else."""
    with writing(running.sessions) as session:
        for number, text in enumerate(texts):
            token = f"{at:%Y%m%d%H}-{number}"
            session.add(ConversationRow(site_id=KITA, token=token, channel="web", text=text, started_at=at, updated_at=at))
            session.flush()
            asked = {"channel": "web", "language": "ja", "text": text, "outcome": "handoff_no_match", "milliseconds": {}}
            session.add(QuestionRow(site_id=KITA, id=f"q{token}", conversation=token, asked_at=at, **asked))


def edit(running: Service, entry_id: str, **changes: Any) -> Entry:
    """Publish another text of an entry; the snapshot in use does not know it yet."""
    with writing(running.sessions) as session:
        before = entry(session, KITA, entry_id)
        after = replace(before, **changes)
        number = draft(session, KITA, after, stored(session, KITA, entry_id).latest, By("係員", "変更", running.clock()))
        submit(session, KITA, entry_id, number, By("係員", "変更", running.clock()))
        approve(session, KITA, entry_id, number, By("課長", "承認", running.clock()))
    return after


def night(running: Service, **options: Any) -> Night:
    """One night, without a report, and without other ways to write the cases unless they are asked for."""
    return run_night(running, KITA, options.pop("write_report", _no_report), **{"plain": True, **options})[0]


def _no_report(*_: object) -> None:
    """Reports have tests of their own."""


def close(running: Service) -> None:
    running.sessions.kw["bind"].dispose()
