"""`madoguchi nightly`: what it tells, its exit statuses, several sites, and refusals of the disk."""

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.wiring import Service
from evals.night_cli import BUSY, REFUSED, STOPPED
from evals.nightly import nights_of
from knowledge.database import writing
from knowledge.entry import Site
from knowledge.sites import add_site
from tests.app import small_city
from tests.app.small_city import KITA
from tests.evals.night_city import ASKED, close, edit, write_cases

Nightly = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(city_data: Path, tmp_path: Path) -> Path:
    data = shutil.copytree(city_data, tmp_path / "data")
    write_cases(data, ASKED)
    return data


@pytest.fixture
def running(data: Path) -> Iterator[Service]:
    opened = small_city.service(data)
    yield opened
    close(opened)


@pytest.fixture
def nightly(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Nightly:
    """Runs the command and gives its status, output and errors."""
    monkeypatch.setenv("MADOGUCHI_DATA_DIR", str(data))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["madoguchi", "nightly", "--plain", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def test_it_tells_what_became_of_the_candidate_and_where_the_report_is(nightly: Nightly) -> None:
    status, told, errors = nightly()
    assert (status, errors) == (0, "")
    first, last = told.splitlines()
    assert first.startswith("kita: ")
    assert last.endswith("report.html")


def test_a_refusal_has_a_status_of_its_own_and_reasons(nightly: Nightly, running: Service) -> None:
    assert nightly()[0] == 0
    edit(running, "toshokan", question="市立の施設", wordings=(), answer="施設の一覧です。")
    status, told, _ = nightly()
    assert status == REFUSED
    assert "kita: 新しい索引を公開しませんでした。" in told
    assert "守る質問「図書館の開館時間」" in told


def test_a_refusal_can_be_overruled_with_a_reason(nightly: Nightly, running: Service) -> None:
    edit(running, "toshokan", question="市立の施設", wordings=(), answer="施設の一覧です。")
    status, told, _ = nightly("--promote-anyway", "図書館は閉まりました")
    assert status == 0
    assert "指示により" in told
    assert nights_of(running, KITA).history()[0][-1].override == "図書館は閉まりました"


def test_scripts_get_json(nightly: Nightly) -> None:
    nightly()
    status, told, _ = nightly("--json")
    assert status == 0
    site = json.loads(told)[0]
    assert (site["site"], site["decision"], site["right"], site["reasons"]) == (KITA, "unchanged", 1.0, [])


def test_sites_are_done_in_turn_and_one_that_cannot_stops_no_other(nightly: Nightly, running: Service) -> None:
    with writing(running.sessions) as session:
        add_site(session, Site("aka", "あか市"), running.clock())
    status, told, errors = nightly()
    assert status == STOPPED
    assert errors.startswith("aka: 最後まで終わりませんでした。")
    assert told.startswith("kita: ")
    status, told, _ = nightly("--json")
    assert [("error" in each, each["site"]) for each in json.loads(told)] == [(True, "aka"), (False, KITA)]


def test_one_site_can_be_named(nightly: Nightly, running: Service) -> None:
    with writing(running.sessions) as session:
        add_site(session, Site("aka", "あか市"), running.clock())
    assert nightly("--site", KITA)[0] == 0
    status, _, errors = nightly("--site", "midori")
    assert status == 1
    assert "midori" in errors


def test_a_night_that_is_being_run_is_left_alone(nightly: Nightly, running: Service) -> None:
    with nights_of(running, KITA).alone():
        status, told, errors = nightly()
    assert (status, told) == (BUSY, "")
    assert errors == "kita: 夜の評価（kita）は、ほかの処理が行っています。終わるのを待ってください。\n"


def test_without_a_site_it_is_one_sentence(tmp_path: Path, nightly: Nightly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_DATA_DIR", str(tmp_path / "nothing"))
    status, _, errors = nightly()
    assert status == 1
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("place", range(12))
def test_a_full_disk_is_told_and_the_next_call_goes_on(nightly: Nightly, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at another file each time."""
    calls = iter(range(1000))
    usual: Any = os.fsync

    def full(descriptor: int) -> None:
        if next(calls) >= 3 * place:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        usual(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        status, told, errors = nightly()
    assert (status, told) == (STOPPED, "")
    assert "No space left on device" in errors
    assert "空き容量" in errors
    assert len(errors.splitlines()) == 1
    assert nightly()[0] == 0


def test_a_database_that_refuses_is_told(nightly: Nightly, data: Path) -> None:
    import sqlite3

    with closing(sqlite3.connect(data / "madoguchi.db")) as file:
        file.executescript("DROP TABLE feedback")
    status, _, errors = nightly()
    assert status == STOPPED
    assert "feedback" in errors
    assert len(errors.splitlines()) == 1
