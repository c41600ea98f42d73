"""How many questions there were, for days whose questions are no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_counts",
        sa.Column("site_id", sa.String(50), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "day", "channel", "language", "outcome", name="pk_question_counts"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_question_counts_site_id"),
    )
    op.create_index("ix_questions_site_id_conversation", "questions", ["site_id", "conversation"])
