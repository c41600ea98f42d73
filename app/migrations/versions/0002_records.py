"""Conversations, questions, entries shown and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
QUESTION = ["questions.site_id", "questions.id"]


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("site_id", sa.String(50), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.String(100)),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "token", name="pk_conversations"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_conversations_site_id"),
    )
    op.create_table(
        "questions",
        sa.Column("site_id", sa.String(50), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("snapshot", sa.String(60)),
        sa.Column("confidence", sa.Float()),
        sa.Column("milliseconds", sa.JSON(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_questions"),
        sa.ForeignKeyConstraint(
            ["site_id", "conversation"],
            ["conversations.site_id", "conversations.token"],
            name="fk_questions_site_id_conversation",
        ),
    )
    op.create_index("ix_questions_site_id_asked_at", "questions", ["site_id", "asked_at"])
    op.create_table(
        "shown_entries",
        sa.Column("site_id", sa.String(50), nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(100), nullable=False),
        sa.Column("revision", sa.Integer()),
        sa.Column("as_answer", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "question_id", "position", name="pk_shown_entries"),
        sa.ForeignKeyConstraint(
            ["site_id", "question_id"], QUESTION, name="fk_shown_entries_site_id_question_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_shown_entries_site_id_entry_id", "shown_entries", ["site_id", "entry_id"])
    op.create_table(
        "feedback",
        sa.Column("site_id", sa.String(50), nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "question_id", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["site_id", "question_id"], QUESTION, name="fk_feedback_site_id_question_id", ondelete="CASCADE"
        ),
    )
