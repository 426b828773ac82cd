"""Give events their place in a ledger, and tell endpoints of other systems.

Step: expand. Old code ignores the tables; the trigger works for it as well. Rows: one number for every event
there is, from which the worker fills the ledger piece by piece. Lock: event is closed to writers while the
trigger is made and the numbers are copied, a second or two for a million events.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240606_02"
down_revision = "20240606_01"
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
    _create_webhooks()
    op.execute("INSERT INTO unsequenced (seq) SELECT seq FROM event")


def _create_webhooks() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("description", sa.String(300), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("challenge", sa.String(64), nullable=False),
        sa.Column("secrets", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(100), nullable=False),
        sa.Column("old_secret_until", sa.DateTime(timezone=True)),
        sa.Column("position", BIG, nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('unverified', 'active', 'disabled')", name="state"),
    )
    op.create_index(op.f("ix_webhook_endpoint_register_id_id"), "webhook_endpoint", ["register_id", "id"])
    op.create_table(
        "webhook_call",
        sa.Column("endpoint_id", sa.Uuid(), sa.ForeignKey("webhook_endpoint.id"), primary_key=True),
        sa.Column("position", BIG, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="state"),
    )
    waits = sa.text("next_attempt_at IS NOT NULL")
    op.create_index(
        "ix_webhook_call_due", "webhook_call", ["next_attempt_at"], postgresql_where=waits, sqlite_where=waits
    )
    op.create_index(
        op.f("ix_webhook_call_endpoint_id_state_position"),
        "webhook_call",
        ["endpoint_id", "state", "position"],
    )
    op.create_table(
        "webhook_attempt",
        sa.Column("endpoint_id", sa.Uuid(), sa.ForeignKey("webhook_endpoint.id"), primary_key=True),
        sa.Column("position", BIG, primary_key=True, autoincrement=False),
        sa.Column("fence", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("status", sa.Integer()),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("answer", sa.String(1024), nullable=False),
    )


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
    for name in ("webhook_attempt", "webhook_call", "webhook_endpoint"):
        op.drop_table(name)
    op.drop_table("ledger")
    op.drop_table("unsequenced")
