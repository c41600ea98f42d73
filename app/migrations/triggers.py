"""The triggers that make a table append-only, for the steps that create one."""

from alembic import op

_FUNCTION = """
CREATE OR REPLACE FUNCTION past_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the past is fixed: % on %', TG_OP, TG_TABLE_NAME; END $$
"""


def protect(table: str) -> None:
    """Let nobody update, delete or truncate rows of the table, whichever program asks."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the past is fixed: {action} on {table}'); END"
            )
        return
    op.execute(_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION past_is_fixed()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION past_is_fixed()"
    )
