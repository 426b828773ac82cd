"""Keep free texts of facts beside the ledger, where they can be erased.

Step: expand. Old code goes on writing texts into the facts themselves; those stay as they are and are read by
new code as well. Of facts that new code writes meanwhile, old code shows the hash where the text belongs.
Rows: none. Lock: none on what exists.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240616_53"
down_revision = "20240615_53"
branch_labels = None
depends_on = None

OTHERWISE = "NEW.text IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.sha256 <> OLD.sha256"
THERE = "EXISTS (SELECT 1 FROM fact_text WHERE sha256 = NEW.sha256)"
REFUSAL = "BEGIN SELECT RAISE(ABORT, 'the fact_text is never altered'); END"


def upgrade() -> None:
    """Apply. A text can only go."""
    op.create_table(
        "fact_text",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("salt", sa.String(32)),
        sa.Column("text", sa.String()),
        sa.CheckConstraint("(salt IS NULL) = (text IS NULL)", name="together"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER fact_text_is_final BEFORE DELETE OR TRUNCATE ON fact_text"
            " FOR EACH STATEMENT EXECUTE FUNCTION dondoc_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER fact_text_only_goes BEFORE UPDATE ON fact_text"
            f" FOR EACH ROW WHEN ({OTHERWISE}) EXECUTE FUNCTION dondoc_refuse()"
        )
        return
    op.execute(f"CREATE TRIGGER fact_text_is_final_delete BEFORE DELETE ON fact_text {REFUSAL}")
    op.execute(
        f"CREATE TRIGGER fact_text_is_final_update BEFORE UPDATE ON fact_text WHEN {OTHERWISE} {REFUSAL}"
    )
    op.execute(f"CREATE TRIGGER fact_text_is_final_replace BEFORE INSERT ON fact_text WHEN {THERE} {REFUSAL}")


def downgrade() -> None:
    """Take back; facts that were recorded meanwhile lose their texts."""
    op.drop_table("fact_text")
