"""Keep whether this database is a restored copy that may send nothing yet.

Step: expand. Old code does not look at holds: it must not run on a restored copy. Rows: none. Lock: brief on
link_use while its index is made.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240610_47"
down_revision = "20240609_46"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
STANDS = sa.text("released_at IS NULL")
TRACED = sa.text("user_agent <> '' OR network <> ''")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("backup_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("unsent", sa.String(20)),
        sa.CheckConstraint("unsent IN ('list', 'send')", name="unsent"),
        sa.CheckConstraint("(released_at IS NULL) = (unsent IS NULL)", name="released"),
    )
    op.create_index("ix_hold_standing", "hold", ["restored_at"], postgresql_where=STANDS, sqlite_where=STANDS)
    op.create_index(
        "ix_link_use_traced", "link_use", ["used_at"], postgresql_where=TRACED, sqlite_where=TRACED
    )


def downgrade() -> None:
    """Take back; a copy that is held would send."""
    op.drop_index("ix_link_use_traced", "link_use")
    op.drop_table("hold")
