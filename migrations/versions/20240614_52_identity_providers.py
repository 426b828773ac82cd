"""Identity providers, and the accounts of those who sign in there.

Step: expand. Old code knows no provider, and of accounts what it knew. Rows: a few. Lock: brief on account.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240614_52"
down_revision = "20240614_51"
branch_labels = None
depends_on = None

PROVIDER, SUBJECT = "fk_account_provider_id", "uq_account_provider_id_subject"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "identity_provider",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(60), nullable=False, unique=True),
        sa.Column("issuer", sa.String(300), nullable=False, unique=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "identity_provider_version",
        sa.Column("provider_id", sa.Uuid(), sa.ForeignKey("identity_provider.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("audience", sa.String(300)),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("algorithms", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id")),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", "version"),
    )
    with op.batch_alter_table("account") as batch:
        key = sa.ForeignKey("identity_provider.id", name=PROVIDER)
        batch.add_column(sa.Column("provider_id", sa.Uuid(), key))
        batch.add_column(sa.Column("subject", sa.String(255)))
        batch.create_unique_constraint(SUBJECT, ["provider_id", "subject"])


def downgrade() -> None:
    """Revert."""
    with op.batch_alter_table("account") as batch:
        batch.drop_constraint(SUBJECT, type_="unique")
        batch.drop_column("subject")
        batch.drop_column("provider_id")
    op.drop_table("identity_provider_version")
    op.drop_table("identity_provider")
