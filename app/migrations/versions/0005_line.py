"""What came in from LINE, what goes out, who they are, and what was taken back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def column(name: str, kind: sa.types.TypeEngine[Any], nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=nullable)


def table(name: str, keys: list[str], *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        column("site_id", sa.String(50)),
        *columns,
        sa.PrimaryKeyConstraint("site_id", *keys, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=f"fk_{name}_site_id"),
    )


def upgrade() -> None:
    waiting, unfinished = sa.text("outcome IS NULL"), sa.text("ending IS NULL")
    table(
        "line_events",
        ["id"],
        column("id", sa.String(64)),
        column("lane", sa.String(64)),
        column("kind", sa.String(20)),
        column("at", MOMENT),
        column("received_at", MOMENT),
        column("source", sa.String(10)),
        column("standby", sa.Boolean()),
        column("message", sa.String(64)),
        column("content", sa.JSON()),
        column("tries", sa.Integer()),
        column("outcome", sa.String(20), nullable=True),
    )
    op.create_index(
        "ix_line_events_waiting", "line_events", ["site_id", "lane"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_line_events_site_id_message", "line_events", ["site_id", "message"])
    op.create_index("ix_line_events_site_id_received_at", "line_events", ["site_id", "received_at"])
    table(
        "line_people",
        ["id"],
        column("id", sa.String(64)),
        column("language", sa.String(20)),
        column("first_seen", MOMENT),
        column("seen_at", MOMENT, nullable=True),
        column("left_at", MOMENT, nullable=True),
        column("conversation", sa.String(64), nullable=True),
        column("conversed_at", MOMENT, nullable=True),
    )
    table(
        "line_sends",
        ["id"],
        column("id", sa.String(36)),
        column("lane", sa.String(64)),
        column("event", sa.String(64), nullable=True),
        column("message", sa.String(64)),
        column("messages", sa.JSON()),
        column("reply_token", sa.Text()),
        column("token_until", MOMENT),
        column("read_token", sa.Text()),
        column("leaves", sa.String(10)),
        column("planned_at", MOMENT),
        column("due_at", MOMENT),
        column("attempts", sa.Integer()),
        column("reply_open", sa.Boolean()),
        column("pushed_at", MOMENT, nullable=True),
        column("ending", sa.String(20), nullable=True),
        column("status", sa.Integer(), nullable=True),
    )
    op.create_index(
        "ix_line_sends_unfinished", "line_sends", ["site_id", "lane"], sqlite_where=unfinished, postgresql_where=unfinished
    )
    op.create_index("ix_line_sends_site_id_event", "line_sends", ["site_id", "event"], unique=True)
    op.create_index("ix_line_sends_site_id_planned_at", "line_sends", ["site_id", "planned_at"])
    table(
        "line_unsent",
        ["message"],
        column("message", sa.String(64)),
        column("at", MOMENT),
    )
