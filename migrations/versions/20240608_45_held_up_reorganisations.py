"""Keep since when a reorganisation is held up, and when it is looked at again.

Step: expand. Old code carries out as before, and looks at every tick. Rows: none. Lock: brief on reorganisation.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240608_45"
down_revision = "20240608_44"
branch_labels = None
depends_on = None

COLUMNS = ("held_up_at", "look_again_at")


def upgrade() -> None:
    """Apply."""
    for name in COLUMNS:
        op.add_column("reorganisation", sa.Column(name, sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Revert."""
    for name in COLUMNS:
        op.drop_column("reorganisation", name)
