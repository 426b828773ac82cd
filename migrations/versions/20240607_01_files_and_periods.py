"""Find files by what they prove, and duties by their period.

Step: expand. Old code need not know. Rows: none. Lock: each index shuts out writers while it is built.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_01"
down_revision = "20240606_04"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_submission_file_file_id", "submission_file", ["file_id"])
    op.create_index("ix_request_file_file_id", "request_file", ["file_id"])
    recurring = sa.text("period <> ''")
    op.create_index(
        "ix_obligation_period",
        "obligation",
        ["register_id", "period", "id"],
        sqlite_where=recurring,
        postgresql_where=recurring,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_obligation_period", "obligation")
    op.drop_index("ix_request_file_file_id", "request_file")
    op.drop_index("ix_submission_file_file_id", "submission_file")
