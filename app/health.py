"""Whether the process lives and whether it can answer, for load balancers and operators."""

from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.wiring import Service
from channels.line.channel import LineChannel
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotOfAnotherModel
from knowledge.errors import KnownError
from knowledge.sites import sites


def router(running: Service, line: LineChannel | None = None) -> APIRouter:
    """`/healthz` and `/readyz`."""
    health = APIRouter(tags=["health"])

    @health.get("/healthz", operation_id="isAlive", summary="プロセスが動いているか")
    def healthz() -> dict[str, str]:
        """動いていれば常に 200 を返します。"""
        return {"status": "ok"}

    @health.get(
        "/readyz", operation_id="isReady", summary="質問に答えられるか", responses={503: {"description": "まだ答えられません"}}
    )
    def readyz(response: Response) -> dict[str, object]:
        """データベース、すべての自治体の索引、LINE の受付を確かめます。1つでも使えなければ 503 を返します。"""
        known = {f"site {site}": _snapshot(running, site) for site in _site_ids(running)}
        checks = {"database": _database(running), **known, **_line(line)}
        ready = bool(known) and all(check in {"ok", "degraded"} for check in checks.values())
        response.status_code = 200 if ready else 503
        return {"status": "ready" if ready else "not ready", "checks": checks}

    return health


def _database(running: Service) -> str:
    try:
        with running.sessions() as session:
            session.execute(text("SELECT 1"))
    except (DBAPIError, KnownError):
        return "unreachable"
    return "ok"


def _line(line: LineChannel | None) -> dict[str, str]:
    """Whether what comes in from LINE is worked off; only another process can begin again when it is not."""
    return {"line": "ok" if line.is_working else "stopped"} if line else {}


def _site_ids(running: Service) -> list[str]:
    try:
        with running.sessions() as session:
            return [site.id for site in sites(session)]
    except (DBAPIError, KnownError):
        return []


def _snapshot(running: Service, site: str) -> str:
    try:
        running.live.searcher(site)
    except SnapshotMissing:
        return "no snapshot"
    except SnapshotDamaged:
        return "snapshot damaged"
    except SnapshotOfAnotherModel:
        return "snapshot of another model"
    return "degraded" if running.live.refused(site) else "ok"
