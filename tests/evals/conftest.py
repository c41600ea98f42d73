"""Evaluation files of a few entries, and no setting from outside."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import structlog

from app.wiring import Service
from tests.app import small_city
from tests.quick_engine import quick_engine as quick_engine

SUBJECTS = [
    "住民票",
    "印鑑登録",
    "転入届",
    "マイナンバーカード",
    "戸籍謄本",
    "国民健康保険",
    "粗大ごみ",
    "乾電池",
    "図書館",
    "水道",
    "保育所",
    "市民税",
]


def write(path: Path, rows: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _nothing_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("MADOGUCHI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield
    structlog.reset_defaults()


@pytest.fixture
def entries_file(tmp_path: Path) -> Path:
    """Sixty entries with whole numbers as ids."""
    rows = [
        {
            "id": number,
            "question": f"{SUBJECTS[number % 12]}の手続き{number // 12}",
            "answer": f"{SUBJECTS[number % 12]}は窓口へ。",
        }
        for number in range(60)
    ]
    return write(tmp_path / "entries.jsonl", rows)


@pytest.fixture
def queries_file(tmp_path: Path) -> Path:
    """Four queries, of which three have right entries."""
    rows = [
        {"id": 7, "query": "住民票の手続き0", "relevant": {"0": 2, "12": 1}},
        {"id": "b", "query": "図書館", "relevant": {"8": 2}},
        {"id": 9, "query": "asdfgh", "relevant": {"1": 1}},
        {"id": 10, "query": "水道の開始"},
    ]
    return write(tmp_path / "queries.jsonl", rows)


@pytest.fixture(scope="session")
def city_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the small city, to be copied."""
    folder = tmp_path_factory.mktemp("city")
    running = small_city.service(folder)
    small_city.fill(running)
    running.sessions.kw["bind"].dispose()
    return folder


@pytest.fixture(scope="session")
def city(city_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The small city, for tests that only ask."""
    return small_city.service(shutil.copytree(city_data, tmp_path_factory.mktemp("shared") / "data"))


@pytest.fixture
def own_city(city_data: Path, tmp_path: Path) -> Iterator[Service]:
    """The small city, for tests that change it."""
    running = small_city.service(shutil.copytree(city_data, tmp_path / "data"))
    yield running
    running.sessions.kw["bind"].dispose()
