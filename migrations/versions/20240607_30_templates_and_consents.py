"""Keep the provider's templates of an account, and the consents that its administrator was asked for.

Step: expand. Old code does not know the tables. Rows: none. Lock: none.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_30"
down_revision = "20240607_23"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "channel_template",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["channel_account.id"], name=op.f("fk_channel_template_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "template_id", name=op.f("pk_channel_template")),
    )
    op.create_table(
        "channel_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state_sha256", sa.String(64), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["channel_account.id"], name=op.f("fk_channel_consent_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_consent")),
        sa.UniqueConstraint("state_sha256", name=op.f("uq_channel_consent_state_sha256")),
    )
    op.create_index(op.f("ix_channel_consent_account_id"), "channel_consent", ["account_id"])
    op.create_index(
        "ix_channel_consent_waiting",
        "channel_consent",
        ["came_at"],
        postgresql_where=sa.text("came_at IS NOT NULL AND ended_at IS NULL"),
        sqlite_where=sa.text("came_at IS NOT NULL AND ended_at IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("channel_consent")
    op.drop_table("channel_template")
