"""What pages say otherwise than when they were last read, and which entries say what the pages used to say; pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from app.settings import PagePlace
from evals.night import PageChange
from evals.page_copies import PageCopy
from evals.page_entries import path_of
from evals.page_facts import Difference, FactKind, differences, facts
from evals.page_reading import absolute
from knowledge.entry import Entry

SHARED = 0.5
"""Share of the words of a page's title that an entry must have before the same figure is taken for a quotation: many things
cost 300円."""

Value = tuple[FactKind, str]
"""A fact without its spelling."""

Words = Callable[[str], Sequence[str]]
"""The content words of a text."""


@dataclass(frozen=True)
class City:
    """What the pages are held against."""

    place: PagePlace
    entries: tuple[Entry, ...]
    """The live texts."""
    words: Words

    @cached_property
    def linking(self) -> dict[str, set[str]]:
        """Entries by the pages they link to."""
        found: dict[str, set[str]] = defaultdict(set)
        for entry in self.entries:
            for link in filter(None, (entry.source, entry.procedure)):
                found[absolute(self.place, link)].add(entry.id)
        return found

    @cached_property
    def saying(self) -> dict[Value, list[Entry]]:
        """Entries by the facts in their answers."""
        found: dict[Value, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for value in _values(entry.answer):
                found[value].append(entry)
        return found


def changes(
    known: Mapping[str, PageCopy], pages: Iterable[PageCopy], made: Sequence[Entry], city: City, at: datetime
) -> list[PageChange]:
    """One for every page that says something else; `made` are the entries that importing the pages now would give.

    A page read for the first time is compared with the entries that were made of it.
    """
    of_path = _by_path(made)
    live = _by_path(city.entries)
    found = []
    for page in pages:
        before = known.get(page.url)
        if before is None:
            change = _since_import(page, live.get(page.path, {}), of_path.get(page.path, {}), at)
        else:
            change = _since_reading(page, before, live.get(page.path, {}), of_path.get(page.path, {}), at)
        if change:
            found.append(replace(change, quoted_by=tuple(sorted(_quoting(change, city)))))
    return found


def still_open(change: PageChange, entries: Mapping[str, Entry]) -> PageChange | None:
    """The change with the entries that still say what the page used to say; None when there is none left."""
    left = tuple(id_ for id_ in change.quoted_by if id_ in entries and _says(entries[id_], change.differences))
    return replace(change, quoted_by=left) if left else None


_Entries = Mapping[str, Entry]


def _since_reading(page: PageCopy, before: PageCopy, live: _Entries, made: _Entries, at: datetime) -> PageChange | None:
    if page.told == before.told:
        return None
    old, new = _sections(before), _sections(page)
    headings = tuple(heading for heading in {**new, **old} if old.get(heading) != new.get(heading))
    return PageChange(
        page.url,
        page.title,
        at,
        "",
        tuple(differences(before.told, page.told)),
        headings,
        tuple(sorted(live.keys() - made.keys())),
    )


def _since_import(page: PageCopy, live: _Entries, made: _Entries, at: datetime) -> PageChange | None:
    """Entries are compared one by one; a page of which there are none has only now become known."""
    pairs = [(live[id_], made[id_]) for id_ in live if id_ in made and _text(live[id_]) != _text(made[id_])]
    gone = tuple(sorted(live.keys() - made.keys()))
    if not pairs and not gone:
        return None
    told = [each for old, new in pairs for each in differences(_text(old), _text(new))]
    return PageChange(page.url, page.title, at, "", tuple(dict.fromkeys(told)), tuple(old.question for old, _ in pairs), gone)


def _text(entry: Entry) -> str:
    return f"{entry.answer}\n{entry.contact}"


def _by_path(entries: Iterable[Entry]) -> dict[str, dict[str, Entry]]:
    found: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        if path := path_of(entry):
            found.setdefault(path, {})[entry.id] = entry
    return found


def _sections(copy: PageCopy) -> dict[str, str]:
    """The text under each heading; headings that come twice are put together."""
    texts: dict[str, str] = {}
    for section in copy.page.sections:
        heading = " > ".join(section.headings)
        texts[heading] = f"{texts.get(heading, '')}\n{section.text}"
    return texts


def _quoting(change: PageChange, city: City) -> set[str]:
    """Entries that link to the page, and those that say an old fact of it about the same thing."""
    found = set(city.linking.get(change.url, ()))
    about = frozenset(city.words(change.title))
    old = _old_facts(change.differences)
    return found | {entry.id for value in old for entry in city.saying.get(value, ()) if _is_about(entry, old, about, city.words)}


def _is_about(entry: Entry, old: set[Value], about: frozenset[str], words: Words) -> bool:
    """Whether a line of the answer that says an old fact speaks of what the page speaks of."""
    lines = [line for line in entry.answer.split("\n") if old & _values(line)]
    shared = [len(about & set(words(f"{entry.question}\n{line}"))) for line in lines]
    return any(0 < each >= SHARED * len(about) for each in shared)


def _says(entry: Entry, told: Iterable[Difference]) -> bool:
    return bool(_old_facts(told) & _values(entry.answer))


def _old_facts(told: Iterable[Difference]) -> set[Value]:
    return {value for each in told if each.before for value in _values(each.before)}


def _values(text: str) -> set[Value]:
    return {(fact.kind, fact.value) for fact in facts(text)}
