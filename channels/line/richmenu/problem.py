"""One thing that is wrong with a menu: where, and a sentence for the member of staff who wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.sentences import DEFAULT_LANGUAGE, say


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file: the whole, a tab, or an area of a tab, counted from 1."""

    tab: str = ""
    area: int = 0

    @property
    def told(self) -> str:
        if self.area:
            return say("channels", "richmenu.at_area", tab=self.tab, number=self.area)
        return say("channels", "richmenu.at_tab", tab=self.tab) if self.tab else ""


@dataclass(frozen=True, slots=True)
class MenuProblem:
    """The sentence is `richmenu.<name>` in the wording."""

    name: str
    place: Place = field(default_factory=Place)
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What to show, beginning with the place."""
        return self.place.told + say("channels", f"richmenu.{self.name}", DEFAULT_LANGUAGE, **self.values)
