"""Sites, divisions, entries and their history."""

import sqlalchemy as sa
from alembic import op

from app.migrations.triggers import protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
REVISION = ["revisions.site_id", "revisions.entry_id", "revisions.number"]


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def short(name: str, length: int, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=nullable)


def json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=False)


def upgrade() -> None:
    op.create_table(
        "sites",
        short("id", 50),
        text("name"),
        text("phone"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "divisions",
        short("site_id", 50),
        short("id", 50),
        text("name"),
        text("phone"),
        json("hours"),
        json("names"),
        number("position"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_divisions"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_divisions_site_id"),
    )
    op.create_table(
        "entries",
        short("site_id", 50),
        short("id", 100),
        short("kind", 20),
        short("state", 20),
        number("live_revision", nullable=True),
        number("latest_revision"),
        number("decisions"),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_entries"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_entries_site_id"),
    )
    op.create_index("ix_entries_site_id_state", "entries", ["site_id", "state"])
    op.create_table(
        "revisions",
        short("site_id", 50),
        short("entry_id", 100),
        number("number"),
        *(text(name) for name in ("category", "question", "answer", "division", "source", "procedure", "contact")),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("valid_from", "valid_until", "review_on", "confirmed_on")),
        json("wordings"),
        json("details"),
        short("digest", 64),
        text("author"),
        text("reason"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("site_id", "entry_id", "number", name="pk_revisions"),
        sa.ForeignKeyConstraint(["site_id", "entry_id"], ["entries.site_id", "entries.id"], name="fk_revisions_site_id_entry_id"),
    )
    op.create_table(
        "translations",
        short("site_id", 50),
        short("entry_id", 100),
        number("revision"),
        text("language"),
        number("translates"),
        text("question"),
        text("answer"),
        json("wordings"),
        sa.PrimaryKeyConstraint("site_id", "entry_id", "revision", "language", name="pk_translations"),
        sa.ForeignKeyConstraint(["site_id", "entry_id", "revision"], REVISION, name="fk_translations_site_id_entry_id_revision"),
    )
    op.create_table(
        "decisions",
        short("site_id", 50),
        short("entry_id", 100),
        number("number"),
        number("revision"),
        short("from_state", 20, nullable=True),
        short("to_state", 20),
        text("actor"),
        text("reason"),
        moment("decided_at"),
        sa.PrimaryKeyConstraint("site_id", "entry_id", "number", name="pk_decisions"),
        sa.ForeignKeyConstraint(["site_id", "entry_id", "revision"], REVISION, name="fk_decisions_site_id_entry_id_revision"),
    )
    op.create_index("ix_decisions_site_id_decided_at", "decisions", ["site_id", "decided_at"])
    for table in ("revisions", "translations", "decisions"):
        protect(table)
