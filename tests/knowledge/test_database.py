"""Opening, refusing, writing: the same promises on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session, sessionmaker

from knowledge.database import DatabaseNotSupported, DatabaseNotWritable, DatabaseUnreachable, connect, sessions, writing
from knowledge.schema import Base, SiteRow


def test_it_makes_the_folder_of_the_file_and_sets_what_keeps_data_safe(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/new/folder/madoguchi.db")
    with engine.connect() as connection:
        told = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")}
    engine.dispose()
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert (tmp_path / "new" / "folder" / "madoguchi.db").is_file()


@pytest.mark.parametrize(
    "url", ["mysql://city/faq", "postgresql+asyncpg://city/faq", "data/madoguchi.db", "", "sqlite://", "sqlite:///:memory:"]
)
def test_it_refuses_what_it_does_not_run_on(url: str) -> None:
    with pytest.raises(DatabaseNotSupported, match="扱えません"):
        connect(url)


def test_it_says_that_the_server_does_not_answer_without_telling_the_password() -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        connect("postgresql://madoguchi:himitsu@127.0.0.1:1/city")
    assert "127.0.0.1:1/city" in caught.value.sentence()
    assert "himitsu" not in caught.value.sentence()


def test_it_refuses_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatabaseNotWritable, match="書き込めません"):
        connect(f"sqlite:///{tmp_path}/file/madoguchi.db")


def test_it_refuses_a_read_only_file_at_once(tmp_path: Path) -> None:
    connect(f"sqlite:///{tmp_path}/a.db").dispose()
    with pytest.raises(DatabaseNotWritable, match="書き込めません"):
        connect(f"sqlite:///file:{tmp_path}/a.db?mode=ro&uri=true")


def test_it_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("拝啓 みほん市長さま " * 100)
    with pytest.raises(DatabaseUnreachable, match="not a database"):
        connect(f"sqlite:///{tmp_path}/letter.db")


def test_a_block_that_fails_leaves_nothing_behind(open_session: sessionmaker[Session], now: datetime) -> None:
    def fail() -> None:
        with writing(open_session) as session:
            session.add(SiteRow(id="a", name="", phone="", created_at=now))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with open_session() as session:
        assert session.get(SiteRow, "a") is None


def test_readers_go_on_reading_while_somebody_writes(open_session: sessionmaker[Session], town: str) -> None:
    with writing(open_session) as writer, open_session() as reader:
        writer.execute(update(SiteRow).values(name="書きかけ"))
        assert reader.scalar(select(SiteRow.name).where(SiteRow.id == town)) == "みほん市"


def test_a_reader_sees_one_moment_however_long_it_reads(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/a.db")
    Base.metadata.create_all(engine)
    with sessions(engine)() as reader:
        assert reader.scalars(select(SiteRow.id)).all() == []
        with writing(sessions(engine)) as writer:
            writer.add(SiteRow(id="a", name="", phone="", created_at=datetime.now(UTC)))
        assert reader.scalars(select(SiteRow.id)).all() == []
    engine.dispose()


def test_writers_that_read_first_wait_for_each_other(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/a.db")
    Base.metadata.create_all(engine)
    open_session = sessions(engine)
    with writing(open_session) as session:
        session.add(SiteRow(id="a", name="0", phone="", created_at=datetime.now(UTC)))

    def count_up(_: int) -> None:
        with writing(open_session) as session:
            row = session.get_one(SiteRow, "a")
            row.name = str(int(row.name) + 1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_up, range(40)))
    with open_session() as session:
        assert session.get_one(SiteRow, "a").name == "40"
    engine.dispose()


def test_moments_come_back_as_utc_whatever_zone_they_had(open_session: sessionmaker[Session], now: datetime) -> None:
    there = now.astimezone(timezone(timedelta(hours=9)))
    with writing(open_session) as session:
        session.add(SiteRow(id="a", name="", phone="", created_at=there))
    with open_session() as session:
        found = session.get_one(SiteRow, "a").created_at
    assert (found, found.tzinfo) == (now, UTC)


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(SiteRow(id="a", name="", phone="", created_at=datetime(2026, 11, 20)))  # noqa: DTZ001
    with pytest.raises(StatementError, match="no time zone"):
        session.flush()


def test_every_table_has_the_site_in_its_key() -> None:
    keys = {name: {column.name for column in table.primary_key} for name, table in Base.metadata.tables.items()}
    assert keys.pop("sites") == {"id"}
    assert [name for name, key in keys.items() if "site_id" not in key] == []
