"""Remember which message of the document exchange a directive came in.

Step: expand. Old code ignores the columns. Rows: all directives, none rewritten. Lock: brief.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240501_01"
down_revision = "20240401_02"
branch_labels = None
depends_on = None

INDEX = "ix_directive_register_id_document_id"


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("directive", sa.Column("document_id", sa.String(length=255), nullable=True))
    op.add_column("directive", sa.Column("envelope", sa.Text(), nullable=True))
    op.create_index(INDEX, "directive", ["register_id", "document_id"], unique=True)


def downgrade() -> None:
    """Take back."""
    op.drop_index(INDEX, "directive")
    op.drop_column("directive", "envelope")
    op.drop_column("directive", "document_id")
