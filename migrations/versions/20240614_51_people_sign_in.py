"""Accounts of people, and the sessions of their browsers.

Step: expand. Old code knows neither table. Rows: one an official, one a sign-in. Lock: none.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240614_51"
down_revision = "20240612_49"
branch_labels = None
depends_on = None

ROLES = "role IN ('administrator', 'clerk', 'officer', 'head', 'leader', 'reader')"


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(100), unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), index=True),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("unit.id"), index=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("code_sha256", sa.String(64), unique=True),
        _instant("code_expires_at"),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        _instant("locked_until"),
        _instant("made_at", nullable=False),
        _instant("disabled_at"),
        _instant("signed_in_at"),
        sa.CheckConstraint(ROLES, name="role"),
    )
    op.create_table(
        "account_session",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False, index=True),
        _instant("made_at", nullable=False),
        _instant("seen_at", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
        _instant("ended_at"),
        sa.Column("user_agent", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    """Revert."""
    op.drop_table("account_session")
    op.drop_table("account")
