"""What SQLAlchemy leaves open: INSERT … ON CONFLICT on either database, and how many rows a statement changed."""

from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.schema import Base


def insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insert into the table, to be completed with `on_conflict_do_nothing` or `on_conflict_do_update`."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def rows(result: Any) -> int:
    """How many rows an INSERT, UPDATE or DELETE changed."""
    assert isinstance(result, CursorResult)  # noqa: S101 (what such a statement always gives)
    return result.rowcount
