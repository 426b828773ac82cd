"""When checkpoints are made, of what, and that nobody alters them, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from service.database import Database
from service.domain import audit_file, checkpoints, ledger, notes
from service.domain.audit_refusals import LedgerBroken, NotUnderCheckpoint
from service.domain.checks import examine
from service.domain.ids import NIL
from service.domain.locks import Lock, try_lock
from service.domain.notes import Ring
from service.domain.reading import audit
from service.domain.tables import Checkpoint as CheckpointTable
from service.domain.tables import Event, LedgerNode, Unsequenced, table
from service.domain.verifying import Broken
from tests.audit.test_merkle import textbook_path, textbook_root
from tests.conftest import MONDAY
from tests.district import District
from tests.tampers.played import NEW, PUBLIC, RING, STRANGER, play, seal

event, checkpoint, node = table(Event), table(CheckpointTable), table(LedgerNode)


def enter(database: Database, count: int, kind: str = "unit.changed.v1") -> None:
    """Let facts happen, and give them their places."""
    fact = {"kind": kind, "subject_id": NIL, "actor_id": NIL, "recorded_at": MONDAY}
    with database.write() as session:
        rows = [fact | {"payload": {"code": f"xã {n}", "fields": []}} for n in range(count)]
        session.connection().execute(sa.insert(event), rows)
    with database.write() as session:
        while ledger.sequence(session, now=MONDAY):
            pass


def made(database: Database, ring: Ring = RING, **later: float) -> int:
    """Make a checkpoint if it is time to, so much later; return if one was made."""
    with database.write() as session:
        return checkpoints.make_checkpoint(session, ring, now=MONDAY + timedelta(**later))


def stored(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(audit.ALL))


def tampered(database: Database, statement: Any) -> None:
    """Change what is final, as somebody who owns the database can."""
    with database.write() as session:
        connection = session.connection()
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_is_final_%'"
            triggers = connection.exec_driver_sql(found).all()
            for name, _ in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(sa.text(statement) if isinstance(statement, str) else statement)
        if database.dialect == "sqlite":
            for _, sql in triggers:
                connection.exec_driver_sql(sql)


def verified(database: Database, *anchors: str) -> Any:
    with database.snapshot() as connection:
        return audit.verify_stored(connection, PUBLIC, anchors)


def test_a_checkpoint_is_the_textbooks_root_of_what_is_stored(database: Database) -> None:
    for count, later in ((3, 0), (300, 2), (1, 4)):
        enter(database, count)
        assert made(database, minutes=later) == 1
    with database.read() as connection:
        leaves = [bytes.fromhex(entry.leaf) for entry in audit.entries(connection)]
        chain = [entry.chain for entry in audit.entries(connection)][-1]
        rows = connection.execute(audit.ALL).all()
        proofs = [audit.prove(connection, audit.entry_at(connection, p)) for p in (1, 2, 256, 257, 304)]
    said = [notes.open_note(row.note, PUBLIC) for row in rows]
    assert [one.size for one in said] == [3, 303, 304]
    assert [one.root for one in said] == [textbook_root(leaves[: one.size]) for one in said]
    assert said[-1].chain == chain
    for proof in proofs:
        path = textbook_path(proof["position"] - 1, leaves)
        assert proof["path"] == [step.hex() for step in path]
    assert verified(database) == (304, 304, 3, 0, 0, 0)


def test_it_is_made_once_a_minute_or_after_a_thousand_entries(database: Database) -> None:
    assert made(database) == 0, "nothing was entered"
    enter(database, 1)
    assert made(database) == 1
    enter(database, 1)
    assert made(database, seconds=59) == 0
    assert made(database, seconds=60) == 1
    assert made(database, seconds=200) == 0, "nothing was entered since"
    enter(database, 999)
    assert made(database, seconds=61) == 0
    enter(database, 1)
    assert made(database, seconds=61) == 1
    enter(database, 1)
    assert made(database, hours=-1) == 1, "a clock that was set back is no reason to wait"
    assert [row.size for row in stored(database)] == [1, 2, 1002, 1003]


def test_without_a_key_that_signs_none_is_made(database: Database) -> None:
    enter(database, 1)
    assert made(database, PUBLIC) == 0
    with database.read() as connection, pytest.raises(NotUnderCheckpoint):
        list(audit.export(connection, PUBLIC))
    with database.read() as connection, pytest.raises(NotUnderCheckpoint):
        audit.prove(connection, audit.entry_at(connection, 1))


def test_an_old_ledger_is_brought_in_piece_by_piece(database: Database) -> None:
    enter(database, 2300)
    with database.write() as session:
        pieces = [checkpoints.make_checkpoint(session, RING, now=MONDAY, stretch=700) for _ in range(4)]
    assert pieces == [1, 1, 0, 0], "less than a thousand wait now, and the minute is not over"
    assert made(database, minutes=1) == 1
    assert [row.size for row in stored(database)] == [700, 1400, 2300]
    assert verified(database).signed == 2300


def test_nothing_is_signed_after_a_checkpoint_that_was_altered(database: Database) -> None:
    enter(database, 3)
    made(database)
    enter(database, 1)
    last = stored(database)[0]
    for values in (
        {"frontier": ["00" * 32, last.frontier[1]]},
        {"frontier": last.frontier[:1]},
        {"frontier": ["x", last.frontier[1]]},
        {"size": 2, "frontier": last.frontier[:1]},
        {"note": STRANGER.signed(last.note.partition("\n\n")[0] + "\n")},
    ):
        tampered(database, sa.update(checkpoint).values(values))
        with pytest.raises(Broken):
            made(database, minutes=2)
        tampered(database, sa.update(checkpoint).values(frontier=last.frontier, size=3, note=last.note))
    assert made(database, minutes=2) == 1


TAMPERS = {
    "UPDATE event SET payload = replace(payload, '4', '5') WHERE seq = 5": 5,
    "UPDATE event SET kind = 'unit.merged.v1' WHERE seq = 7": 7,
    "UPDATE event SET actor_id = (SELECT id FROM register LIMIT 1) WHERE seq = 2": 2,
    "UPDATE ledger SET register_id = (SELECT id FROM register LIMIT 1) WHERE position = 6": 6,
    "UPDATE ledger SET leaf = (SELECT leaf FROM ledger WHERE position = 1) WHERE position = 3": 3,
    "UPDATE ledger SET chain = leaf WHERE position = 9": 9,
    "UPDATE event SET payload = '{' WHERE seq = 8": 8,
    """UPDATE event SET payload = '{"code": NaN}' WHERE seq = 4""": 4,
    "UPDATE checkpoint SET frontier = '[' WHERE number = 1": 1,
    "DELETE FROM ledger WHERE position = 4": 4,
    "UPDATE ledger SET position = position + 100 WHERE position >= 8": 8,
    "DELETE FROM checkpoint WHERE number = 1": 1,
}


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", TAMPERS)
def test_what_is_altered_in_the_database_is_noticed_and_named(database: Database, statement: str) -> None:
    with database.write() as session:
        from service.domain.registers import create_register

        create_register(session, code="chinh", name="Sổ", now=MONDAY)
    enter(database, 9)
    made(database)
    enter(database, 3)
    made(database, minutes=2)
    before = verified(database)
    tampered(database, statement)
    with pytest.raises(Broken) as found:
        verified(database)
    assert (before.entries, found.value.position) == (before.entries, TAMPERS[statement])


def test_a_whole_history_that_is_made_anew_is_noticed(database: Database) -> None:
    """Whoever owns the database can make every hash fit; the signature he cannot."""
    enter(database, 5)
    made(database)
    tampered(database, "UPDATE event SET payload = replace(payload, '3', '8') WHERE seq = 4")
    tampered(database, "DELETE FROM ledger")
    with database.write() as session:
        rows = [{"seq": seq} for seq in range(1, 6)]
        session.connection().execute(sa.insert(table(Unsequenced)), rows)
    with database.write() as session:
        ledger.sequence(session, now=MONDAY)
    with pytest.raises(Broken, match="checkpoint 1 has another root"):
        verified(database)


def test_an_end_that_is_cut_off_is_noticed_only_by_what_was_kept_elsewhere(database: Database) -> None:
    for minute in (0, 2, 4):
        enter(database, 4)
        made(database, minutes=minute)
    kept = stored(database)[-1].note
    assert verified(database, kept).anchors == 1
    tampered(database, "DELETE FROM checkpoint WHERE number = 3")
    tampered(database, "DELETE FROM ledger WHERE position > 8")
    tampered(database, "DELETE FROM event WHERE seq > 8")
    assert verified(database).entries == 8
    with pytest.raises(Broken, match="saw 12 entries, there are 8") as found:
        verified(database, kept)
    assert found.value.position == 9


def test_the_doctor_compares_checkpoints_and_subtrees_too(database: Database) -> None:
    enter(database, 300)
    made(database)
    with database.read() as connection:
        assert examine(connection, now=MONDAY) == []
        assert connection.execute(sa.select(node.c.level, node.c.place)).all() == [(8, 0)]
        whole = connection.execute(sa.select(node.c.digest)).scalar_one()
        leaves = [bytes.fromhex(entry.leaf) for entry in audit.entries(connection)]
    assert whole == textbook_root(leaves[:256]).hex()
    tampered(database, sa.update(node).values(digest="00" * 32))
    with database.read() as connection:
        (found,) = examine(connection, now=MONDAY)
        assert (found.check, found.rows) == ("checkpoint-broken", ["subtree 8 0"])
        with pytest.raises(LedgerBroken):
            audit.prove(connection, audit.entry_at(connection, 300))
    tampered(database, sa.update(node).values(digest=whole))
    tampered(
        database, sa.update(checkpoint).values(note=stored(database)[0].note.replace("\n300\n", "\n299\n"))
    )
    with database.read() as connection:
        (found,) = examine(connection, now=MONDAY)
    assert (found.check, found.rows) == ("checkpoint-broken", ["checkpoint 1"])


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["event", "ledger", "checkpoint", "ledger_node"])
def test_what_is_final_is_never_altered(database: Database, name: str) -> None:
    enter(database, 300)
    made(database)
    column = {"event": "kind", "ledger": "leaf", "checkpoint": "note", "ledger_node": "digest"}[name]
    statements = [f"UPDATE {name} SET {column} = 'x'", f"DELETE FROM {name}"]
    if database.dialect == "postgresql":
        statements.append(f"TRUNCATE {name} CASCADE")
    else:
        statements.append(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name} LIMIT 1")
    for statement in statements:
        with pytest.raises(sa.exc.DBAPIError, match="never altered"), database.write() as session:
            session.connection().exec_driver_sql(statement)
    assert verified(database).entries == 300


def test_a_lived_office_is_what_its_export_says(office: District) -> None:
    play(office)
    with office.database.snapshot() as connection:
        lines = [line.encode() for line in audit.export(connection, PUBLIC)]
    found = audit_file.verify_export(lines, PUBLIC)
    assert found == verified(office.database)._replace(entries=found.entries)
    assert office.examine() == []
    assert seal(office) == 0, "nothing has happened since"
    assert notes.open_note(stored(office.database)[-1].note, PUBLIC).origin == NEW.public.name


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_workers_do_not_sign_at_the_same_time(database: Database) -> None:
    """On SQLite the single writer is the lock."""
    enter(database, 1)
    with database.write() as session:
        assert try_lock(session.connection(), Lock.CHECKPOINT)
        assert made(database) == 0
    assert made(database) == 1
