"""Keep what was signed of the ledger, and nobody replaces what is final.

Step: expand. Old code makes no checkpoints. Rows: none. Lock: brief on event and ledger.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240609_46"
down_revision = "20240608_45"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NEW = ("checkpoint", "ledger_node")
KEYS = {
    "event": "seq = NEW.seq",
    "ledger": "position = NEW.position OR seq = NEW.seq",
    "checkpoint": "number = NEW.number OR size = NEW.size",
    "ledger_node": "level = NEW.level AND place = NEW.place",
}
"""Table → its row that a new one would take the place of."""


def upgrade() -> None:
    """Apply."""
    _make_tables()
    if op.get_bind().dialect.name == "postgresql":
        for name in NEW:
            op.execute(
                f"CREATE TRIGGER {name}_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
                " FOR EACH STATEMENT EXECUTE FUNCTION dondoc_refuse()"
            )
        return
    refusal = "BEGIN SELECT RAISE(ABORT, 'the {} is never altered'); END"
    for name in NEW:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {name}_is_final_{verb.lower()} BEFORE {verb} ON {name} "
                + refusal.format(name)
            )
    for name, same in KEYS.items():  # `INSERT OR REPLACE` deletes a row without asking the trigger for that
        there = f"EXISTS (SELECT 1 FROM {name} WHERE {same})"  # noqa: S608 - both are written above
        op.execute(
            f"CREATE TRIGGER {name}_is_final_replace BEFORE INSERT ON {name} WHEN {there} "
            + refusal.format(name)
        )


def _make_tables() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("number", BIG, primary_key=True, autoincrement=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("size"),
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("place", BIG, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "anchor",
        sa.Column("place", sa.String(20), primary_key=True),
        sa.Column("number", BIG, nullable=False),
        sa.Column("anchored_at", sa.DateTime(timezone=True)),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
    )


def downgrade() -> None:
    """Revert."""
    if op.get_bind().dialect.name != "postgresql":
        for name in ("event", "ledger"):
            op.execute(f"DROP TRIGGER {name}_is_final_replace")
    for name in ("anchor", *NEW):
        op.drop_table(name)
