"""Reads what staff write in YAML field by field: what is wrong is noted in a sentence each, and reading goes on."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from channels.line.counting import blank, sendable, units
from knowledge.clean import shown
from knowledge.sentences import DEFAULT_LANGUAGE, languages, say

KEY = re.compile(r"[a-z0-9_-]{1,20}")
"""What options and the like are called in files, buttons and the database."""


class Fields:
    """Takes values apart. `place` is where in the file, in words that a sentence can begin with."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def load(self, path: Path) -> object:
        """The file as YAML. Raises OSError."""
        try:
            return yaml.safe_load(path.read_text(encoding="utf-8-sig"))
        except yaml.MarkedYAMLError as error:
            self.fail("not_yaml", line=error.problem_mark.line + 1 if error.problem_mark else 1)
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
            self.fail("not_yaml", line=1)
        return None

    def fail(self, name: str, place: str = "", /, **values: object) -> None:
        """Note a problem; its sentence is `yaml.<name>`, or that of the whole key when the name has a dot."""
        self.problems.append(place + self.sentence(name if "." in name else f"yaml.{name}", **values))

    def sentence(self, key: str, /, **values: object) -> str:
        """A sentence of the wording for staff."""
        return say("channels", key, DEFAULT_LANGUAGE, **values)

    def mapping(self, value: object, names: tuple[str, ...], place: str = "") -> Mapping[str, Any]:
        """A mapping that has no other names than these."""
        if not isinstance(value, dict):
            self.fail("no_mapping", place, known="、".join(names))
            return {}
        for name in value:
            if name not in names:
                self.fail("unknown_field", place, name=shown(str(name)), known="、".join(names))
        return {str(name): each for name, each in value.items()}

    def items(self, given: Mapping[str, Any], name: str, most: int, place: str = "") -> list[Any]:
        """A list with something in it."""
        value = given.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            self.fail("no_list", place, name=name, most=most)
            return []
        return value

    def flag(self, given: Mapping[str, Any], name: str, place: str = "") -> bool:
        """Yes or no; no when it is not there."""
        value = given.get(name, False)
        if not isinstance(value, bool):
            self.fail("no_flag", place, name=name)
        return value is True

    def key(self, given: Mapping[str, Any], place: str = "") -> str:
        """A name for machines."""
        value = given.get("key")
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.fail("key", place, written=shown(str(value)))
        return str(value)

    def text(self, given: Mapping[str, Any], name: str, most: int, place: str = "") -> str:
        """A text of at most so many UTF-16 units, as LINE counts."""
        value = given.get(name)
        text = sendable(value).strip() if isinstance(value, str) else ""
        if blank(text):
            self.fail("no_text", place, name=name)
        elif units(text) > most:
            self.fail("long_text", place, name=name, text=shown(text), count=units(text), most=most)
        return text

    def texts(self, given: Mapping[str, Any], name: str, most: int, place: str = "") -> dict[str, str]:
        """A text in Japanese, or a mapping with the same in several languages."""
        value = given.get(name)
        if not isinstance(value, dict):
            return {DEFAULT_LANGUAGE: self.text(given, name, most, place)}
        known = languages("channels")
        for language in value:
            if language not in known:
                self.fail("unknown_language", place, name=name, tag=shown(str(language)), known="、".join(sorted(known)))
        if DEFAULT_LANGUAGE not in value:
            self.fail("no_japanese", place, name=name)
        return {str(language): self.text(value, language, most, place) for language in value}
