"""How one site's residents speak: the product's topics with the site's own sheets of topics and nicknames over them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from knowledge.clean import shown
from knowledge.errors import KnownError
from knowledge.problem import Problem
from knowledge.sentences import say
from knowledge.speech_sheet import Nickname, plain, read_speech_sheet
from knowledge.topics import Topic

SHEETS = (".csv", ".tsv", ".xlsx")
NOTES = (".txt", ".md")
"""What people leave beside their sheets."""

HIDDEN = (".", "~$")
"""How names begin that the system or a running Excel gives."""

MOST_TOPICS = 2_000
"""Of a site's own: every say of every topic is compared with every question."""


class SpeechFolderMissing(KnownError):
    """The folder that the settings name is not there. `folder`"""


class Place(NamedTuple):
    """Where something stands."""

    sheet: str
    """The file, with the site's folder before it where it lies in one."""
    row: int | None


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One thing wrong in one sheet."""

    sheet: str
    problem: Problem

    @property
    def sentence(self) -> str:
        """What to show a person, beginning with the sheet."""
        return say("knowledge", "problems.in_sheet", sheet=self.sheet, sentence=self.problem.sentence)


@dataclass(frozen=True, slots=True)
class Speech:
    """What a site's snapshot is built with; bad rows of its own sheets are problems and cost no good one."""

    topics: tuple[Topic, ...]
    nicknames: tuple[Nickname, ...] = ()
    problems: tuple[SheetProblem, ...] = ()

    @property
    def own(self) -> tuple[Topic, ...]:
        """The topics from the site's own sheets."""
        return tuple(topic for topic in self.topics if topic.own)


def speech_of(site: str, folder: Path, standard: Sequence[Topic]) -> Speech:
    """What the sheets in `<folder>/<site>` say, then those directly in `folder`, which all sites share, then the product's.

    What comes first wins over a topic with the same name or question and over the same nickname. Raises
    SpeechFolderMissing, and the errors of `knowledge.sheet_errors` when a sheet as a whole cannot be read.
    """
    if not folder.is_dir():
        raise SpeechFolderMissing(folder=str(folder))
    own, shared = (_Level.read(each, name) for each, name in ((folder / site, f"{site}/"), (folder, "")))
    topics = [*own.topics, *_unlike(own.topics, shared.topics)]
    problems = own.problems + shared.problems + _too_many(topics)
    told = [topic for _, topic in topics[:MOST_TOPICS]]
    rest = [topic for _, topic in _unlike(topics[:MOST_TOPICS], [(_NOWHERE, topic) for topic in standard])]
    return Speech((*told, *rest), tuple(_called(own.nicknames, shared.nicknames)), tuple(problems))


_Placed = tuple[Place, Topic]
_NOWHERE = Place("", None)


@dataclass(slots=True)
class _Level:
    """What one folder says, without the folders in it."""

    topics: list[_Placed] = field(default_factory=list)
    nicknames: list[tuple[Place, Nickname]] = field(default_factory=list)
    problems: list[SheetProblem] = field(default_factory=list)
    _first: dict[str, Place] = field(default_factory=dict)

    @staticmethod
    def read(folder: Path, name: str) -> "_Level":
        level = _Level()
        for file in sorted(folder.iterdir() if folder.is_dir() else ()):
            if file.is_file() and not file.name.startswith(HIDDEN):
                level.read_file(file, f"{name}{file.name}")
        level.leave_out_nicknames_of_nicknames()
        return level

    def read_file(self, file: Path, sheet: str) -> None:
        if file.suffix.lower() not in SHEETS:
            if file.suffix.lower() not in NOTES:
                self.problems.append(SheetProblem(sheet, Problem(None, "no_speech_sheet", {"suffixes": "・".join(SHEETS)})))
            return
        for row in read_speech_sheet(file):
            if isinstance(row, Problem):
                self.problems.append(SheetProblem(sheet, row))
            else:
                self._take(Place(sheet, row[0]), row[1])

    def _take(self, place: Place, said: Topic | Nickname) -> None:
        keys = _keys(said) if isinstance(said, Topic) else {f"nickname {plain(said.lay)}"}
        first = next((self._first[key] for key in keys if key in self._first), None)
        if first:
            name = said.question if isinstance(said, Topic) else said.lay
            self._tell(place, "said_twice", name=shown(name), first=first)
            return
        self._first |= dict.fromkeys(keys, place)
        if isinstance(said, Topic):
            self.topics.append((place, said))
        else:
            self.nicknames.append((place, said))

    def leave_out_nicknames_of_nicknames(self) -> None:
        """What is followed once cannot go round in circles."""
        places = {plain(each.lay): place for place, each in self.nicknames}
        for place, each in self.nicknames:
            office = next((word for word in each.office if plain(word) in places), None)
            if office:
                self._tell(place, "office_is_nickname", office=shown(office), first=places[plain(office)])
        self.nicknames = [(place, each) for place, each in self.nicknames if places.keys().isdisjoint(map(plain, each.office))]

    def _tell(self, place: Place, key: str, first: Place, **values: object) -> None:
        self.problems.append(
            SheetProblem(place.sheet, Problem(place.row, key, {**values, "sheet": first.sheet, "first": first.row}))
        )


def _keys(topic: Topic) -> set[str]:
    """What no two topics have in common."""
    return {f"topic {plain(topic.id)}", f"question {plain(topic.question)}"}


def _unlike(taken: Iterable[_Placed], others: Iterable[_Placed]) -> list[_Placed]:
    """Those of the others that no taken one replaces."""
    keys = {key for _, topic in taken for key in _keys(topic)}
    return [(place, topic) for place, topic in others if keys.isdisjoint(_keys(topic))]


def _called(own: Sequence[tuple[Place, Nickname]], shared: Sequence[tuple[Place, Nickname]]) -> list[Nickname]:
    """The site's nicknames, and the shared ones that say nothing against them."""
    lay, office = ({plain(each.lay) for _, each in own}, {plain(word) for _, each in own for word in each.office})
    fits = [each for _, each in shared if plain(each.lay) not in lay | office and lay.isdisjoint(map(plain, each.office))]
    return [*(each for _, each in own), *fits]


def _too_many(topics: Sequence[_Placed]) -> list[SheetProblem]:
    if len(topics) <= MOST_TOPICS:
        return []
    place, _ = topics[MOST_TOPICS]
    values = {"limit": MOST_TOPICS, "count": len(topics) - MOST_TOPICS}
    return [SheetProblem(place.sheet, Problem(place.row, "too_many_topics", values))]
