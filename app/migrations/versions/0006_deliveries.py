"""What residents tell of themselves in LINE, and the news that is sent to some of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.migrations.triggers import protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PERSON = ["line_people.site_id", "line_people.id"]
DELIVERY = ["line_deliveries.site_id", "line_deliveries.number"]


def column(name: str, kind: sa.types.TypeEngine[Any], nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=nullable)


def number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def table(name: str, keys: list[str], *parts: sa.Column[object] | sa.ForeignKeyConstraint) -> None:
    op.create_table(
        name, column("site_id", sa.String(50)), *parts, sa.PrimaryKeyConstraint("site_id", *keys, name=f"pk_{name}")
    )


def of_site(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=f"fk_{name}_site_id")


def refers(name: str, columns: list[str], to: list[str], ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    names = ["site_id", *columns]
    return sa.ForeignKeyConstraint(names, to, name=f"fk_{name}_{'_'.join(names)}", ondelete=ondelete)


def upgrade() -> None:
    _segments()
    _deliveries()
    protect("line_delivery_acts")


def _segments() -> None:
    table(
        "line_questionnaires",
        [],
        column("content", sa.JSON()),
        column("applied_at", MOMENT),
        of_site("line_questionnaires"),
    )
    table(
        "line_registrations",
        ["person"],
        column("person", sa.String(64)),
        column("agreed_at", MOMENT),
        refers("line_registrations", ["person"], PERSON, "CASCADE"),
    )
    table(
        "line_choices",
        ["person", "question", "option"],
        column("person", sa.String(64)),
        column("question", sa.String(20)),
        column("option", sa.String(20)),
        refers("line_choices", ["person"], ["line_registrations.site_id", "line_registrations.person"], "CASCADE"),
    )
    op.create_index("ix_line_choices_site_id_question_option", "line_choices", ["site_id", "question", "option"])
    table(
        "line_testers",
        ["name"],
        column("name", sa.String(40)),
        column("code", sa.String(20), nullable=True),
        column("code_until", MOMENT, nullable=True),
        column("person", sa.String(64), nullable=True),
        of_site("line_testers"),
        refers("line_testers", ["person"], PERSON, "CASCADE"),
    )
    op.create_index("ix_line_testers_site_id_code", "line_testers", ["site_id", "code"], unique=True)


def _deliveries() -> None:
    table(
        "line_deliveries",
        ["number"],
        number("number"),
        column("title", sa.Text()),
        column("messages", sa.JSON()),
        column("audience", sa.JSON()),
        column("urgent", sa.Boolean()),
        column("author", sa.Text()),
        column("state", sa.String(20)),
        column("halt", sa.String(20)),
        column("due_at", MOMENT, nullable=True),
        of_site("line_deliveries"),
    )
    op.create_index("ix_line_deliveries_site_id_state", "line_deliveries", ["site_id", "state"])
    table(
        "line_delivery_acts",
        ["delivery", "number"],
        number("delivery"),
        number("number"),
        column("act", sa.String(20)),
        column("actor", sa.Text()),
        column("at", MOMENT),
        column("note", sa.Text()),
        refers("line_delivery_acts", ["delivery"], DELIVERY),
    )
    table(
        "line_delivery_chunks",
        ["delivery", "number"],
        number("delivery"),
        number("number"),
        column("key", sa.String(36)),
        column("digest", sa.String(64)),
        column("people", sa.Integer()),
        column("keyed_at", MOMENT),
        column("is_open", sa.Boolean()),
        column("attempts", sa.Integer()),
        column("due_at", MOMENT),
        column("ending", sa.String(20), nullable=True),
        column("status", sa.Integer(), nullable=True),
        column("request", sa.String(64)),
        refers("line_delivery_chunks", ["delivery"], DELIVERY),
    )
    unfinished = sa.text("ending IS NULL")
    op.create_index(
        "ix_line_delivery_chunks_unfinished",
        "line_delivery_chunks",
        ["site_id", "delivery"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    table(
        "line_delivery_people",
        ["delivery", "person"],
        number("delivery"),
        column("person", sa.String(64)),
        column("chunk", sa.Integer()),
        refers(
            "line_delivery_people",
            ["delivery", "chunk"],
            ["line_delivery_chunks.site_id", "line_delivery_chunks.delivery", "line_delivery_chunks.number"],
        ),
    )
    op.create_index("ix_line_delivery_people_site_id_delivery_chunk", "line_delivery_people", ["site_id", "delivery", "chunk"])
