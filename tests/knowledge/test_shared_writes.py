"""Writers that share a transaction: each gets what it would have got alone, and nobody is told of a success too soon."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from knowledge.database import connect, sessions, writing
from knowledge.shared_writes import SharedWrites

Write = Callable[[Session], object]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'test.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE names (name TEXT PRIMARY KEY)"))
    yield engine
    engine.dispose()


@pytest.fixture
def open_session(engine: Engine) -> sessionmaker[Session]:
    opened = sessions(engine)
    opened.kw["info"][SharedWrites].longest = 60.0  # however slow the machine is
    return opened


def add(name: str) -> Write:
    return lambda session: session.execute(text("INSERT INTO names VALUES (:name)"), {"name": name})


def names(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT name FROM names ORDER BY name")))


@contextmanager
def commits(engine: Engine, act: Callable[[], None] = lambda: None) -> Iterator[list[int]]:
    """Counts them, with something that happens just before each."""
    counted: list[int] = []

    def note(_: Connection) -> None:
        act()
        counted.append(1)

    event.listen(engine, "commit", note)
    yield counted
    event.remove(engine, "commit", note)


def together(open_session: sessionmaker[Session], *writes: Write) -> list[Future[None]]:
    """Begins the first block, lets the others queue behind it, and then lets all of them go on."""
    shared: SharedWrites = open_session.kw["info"][SharedWrites]
    begun, go_on = Event(), Event()

    def write(act: Write, first: bool) -> None:
        with writing(open_session) as session:
            if first:
                begun.set()
                go_on.wait(20)
            act(session)

    with ThreadPoolExecutor(len(writes)) as pool:
        done = [pool.submit(write, writes[0], True)]
        begun.wait(20)
        done += [pool.submit(write, each, False) for each in writes[1:]]
        until(lambda: len(shared._queue) == len(writes) - 1)
        go_on.set()
    return done


def until(sign: Callable[[], bool]) -> None:
    end = monotonic() + 20
    while not sign():
        assert monotonic() < end, "it never happened"


def test_those_who_wait_are_committed_together(engine: Engine, open_session: sessionmaker[Session]) -> None:
    with commits(engine) as counted:
        done = together(open_session, *(add(f"{number}") for number in range(6)))
    assert [each.exception() for each in done] == [None] * 6
    assert len(counted) == 1
    assert names(engine) == ["0", "1", "2", "3", "4", "5"]


def test_nobody_goes_on_before_it_is_on_the_disk(engine: Engine, open_session: sessionmaker[Session]) -> None:
    def look(name: str) -> bool:
        with writing(open_session) as session:
            add(name)(session)
        return name in names(engine)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, map(str, range(200))))
    assert len(names(engine)) == 200


def test_a_block_that_fails_takes_nobody_with_it(engine: Engine, open_session: sessionmaker[Session]) -> None:
    def fail(session: Session) -> None:
        add("unwanted")(session)
        raise ZeroDivisionError

    done = together(open_session, add("a"), fail, add("a"), add("b"))
    kinds = [type(each.exception()) for each in done]
    assert kinds == [type(None), ZeroDivisionError, IntegrityError, type(None)]
    assert names(engine) == ["a", "b"]


def test_when_the_commit_fails_everybody_is_told_and_nothing_is_kept(engine: Engine, open_session: sessionmaker[Session]) -> None:
    def full() -> None:
        raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))

    with commits(engine, full):
        done = together(open_session, add("a"), add("b"), add("c"))
    assert all("disk is full" in str(each.exception()) for each in done)
    assert len({id(each.exception()) for each in done}) == 3
    assert names(engine) == []
    with writing(open_session) as session:
        add("later")(session)
    assert names(engine) == ["later"]


def test_when_sqlite_undoes_the_whole_transaction_nobody_is_told_it_went_well(
    engine: Engine, open_session: sessionmaker[Session]
) -> None:
    def undone(session: Session) -> None:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.execute("ROLLBACK")
        add("b")(session)

    done = together(open_session, add("a"), undone)
    assert [isinstance(each.exception(), DBAPIError) for each in done] == [True, True]
    with writing(open_session) as session:
        add("c")(session)
    assert "a" not in names(engine)
    assert "c" in names(engine)


def test_a_transaction_takes_in_others_for_a_time_only(engine: Engine, open_session: sessionmaker[Session]) -> None:
    open_session.kw["info"][SharedWrites].longest = 0.0
    with commits(engine) as counted:
        done = together(open_session, *(add(f"{number}") for number in range(4)))
    assert [each.exception() for each in done] == [None] * 4
    assert len(counted) == 4


def test_who_waits_too_long_is_told(engine: Engine) -> None:
    shared = SharedWrites(engine, 0.05)
    with shared.block() as connection:
        connection.execute(text("INSERT INTO names VALUES ('a')"))
        with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError, match="took too long"):
            pool.submit(lambda: shared.block().__enter__()).result()
    assert names(engine) == ["a"]


def test_who_gives_up_leaves_nobody_waiting(engine: Engine) -> None:
    shared = SharedWrites(engine, 0.0002)

    def write(name: int) -> bool:
        try:
            with shared.block() as connection:
                connection.execute(text("INSERT INTO names VALUES (:name)"), {"name": f"{name:04}"})
        except OperationalError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        written = list(pool.map(write, range(600)))
    assert names(engine) == [f"{name:04}" for name, kept in enumerate(written) if kept]
    assert {True, False} == set(written)


def test_who_comes_first_writes_first(engine: Engine) -> None:
    shared, order = SharedWrites(engine, 20), list[int]()

    def write(number: int) -> None:
        with shared.block():
            order.append(number)

    def waiting(count: int) -> bool:
        return len(shared._queue) == count

    with ThreadPoolExecutor(20) as pool, shared.block():
        for number in range(20):
            pool.submit(write, number)
            until(partial(waiting, number + 1))
    assert order == list(range(20))


def test_a_block_within_a_block_is_refused_at_once(engine: Engine, open_session: sessionmaker[Session]) -> None:
    with writing(open_session) as session:
        add("a")(session)
        with pytest.raises(RuntimeError, match="wait for itself"), writing(open_session):
            pass
    assert names(engine) == ["a"]


def test_when_the_disk_is_full_only_what_is_kept_was_promised(engine: Engine, open_session: sessionmaker[Session]) -> None:
    def limit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 20")

    event.listen(engine, "begin", limit)
    writes = [add(f"{number:02}" + "x" * (30_000 if number % 5 == 4 else 100)) for number in range(20)]
    done = together(open_session, *writes)
    event.remove(engine, "begin", limit)
    kept = [name[:2] for name in names(engine)]
    assert kept == [f"{number:02}" for number, each in enumerate(done) if each.exception() is None]
    assert any("full" in str(each.exception()) for each in done)
    with writing(open_session) as session:
        add("later")(session)
    assert "later" in names(engine)


def test_when_the_connection_cannot_be_given_back_nobody_waits_for_ever(
    engine: Engine, open_session: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Connection.close

    def fail(connection: Connection) -> None:
        close(connection)
        raise MemoryError

    def spoil(_: Session) -> None:
        monkeypatch.setattr(Connection, "close", fail)

    done = together(open_session, add("a"), spoil)
    assert [type(each.exception()) for each in done] == [type(None), MemoryError]
    monkeypatch.undo()
    with writing(open_session) as session:
        add("b")(session)
    assert names(engine) == ["a", "b"]


def test_other_processes_keep_their_turn(engine: Engine, open_session: sessionmaker[Session], tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO names VALUES ('other')")
    with ThreadPoolExecutor(1) as pool:

        def write() -> None:
            with writing(open_session) as session:
                add("ours")(session)

        done = pool.submit(write)
        other.execute("COMMIT")
        assert done.result() is None
    other.close()
    assert names(engine) == ["other", "ours"]
