"""The channel's own id of a question, by which it can be found again and forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("reference", sa.String(64)))
    op.create_index("ix_questions_site_id_channel_reference", "questions", ["site_id", "channel", "reference"], unique=True)
