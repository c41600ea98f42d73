"""Keeps the municipalities of this installation and their divisions."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from knowledge.entry import Division, Site, State
from knowledge.errors import KnownError
from knowledge.rows import division_values, to_division
from knowledge.schema import DivisionRow, EntryRow, RevisionRow, SiteRow


class UnknownSite(KnownError):
    """There is no such site in this installation, said to staff; `channels.errors` has a kind of it for residents."""

    status = 404

    def __init__(self, site: str) -> None:
        super().__init__(site=site)


class DivisionInUse(KnownError):
    """A division is to go although entries name it."""

    status = 409

    def __init__(self, division: str, count: int) -> None:
        super().__init__(division=division, count=count)


def add_site(session: Session, site: Site, now: datetime) -> None:
    """Add the site, or bring name, phone and divisions of a known one in line with it.

    Raises DivisionInUse when a division is missing that entries still name.
    """
    known = session.get(SiteRow, site.id)
    session.merge(SiteRow(id=site.id, name=site.name, phone=site.phone, created_at=known.created_at if known else now))
    session.flush()
    for position, division in enumerate(site.divisions):
        put_division(session, site.id, division, position)
    gone = select(DivisionRow.id).where(
        DivisionRow.site_id == site.id, DivisionRow.id.not_in([division.id for division in site.divisions])
    )
    for division_id in session.scalars(gone).all():
        _remove(session, site.id, division_id)


def put_division(session: Session, site_id: str, division: Division, position: int) -> None:
    """Add a division, or replace the one with its ID."""
    session.merge(DivisionRow(**division_values(site_id, division, position)))
    session.flush()


def site(session: Session, site_id: str) -> Site:
    """The site with its divisions in their order. Raises UnknownSite."""
    row = session.execute(_ONE_SITE, {"site": site_id}).one_or_none()
    if row is None:
        raise UnknownSite(site_id)
    return Site(site_id, row.name, row.phone, tuple(map(to_division, session.execute(_DIVISIONS, {"site": site_id}))))


def sites(session: Session) -> list[Site]:
    """Every site by ID."""
    return [site(session, site_id) for site_id in sorted(session.scalars(select(SiteRow.id)))]


def _remove(session: Session, site_id: str, division_id: str) -> None:
    named = (
        select(func.count(EntryRow.id.distinct()))
        .join(RevisionRow, _current)
        .where(EntryRow.site_id == site_id, EntryRow.state != State.RETIRED.value, RevisionRow.division == division_id)
    )
    count = session.scalar(named) or 0
    if count:
        raise DivisionInUse(division_id, count)
    session.execute(delete(DivisionRow).where(DivisionRow.site_id == site_id, DivisionRow.id == division_id))


# Asked with every question, so put together once.
_ONE_SITE = select(SiteRow.name, SiteRow.phone).where(SiteRow.id == bindparam("site"))
_DIVISIONS = (
    select(DivisionRow.id, DivisionRow.name, DivisionRow.phone, DivisionRow.hours, DivisionRow.names)
    .where(DivisionRow.site_id == bindparam("site"))
    .order_by(DivisionRow.position, DivisionRow.id)
)
_current = (
    (RevisionRow.site_id == EntryRow.site_id)
    & (RevisionRow.entry_id == EntryRow.id)
    & ((RevisionRow.number == EntryRow.live_revision) | (RevisionRow.number == EntryRow.latest_revision))
)
