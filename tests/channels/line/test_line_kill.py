"""SIGKILL of the real service while LINE delivers, with everything else going wrong too; storm.py does the same at length."""

from pathlib import Path

import pytest

from tests.channels.line.storm import Plan, storm


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_mixed_up_by_kills(empty_database_url: str, tmp_path: Path) -> None:
    database = "" if empty_database_url.startswith("sqlite") else empty_database_url
    plan = Plan(
        events=150,
        rate=40,
        users=20,
        kills=2,
        unsends=0.2,
        duplicates=0.3,
        shuffled=0.3,
        faults=0.2,
        limit=240,
        database=database,
    )
    report = storm(tmp_path, plan)
    told = "\n".join(report.lines())
    assert report.clean, told
    assert report.kills == plan.kills
    assert report.left.endings["sent"] > 80, told
    assert report.left.outcomes["withdrawn"] > 10, told
