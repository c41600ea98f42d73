"""The hours in which residents are left in peace, in Japan's time."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from knowledge.calendar import TOKYO

_WRITTEN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-~〜～]\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of the day until another, which is the next day's when it is earlier."""

    begins: time
    ends: time

    @classmethod
    def read(cls, written: str) -> "Quiet | None":
        """What `21:00-8:00` means; nothing when it is not written like that, or lasts no time at all."""
        found = _WRITTEN.fullmatch(written.strip())
        if not found:
            return None
        hour, minute, last_hour, last_minute = map(int, found.groups())
        made = cls(time(hour, minute), time(last_hour, last_minute))
        return made if made.begins != made.ends else None

    @property
    def written(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def over(self, moment: datetime) -> datetime:
        """When residents may be written to: then, or at the end of the hours it falls into."""
        here = moment.astimezone(TOKYO)
        if not self._covers(here.time()):
            return moment
        day = here.date() + timedelta(days=int(here.time() >= self.ends))
        return datetime.combine(day, self.ends, TOKYO).astimezone(moment.tzinfo)

    def _covers(self, now: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


DEFAULT_QUIET = Quiet(time(21), time(8))
