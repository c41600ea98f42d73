"""What Alembic runs: the steps go through the connection, lock and transaction that migrate.py holds."""

from alembic import context

from app.records import tables as _records  # noqa: F401 (adds its tables to Base)
from channels.line import tables as _line  # noqa: F401
from channels.line.delivery import tables as _deliveries  # noqa: F401
from channels.line.segments import tables as _segments  # noqa: F401
from knowledge.schema import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
