"""The checker of entries: JSON-like values in, entries that the model allows out, and a sentence for everything else."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from knowledge.clean import clean, has_lone_surrogate, shown
from knowledge.dates import read_date
from knowledge.entry import DATE_FIELDS, TEXT_FIELDS, Entry, Kind, Translation
from knowledge.links import is_safe_link
from knowledge.problem import Imported, Problem, field_label

__all__ = ["Imported", "Problem", "check_all", "from_json", "language_tag", "short_digest"]

MAX_ID = 100
MAX_QUESTION = 500
MAX_ANSWER = 20_000
MAX_WORDINGS = 200
MAX_LINK = 2_000
MAX_DETAILS = 20_000
"""Characters of all keys and values of `details` together."""
MAX_LENGTHS = {
    "id": MAX_ID,
    "kind": MAX_ID,
    "question": MAX_QUESTION,
    "answer": MAX_ANSWER,
    "wordings": MAX_QUESTION,
    "category": 100,
    "division": 100,
    "contact": 1_000,
    "source": MAX_LINK,
    "procedure": MAX_LINK,
    "details": MAX_DETAILS,
}
FIELDS = ("id", "kind", *TEXT_FIELDS, "wordings", *DATE_FIELDS, "details", "translations")
_TRANSLATED = ("question", "answer", "wordings")
_ID = re.compile(r"\w[\w.:@+-]*")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(-[xX](-[A-Za-z0-9]{1,8})+)?", re.ASCII)
_MAIN_LANGUAGE = "ja"


def from_json(value: object, row: int | None = None) -> Entry | tuple[Problem, ...]:
    """Read back what `knowledge.entry.to_json` wrote, or anything like it; every problem of the row when there is one.

    Only question and answer are required. Control characters are dropped and line ends become LF; nothing else in a text changes.
    A wording is one line: a wording of several lines becomes several wordings, and empty and repeated ones go.
    """
    if not isinstance(value, Mapping):
        return (Problem(row, "not_an_object"),)
    fields = _Fields(value, row)
    entry = fields.entry()
    return tuple(fields.problems) or entry


def check_all(rows: Iterable[tuple[int, object] | Problem]) -> Imported:
    """Check numbered values, pass earlier problems on, and keep only the first of two entries with the same ID."""
    good: dict[str, Entry] = {}
    problems: list[Problem] = []
    rows_by_id: dict[str, int] = {}
    for item in rows:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        row, value = item
        checked = from_json(value, row)
        if isinstance(checked, tuple):
            problems += checked
        elif checked.id in good:
            problems.append(Problem(row, "duplicate_id", {"id": checked.id, "first": rows_by_id[checked.id]}))
        else:
            good[checked.id], rows_by_id[checked.id] = checked, row
    return Imported(tuple(good.values()), tuple(problems))


def short_digest(*parts: str) -> str:
    """Twelve hex digits for an ID that must come out the same at every import."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def language_tag(tag: str) -> str | None:
    """The tag as BCP 47 writes it (EN → en, zh-hans → zh-Hans, ja-x-easy); None when it is not shaped like one."""
    if not _TAG.fullmatch(tag):
        return None
    public, marker, private = tag.lower().partition("-x-")
    language, *subtags = public.split("-")
    return "-".join([language, *map(_subtag, subtags)]) + marker + private


def _subtag(subtag: str) -> str:
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag


