"""Reads site.json: a municipality with its divisions, their phones and hours."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.calendar import Hours, hours_from_json
from knowledge.check import language_tag
from knowledge.clean import clean, has_lone_surrogate
from knowledge.entry import Division, Site
from knowledge.errors import KnownError
from knowledge.sentences import say
from knowledge.sheet_errors import SheetNotFound

MAX_ID = 50
MAX_TEXT = 200
_ID = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_SITE_FIELDS = ("id", "name", "phone", "divisions")
_DIVISION_FIELDS = ("id", "name", "phone", "hours", "names")


class SiteSheetNotJson(KnownError):
    """The file is not UTF-8 or not JSON. `name`, `row` is where it stops making sense"""


class SiteSheetWrong(KnownError):
    """One value cannot be used. `name`, `place` such as `divisions[3].id`, `wanted` is what should stand there"""

    def __init__(self, name: str, place: str, wanted: str) -> None:
        super().__init__(name=name, place=place, wanted=say("knowledge", f"site_sheet.{wanted}"))


def read_site(path: Path) -> Site:
    """The site in a file such as knowledge/seed/site.json. Raises SheetNotFound, SiteSheetNotJson or SiteSheetWrong."""
    sheet = _Place(path.name, "", _load(path))
    sheet.known_only(_SITE_FIELDS)
    divisions = tuple(_division(each) for each in sheet.items("divisions"))
    if len({each.id for each in divisions}) < len(divisions) or len({each.name for each in divisions}) < len(divisions):
        raise SiteSheetWrong(path.name, "divisions", "once_each")
    return Site(sheet.id(), sheet.text("name", required=True), sheet.text("phone"), divisions)


def _load(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SheetNotFound(name=path.name) from error
    except UnicodeDecodeError as error:
        raise SiteSheetNotJson(name=path.name, row=1 + error.object[: error.start].count(b"\n")) from error
    except json.JSONDecodeError as error:
        raise SiteSheetNotJson(name=path.name, row=error.lineno) from error
    except RecursionError as error:
        raise SiteSheetNotJson(name=path.name, row=1) from error


def _division(place: "_Place") -> Division:
    place.known_only(_DIVISION_FIELDS)
    return Division(place.id(), place.text("name", required=True), place.text("phone"), place.hours(), place.names())


@dataclass(frozen=True, slots=True)
class _Place:
    """An object of the file that knows where it stands, so that a refusal can point at it."""

    file: str
    path: str
    value: object

    def fields(self) -> Mapping[str, object]:
        if not isinstance(self.value, dict):
            raise SiteSheetWrong(self.file, self.path or "{", "an_object")
        return self.value

    def known_only(self, names: tuple[str, ...]) -> None:
        for name in self.fields():
            if name not in names:
                raise self.wrong(clean(name)[:MAX_ID], "no_such_field")

    def wrong(self, name: str, wanted: str) -> SiteSheetWrong:
        return SiteSheetWrong(self.file, f"{self.path}.{name}" if self.path else name, wanted)

    def text(self, name: str, required: bool = False) -> str:
        text = self.fields().get(name, "")
        if not isinstance(text, str) or len(text) > MAX_TEXT or has_lone_surrogate(text) or clean(text) != text:
            raise self.wrong(name, "a_text")
        if required and not text.strip():
            raise self.wrong(name, "not_empty")
        return text.strip()

    def id(self) -> str:
        text = self.text("id", required=True)
        if len(text) > MAX_ID or not _ID.fullmatch(text):
            raise self.wrong("id", "an_id")
        return text

    def items(self, name: str) -> Iterator["_Place"]:
        rows = self.fields().get(name, [])
        if not isinstance(rows, list):
            raise self.wrong(name, "a_list")
        for number, row in enumerate(rows, 1):
            yield _Place(self.file, f"{name}[{number}]", row)

    def hours(self) -> Hours:
        value = self.fields().get("hours", {})
        try:
            if not isinstance(value, dict):
                raise TypeError(value)
            return hours_from_json(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise self.wrong("hours", "hours") from error

    def names(self) -> dict[str, str]:
        names = _Place(self.file, f"{self.path}.names", self.fields().get("names", {}))
        found: dict[str, str] = {}
        for written in names.fields():
            tag = language_tag(written)
            if tag is None or tag in found:
                raise names.wrong(written[:MAX_ID], "a_language")
            found[tag] = names.text(written, required=True)
        return found
