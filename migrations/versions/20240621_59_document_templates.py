"""Keep the templates that offices wrote for their documents.

Step: expand. Old code does not know the table and goes on with the form that it has. Rows: none. Lock: none
beyond a new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240621_59"
down_revision = "20240620_58"
branch_labels = None
depends_on = None

WALL = "(SELECT dondoc_unwalled()) OR (document_template.register_id = (SELECT dondoc_register()))"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "document_template",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("file.id")),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('progress', 'late_list', 'urging', 'criticism')", name="kind"),
        sa.UniqueConstraint("register_id", "kind", "version"),
    )
    op.create_index(op.f("ix_document_template_file_id"), "document_template", ["file_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY wall ON document_template USING ({WALL})")


def downgrade() -> None:
    """Take back; which files were templates is lost, documents are in the form of the service again."""
    op.drop_table("document_template")