class _Fields:
    """Reads the fields of one entry, or of one translation when `tag` is given, and notes what is wrong with them."""

    def __init__(self, value: Mapping[object, object], row: int | None, tag: str = "") -> None:
        self.value = value
        self.row = row
        self.tag = tag
        self.problems: list[Problem] = []

    def entry(self) -> Entry:
        self.known_only(FIELDS)
        question = self.text("question", required=True)
        entry = Entry(
            id=self.id(question),
            kind=self.kind(),
            question=question,
            answer=self.text("answer", required=True),
            wordings=self.wordings(),
            category=self.text("category"),
            division=self.text("division"),
            source=self.link("source"),
            procedure=self.link("procedure"),
            contact=self.text("contact"),
            valid_from=self.day("valid_from"),
            valid_until=self.day("valid_until"),
            review_on=self.day("review_on"),
            confirmed_on=self.day("confirmed_on"),
            details=self.details(),
            translations=self.translations(),
        )
        if entry.valid_from and entry.valid_until and entry.valid_from > entry.valid_until:
            self.fail("ends_before_start", "valid_until", start=entry.valid_from, end=entry.valid_until)
        return entry

    def fail(self, problem: str, name: str, **values: object) -> None:
        self.problems.append(Problem(self.row, problem, {"field": field_label(name, self.tag), **values}))

    def known_only(self, names: tuple[str, ...]) -> None:
        for name in map(str, self.value):
            if name not in names:
                near = get_close_matches(name, names, n=1)
                told = {"name": shown(name), "near": near[0]} if near else {"name": shown(name)}
                self.problems.append(Problem(self.row, "unknown_field_near" if near else "unknown_field", told))

    def text(self, name: str, *, required: bool = False) -> str:
        raw = self.value.get(name)
        text = "" if raw is None else self.plain(name, raw)
        if required and (raw is None or (isinstance(raw, str) and not text.strip())):
            self.fail("missing", name)
        return text

    def plain(self, name: str, raw: object) -> str:
        if not isinstance(raw, str):
            self.fail("not_text", name)
            return ""
        text = clean(raw) if raw else raw
        if has_lone_surrogate(text):
            self.fail("lone_surrogate", name)
        if len(text) > MAX_LENGTHS[name]:
            self.fail("too_long", name, length=len(text), limit=MAX_LENGTHS[name])
        return text

    def id(self, question: str) -> str:
        raw = self.value.get("id")
        whole = isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**MAX_ID
        text = str(raw) if whole else ("" if raw is None else self.plain("id", raw))
        if not text.strip():
            return f"faq-{short_digest(question)}"
        if not _ID.fullmatch(text.strip()):
            self.fail("bad_id", "id")
        return text.strip()

    def kind(self) -> Kind:
        text = self.text("kind").strip().lower()
        if text and text not in set(Kind):
            self.fail("bad_kind", "kind", kinds="・".join(Kind))
            return Kind.FAQ
        return Kind(text) if text else Kind.FAQ

    def wordings(self) -> tuple[str, ...]:
        raw = self.value.get("wordings")
        if raw is not None and not isinstance(raw, str | list | tuple):
            self.fail("not_text", "wordings")
            return ()
        # A cell of a sheet holds all wordings in one text, so the limit is for each line and not for the whole.
        each = clean(raw).split("\n") if isinstance(raw, str) else raw or ()
        found = [line for item in each for line in self._lines(item)]
        if len(found) > MAX_WORDINGS:
            self.fail("too_many", "wordings", count=len(found), limit=MAX_WORDINGS)
        return tuple(dict.fromkeys(found))

    def _lines(self, item: object) -> list[str]:
        return [line for line in self.plain("wordings", item).split("\n") if line.strip()]

    def link(self, name: str) -> str:
        text = self.text(name).strip()
        if text and not is_safe_link(text):
            self.fail("bad_link", name)
        return text

    def day(self, name: str) -> date | None:
        raw = self.value.get(name)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        day = read_date(raw)
        if day is None:
            self.fail("bad_date", name, text=shown(raw) if isinstance(raw, str) else type(raw).__name__)
        return day

    def details(self) -> dict[str, str]:
        raw = self._mapping("details")
        found = {self.plain("details", key): self.plain("details", text) for key, text in raw.items()}
        size = sum(len(key) + len(text) for key, text in found.items())
        if size > MAX_DETAILS:
            self.fail("too_long", "details", length=size, limit=MAX_DETAILS)
        return found

    def translations(self) -> dict[str, Translation]:
        found: dict[str, Translation] = {}
        for name, value in self._mapping("translations").items():
            tag = language_tag(str(name))
            if tag is None or tag == _MAIN_LANGUAGE or tag in found:
                self.problems.append(Problem(self.row, "bad_language", {"tag": shown(str(name))}))
            else:
                found[tag] = self._translation(value, tag)
        return found

    def _translation(self, value: object, tag: str) -> Translation:
        fields = _Fields(value if isinstance(value, Mapping) else {}, self.row, tag)
        fields.known_only(_TRANSLATED)
        read = Translation(fields.text("question", required=True), fields.text("answer", required=True), fields.wordings())
        self.problems += fields.problems
        return read

    def _mapping(self, name: str) -> Mapping[object, object]:
        raw = self.value.get(name)
        if raw is not None and not isinstance(raw, Mapping):
            self.fail("not_a_mapping", name)
        return raw if isinstance(raw, Mapping) else {}
