"""`madoguchi report` as typed: the month it takes, where it writes, and what it says when there is nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.settings import load_settings
from app.wiring import Service
from evals import report_cli
from evals.errors import MonthUnreadable, NoNights
from evals.night import Night
from evals.night_folder import Nights
from knowledge.database import writing
from knowledge.entry import Site
from knowledge.sites import add_site
from tests.evals.nights import full_night, nights_before

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nights:
    """Where the city's nights are kept; the clock says that November is over."""
    monkeypatch.setenv("MADOGUCHI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(report_cli, "service", lambda: Service(load_settings(), lambda: NOW))
    (tmp_path / "data").mkdir()
    with writing(Service(load_settings(), lambda: NOW).sessions) as session:
        add_site(session, Site("kita", "きた市"), NOW)
    return Nights(tmp_path / "data" / "nights" / "kita")


def keep(nights: Nights, night: Night) -> None:
    nights.root.mkdir(parents=True, exist_ok=True)
    nights.begin(night.started_at, night.before).finish(night)


def typed(*arguments: str) -> str:
    done = CliRunner().invoke(report_cli.commands(), arguments, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_it_reports_the_month_that_ended_last(nights: Nights) -> None:
    for night in nights_before(25, full_night()):
        keep(nights, night)
    told = typed()
    assert str(nights.root / "2026-11.html") in told
    assert "20晩" in told
    page = (nights.root / "2026-11.html").read_text(encoding="utf-8")
    assert "2026年11月は、夜間評価を20回行いました" in page
    assert len(nights.history()[0]) == 25


def test_it_reports_the_month_named_to_the_file_named(nights: Nights, tmp_path: Path) -> None:
    for night in nights_before(25, full_night()):
        keep(nights, night)
    typed("--month", "2026-10", "--site", "kita", "--out", str(tmp_path / "october.html"))
    assert "2026年10月は、夜間評価を5回行いました" in (tmp_path / "october.html").read_text(encoding="utf-8")


def test_a_night_that_cannot_be_read_is_told_and_costs_no_report(nights: Nights) -> None:
    for night in nights_before(3, full_night()):
        keep(nights, night)
    (nights.all()[0].path / "night.json").write_text("{", encoding="utf-8")
    assert nights.all()[0].path.name in typed("--month", "2026-11")
    assert "夜間評価を2回行いました" in (nights.root / "2026-11.html").read_text(encoding="utf-8")


def test_a_month_without_nights_is_refused(nights: Nights) -> None:
    with pytest.raises(NoNights, match="2026年11月"):
        typed()
    assert not (nights.root / "2026-11.html").exists()


@pytest.mark.parametrize("month", ["11", "2026-13", "2026/11", "先月", "2026-11-01"])
def test_a_month_that_is_none_is_refused(nights: Nights, month: str) -> None:
    assert nights
    with pytest.raises(MonthUnreadable, match="2026-11 のように"):
        typed("--month", month)
