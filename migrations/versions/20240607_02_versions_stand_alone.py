"""Let every version of a duty say whose it is, so that a past month is counted from the versions alone.

Step: contract. Old code cannot write versions any more; stop it first. Rows: every version learns what its duty
says of itself and never changes. Lock: obligation_version, while its rows are written.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_02"
down_revision = "20240607_01"
branch_labels = None
depends_on = None

HISTORY = "obligation_version"
COLUMNS = {
    "register_id": sa.Uuid(),
    "directive_id": sa.Uuid(),
    "item_id": sa.Uuid(),
    "unit_id": sa.Uuid(),
    "parent_id": sa.Uuid(),
    "assigned_on": sa.Date(),
}


def upgrade() -> None:
    """Apply."""
    for name, kind in COLUMNS.items():
        op.add_column(HISTORY, sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE obligation_version SET register_id = o.register_id, directive_id = o.directive_id,"
        " item_id = o.item_id, unit_id = o.unit_id, parent_id = o.parent_id, assigned_on = o.assigned_on"
        " FROM obligation o WHERE o.id = obligation_version.obligation_id"
    )
    with op.batch_alter_table(HISTORY) as batch:
        for name, kind in COLUMNS.items():
            batch.alter_column(name, existing_type=kind, nullable=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table(HISTORY) as batch:
        for name in COLUMNS:
            batch.drop_column(name)
