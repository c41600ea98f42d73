"""The small city as fixtures, and no setting or log from outside."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from app.cli import main
from app.wiring import Service
from tests.app.shell import Ended, Madoguchi
from tests.app.small_city import SetClock, fill, service
from tests.quick_engine import quick_engine as quick_engine


@pytest.fixture(autouse=True, scope="module")
def _nothing_from_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither the variables nor the `.env` of whoever runs the tests reach them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MADOGUCHI_")]:
            patch.delenv(name)
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def city_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the small city, to be copied."""
    folder = tmp_path_factory.mktemp("city")
    running = service(folder)
    fill(running)
    running.sessions.kw["bind"].dispose()
    return folder


@pytest.fixture(scope="session")
def city(city_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The small city, for tests that only ask."""
    return service(shutil.copytree(city_data, tmp_path_factory.mktemp("shared") / "data"))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def own_city(city_data: Path, tmp_path: Path, clock: SetClock) -> Service:
    """The small city, for tests that change it."""
    return service(shutil.copytree(city_data, tmp_path / "data"), clock)


@pytest.fixture
def madoguchi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Madoguchi]:
    """Runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["madoguchi", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Ended(int(ended.value.code or 0), told.out, told.err)

    yield run
    structlog.reset_defaults()


@pytest.fixture
def kita(madoguchi: Madoguchi, city_data: Path) -> Madoguchi:
    """The same, in a folder that has the small city."""
    shutil.copytree(city_data, "data")
    return madoguchi
