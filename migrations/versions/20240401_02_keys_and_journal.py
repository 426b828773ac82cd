"""Keys made in SQL, and a journal that nobody can rewrite.

Step: expand. Rows: none. Lock: none that anybody waits for.
"""

from alembic import op

revision = "20240401_02"
down_revision = "20240401_01"
branch_labels = None
depends_on = None

UUID7 = """
CREATE FUNCTION dondoc_uuid7(at_ms bigint, salt text, n text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE h bytea := substring(sha256(convert_to(salt || ':' || n, 'UTF8')) FROM 1 FOR 10);
BEGIN
  RETURN encode(
    substring(int8send(at_ms) FROM 3 FOR 6)
    || set_byte(set_byte(h, 0, get_byte(h, 0) & 15 | 112), 2, get_byte(h, 2) & 63 | 128), 'hex')::uuid;
END $$
"""
REFUSE = """
CREATE FUNCTION dondoc_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is never altered'; END $$
"""


def upgrade() -> None:
    """Apply. On SQLite the application registers `dondoc_uuid7` on every connection."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
        op.execute(UUID7)
        op.execute(REFUSE)
        op.execute(
            "CREATE TRIGGER event_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON event"
            " FOR EACH STATEMENT EXECUTE FUNCTION dondoc_refuse()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_is_final_{verb.lower()} BEFORE {verb} ON event"
            " BEGIN SELECT RAISE(ABORT, 'the journal is never altered'); END"
        )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER event_is_final ON event")
        op.execute("DROP FUNCTION dondoc_refuse()")
        op.execute("DROP FUNCTION dondoc_uuid7(bigint, text, text)")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER event_is_final_{verb}")
