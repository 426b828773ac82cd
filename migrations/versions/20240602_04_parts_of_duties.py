"""Let a lead hand parts of its duty on to units below it and to its own people.

Step: expand. Old code leaves the columns empty. Rows: none. Lock: brief, no rewrite.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_04"
down_revision = "20240602_03"
branch_labels = None
depends_on = None

HANDED_ON = sa.text("delegator_id IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    for name, target in (("delegator_id", "unit"), ("assignee_id", "person")):
        with op.batch_alter_table("obligation") as batch:
            batch.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_obligation_{name}"), target, [name], ["id"])
    for name in ("parent", "delegator"):
        op.create_index(
            f"ix_obligation_{name}",
            "obligation",
            [f"{name}_id", "id"],
            postgresql_where=HANDED_ON,
            sqlite_where=HANDED_ON,
        )


def downgrade() -> None:
    """Take back; what was handed on must not be there."""
    for name in ("delegator", "parent"):
        op.drop_index(f"ix_obligation_{name}", "obligation")
    with op.batch_alter_table("obligation") as batch:
        for name in ("assignee_id", "delegator_id"):
            batch.drop_constraint(op.f(f"fk_obligation_{name}"), type_="foreignkey")
            batch.drop_column(name)
