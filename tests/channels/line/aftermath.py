"""What a storm has left: lost, doubled, mixed up, or still there though it was taken back. Nothing may be."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.records.tables import QuestionRow, ShownRow
from channels.line.tables import EventRow, SendRow
from tests.app.small_city import ENTRIES
from tests.channels.line.line_platform import Platform, Said
from tests.channels.line.town import everything

QUESTIONS = {entry.id: entry.question for entry in ENTRIES}


@dataclass(frozen=True)
class Written:
    """A text that a resident has sent."""

    user: str
    text: str
    message: str

    @property
    def marker(self) -> str:
        """Its last word, which no other text has."""
        return self.text.rpartition(" ")[2]


@dataclass(frozen=True)
class Happened:
    """What LINE delivered."""

    events: set[str] = field(default_factory=set)
    written: dict[str, Written] = field(default_factory=dict)
    """By event."""
    unsent: set[str] = field(default_factory=set)
    """Events whose text was taken back."""


@dataclass
class Left:
    """What was found; everything but `outcomes`, `endings` and `pushes` must be empty."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    surviving: list[str] = field(default_factory=list)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    endings: Mapping[str, int] = field(default_factory=dict)
    pushes: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.mixed or self.surviving)


def look(happened: Happened, platform: Platform, open_session: sessionmaker[Session], folder: Path) -> Left:
    """Compare what LINE delivered with what is stored, what was said, and what stands in the files."""
    with open_session() as session:
        outcomes = {row.id: row.outcome for row in session.scalars(select(EventRow))}
        sends = {row.event or "": row for row in session.scalars(select(SendRow))}
        records = _by_reference(session.scalars(select(QuestionRow)))
        shown = _by_question(session.scalars(select(ShownRow)))
    said = _by_event(platform.said, {row.id: event for event, row in sends.items()})
    left = Left(outcomes=_counted(outcomes.values()), endings=_counted(row.ending for row in sends.values()))
    left.pushes = sum(bool(each.key) for each in platform.said)
    left.lost += [event for event in happened.events if outcomes.get(event) is None]
    left.doubled += [event for event, heard in said.items() if len(heard) > 1]
    whose: dict[str, set[str]] = defaultdict(set)
    for event, written in happened.written.items():
        found = records[written.message]
        if event in happened.unsent:
            left.surviving += [written.marker for _ in found]
        elif len(found) != 1:
            (left.doubled if found else left.lost).append(event)
        else:
            whose[found[0].conversation].add(written.user)
            if event not in sends or (sends[event].ending == "sent" and not said[event]):
                left.lost.append(event)
            if found[0].text != written.text or not _right(written, shown[found[0].id], said[event]):
                left.mixed.append(event)
    left.mixed += [conversation for conversation, users in whose.items() if len(users) > 1]
    rows = everything(open_session)
    open_session.kw["bind"].dispose()  # SQLite moves its log into the file when the last connection is closed
    left.surviving += _surviving(happened, rows.encode(), folder)
    return left


def _right(written: Written, shown: Sequence[str], heard: Sequence[Said]) -> bool:
    """Whether what was heard went to who had asked, and is what the records say."""
    return all(each.to == written.user and all(QUESTIONS[entry] in each.text for entry in shown) for each in heard)


def _surviving(happened: Happened, rows: bytes, folder: Path) -> Iterator[str]:
    """Texts that were taken back and are in a table or anywhere in a file, and texts of anybody that are in the log."""
    logged = (folder / "log").read_bytes()
    stored = rows + b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    for event, written in happened.written.items():
        marker = written.marker.encode()
        if marker in logged or (event in happened.unsent and marker in stored):
            yield written.marker


def _by_reference(rows: Iterable[QuestionRow]) -> dict[str, list[QuestionRow]]:
    found = defaultdict(list)
    for row in rows:
        found[row.reference or ""].append(row)
    return found


def _by_question(rows: Iterable[ShownRow]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for row in rows:
        found[row.question_id].append(row.entry_id)
    return found


def _by_event(said: Iterable[Said], events: Mapping[str, str]) -> dict[str, list[Said]]:
    found = defaultdict(list)
    for each in said:
        found[each.event or events[each.key]].append(each)
    return found


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(map(str, values)))
