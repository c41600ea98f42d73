"""When residents are left in peace."""

from datetime import UTC, datetime

import pytest

from channels.line.segments.quiet import Quiet
from knowledge.calendar import TOKYO


@pytest.mark.parametrize(
    ("hours", "at", "over"),
    [
        ("21:00-08:00", "2026-11-20 20:59", "2026-11-20 20:59"),
        ("21:00-08:00", "2026-11-20 21:00", "2026-11-21 08:00"),
        ("21:00-08:00", "2026-11-21 00:00", "2026-11-21 08:00"),
        ("21:00-08:00", "2026-11-21 07:59", "2026-11-21 08:00"),
        ("21:00-08:00", "2026-11-21 08:00", "2026-11-21 08:00"),
        ("21:00-08:00", "2026-12-31 23:00", "2027-01-01 08:00"),
        ("12:00-13:00", "2026-11-20 12:30", "2026-11-20 13:00"),
        ("12:00-13:00", "2026-11-20 13:00", "2026-11-20 13:00"),
        ("12:00-13:00", "2026-11-20 23:00", "2026-11-20 23:00"),
    ],
)
def test_what_falls_into_them_waits_for_their_end(hours: str, at: str, over: str) -> None:
    quiet = Quiet.read(hours)
    assert quiet is not None
    moment = datetime.fromisoformat(at).replace(tzinfo=TOKYO).astimezone(UTC)
    assert quiet.over(moment) == datetime.fromisoformat(over).replace(tzinfo=TOKYO)
    assert quiet.over(moment).tzinfo is UTC
