"""Give events their place in a ledger.

Step: expand. Old code ignores the tables; the trigger works for it as well. Rows: one number for every event
there is, from which the worker fills the ledger piece by piece. Lock: event is closed to writers while the
trigger is made and the numbers are copied, a second or two for a million events.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240606_02"
down_revision = "20240605_01"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Apply."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table("unsequenced", sa.Column("seq", BIG, primary_key=True, autoincrement=False))
    op.create_table(
        "ledger",
        sa.Column("position", BIG, primary_key=True, autoincrement=False),
        sa.Column("seq", BIG, sa.ForeignKey("event.seq"), nullable=False, unique=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id")),
        sa.Column("leaf", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(op.f("ix_ledger_register_id_position"), "ledger", ["register_id", "position"])
    if on_postgresql:
        _watch_on_postgresql()
    else:
        _watch_on_sqlite()
    op.execute("INSERT INTO unsequenced (seq) SELECT seq FROM event")


def _watch_on_postgresql() -> None:
    op.execute("""
CREATE FUNCTION dondoc_unsequenced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unsequenced (seq) SELECT seq FROM fresh;
  RETURN NULL;
END $$""")
    op.execute(
        "CREATE TRIGGER event_unsequenced AFTER INSERT ON event REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION dondoc_unsequenced()"
    )
    op.execute(
        "CREATE TRIGGER ledger_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger"
        " FOR EACH STATEMENT EXECUTE FUNCTION dondoc_refuse()"
    )


def _watch_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER event_unsequenced AFTER INSERT ON event"
        " BEGIN INSERT INTO unsequenced (seq) VALUES (NEW.seq); END"
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ledger_is_final_{verb.lower()} BEFORE {verb} ON ledger"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is never altered'); END"
        )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER event_unsequenced ON event")
        op.execute("DROP FUNCTION dondoc_unsequenced()")
    else:
        op.execute("DROP TRIGGER event_unsequenced")
    op.drop_table("ledger")
    op.drop_table("unsequenced")
