"""A night killed before anything that lasts, again and again, ends as if nothing had happened."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.records.tables import QuestionCountRow
from evals import night as nights
from evals.candidate import ASIDE
from evals.night import Decision, Night
from evals.nightly import nights_of
from knowledge.history import revisions_of
from tests.app.small_city import KITA
from tests.evals.killing import run_killed
from tests.evals.night_city import close, edit, furnish, night, with_pages, write_page

MOST_KILLS = 200


@pytest.fixture(scope="module")
def before(city_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city one night old, whose page and one entry changed since."""
    data = shutil.copytree(city_data, tmp_path_factory.mktemp("before") / "data")
    furnish(data)
    running = with_pages(data)
    night(running)
    write_page(data, "12,000円", "15,000円")
    edit(running, "denchi", answer="回収箱か市役所の窓口に入れてください。")
    close(running)
    return data


@pytest.fixture(params=["promoted", "refused"])
def city(before: Path, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Decision]:
    """The city, and what must become of its candidate."""
    data = shutil.copytree(before, tmp_path / "data")
    if request.param == "refused":
        running = with_pages(data)
        edit(running, "toshokan", question="市立の施設", wordings=(), answer="施設の一覧です。")
        close(running)
    return data, Decision(request.param)


def one_night(data: Path) -> None:
    running = with_pages(data)
    night(running)
    close(running)


def what_lasts(data: Path) -> dict[str, Any]:
    """Everything a night leaves behind that is not a time or a name made of one."""
    running = with_pages(data)
    found = nights_of(running, KITA).history()[0][-1]
    with running.sessions() as session:
        counts = [(row.day.isoformat(), row.outcome, row.questions) for row in session.scalars(select(QuestionCountRow))]
        drafts = [len(revisions_of(session, KITA, draft)) for change in found.pages for draft in change.drafts]
    lasting = {
        "night": _timeless(found),
        "counts": counts,
        "drafts": drafts,
        "in use": running.engine.store.current(KITA) == found.after,
        "snapshots": len(running.engine.store.all(KITA)),
        "aside": (running.engine.store.root / ASIDE / KITA).exists(),
        "unfinished": sorted(path.name for path in running.engine.store.root.rglob(".unfinished-*")),
        "pages": sorted(path.name for path in (data / "pages" / KITA).iterdir() if path.suffix == ".json"),
        "temporary": sorted(path.name for path in (data / "nights").rglob("*/*/*.tmp")),
        "nights": len(nights_of(running, KITA).all()),
    }
    close(running)
    return lasting


def _timeless(found: Night) -> dict[str, Any]:
    value = nights.to_json(found)
    for name in ("durations", "config", "candidate", "before", "after"):
        value.pop(name)
    value["metrics"].pop("milliseconds")
    return value


@pytest.mark.slow
def test_a_night_killed_before_everything_that_lasts_ends_as_if_nothing_had_happened(
    city: tuple[Path, Decision], tmp_path: Path
) -> None:
    data, decision = city
    quiet = shutil.copytree(data, tmp_path / "quiet")
    one_night(quiet)
    kills = next(kill for kill in range(MOST_KILLS) if run_killed(lambda: one_night(data), data, tmp_path / "seen"))
    expected, found = what_lasts(quiet), what_lasts(data)
    # What a killed process was writing at that moment is under another name, and nobody reads it.
    expected.pop("temporary"), found.pop("temporary")
    assert found == expected
    assert found["night"]["decision"] == decision
    assert (found["in use"], found["aside"], found["unfinished"]) == (True, False, [])
    assert kills > 60
