"""The ledger over HTTP: who may look, and that what is shown can be proved elsewhere."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import SecretStr

from service.database import Database
from service.domain import audit_file, checkpoints, ledger, notes, registers
from service.domain.tables import Checkpoint, table
from service.edge.context import Context
from service.edge.reading_room import ReadingRoom
from service.settings import Settings
from tests.api.world import Api, issue
from tests.audit.test_checkpoints import tampered
from tests.conftest import MONDAY, SettableClock
from tests.tampers.played import NEW, OLD, PUBLIC, RING

checkpoint = table(Checkpoint)


def seal(database: Database, **later: float) -> None:
    """Give events their places and sign the ledger."""
    with database.write() as session:
        ledger.sequence(session, now=MONDAY)
        assert checkpoints.make_checkpoint(session, RING, now=MONDAY + timedelta(**later)) == 1


@pytest.fixture
def signed(api: Api, database: Database) -> Api:
    """An office with two checkpoints, seen by the keeper's administrator."""
    seal(database)
    issue(api)
    seal(database, minutes=2)
    return api.speak_for("keeper_admin")


def walk(api: Api, path: str, limit: int) -> list[dict[str, Any]]:
    found, after = [], {}
    while True:
        page = api.ok("GET", path, params={"limit": limit, **after})
        found += page["items"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def test_every_entry_is_listed_once_and_proved_offline(signed: Api) -> None:
    entries = walk(signed, "/v1/audit/entries", 7)
    assert [entry["position"] for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) == 26
    for entry in entries:
        proof = signed.ok("GET", f"/v1/audit/entries/{entry['position']}/proof")
        sentence = audit_file.verify_document(json.dumps(proof), PUBLIC)
        assert sentence.startswith(f"entry {entry['position']} is under checkpoint 2")
        body = json.loads(proof["body"])
        assert (proof["leaf"], proof["seq"]) == (entry["leaf"], entry["seq"])
        shown = {"kind": entry["kind"], "payload": entry["payload"]}
        shown |= {"actor": entry["actor_id"], "subject": entry["subject_id"]}
        assert {name: body[name] for name in shown} == shown


def test_checkpoints_are_the_notes_themselves_and_grow(signed: Api) -> None:
    first, second = walk(signed, "/v1/audit/checkpoints", 1)
    for shown in (first, second):
        said = notes.open_note(shown["note"], PUBLIC)
        assert (said.number, said.size, said.chain) == (shown["number"], shown["size"], shown["chain"])
        assert said.root.hex() == shown["root"]
    grown = signed.ok("GET", "/v1/audit/checkpoints/1/growth")
    assert (grown["old"], grown["new"]) == (first["note"], second["note"])
    assert "begins with checkpoint 1" in audit_file.verify_document(json.dumps(grown), PUBLIC)
    for unknown in ("0", "x", str(2**63)):
        signed.refused("invalid-request", 422, "GET", f"/v1/audit/checkpoints/{unknown}/growth")
    signed.refused("not-found", 404, "GET", "/v1/audit/checkpoints/3/growth")


def test_administrators_may_look_and_nobody_else(signed: Api) -> None:
    for name in ("admin", "keeper_admin"):
        signed.speak_for(name).ok("GET", "/v1/audit/entries")
    for name in ("clerk", "leader", "officer_a", "head_of_district"):
        for path in ("entries", "entries/1/proof", "checkpoints", "checkpoints/1/growth"):
            signed.speak_for(name).refused("not-allowed", 403, "GET", f"/v1/audit/{path}")


def test_another_registers_entries_are_not_there(signed: Api, database: Database) -> None:
    with database.write() as session:
        registers.create_register(session, code="hai", name="Sổ hai", now=MONDAY)
    count = len(walk(signed, "/v1/audit/entries", 200))
    there = {"register": "hai"}
    signed.speak_for("admin")
    assert signed.ok("GET", "/v1/audit/entries", params=there)["items"] == []
    signed.refused("not-found", 404, "GET", "/v1/audit/entries/1/proof", params=there)
    signed.ok("GET", f"/v1/audit/entries/{count}/proof", params={"register": "chinh"})


def test_what_was_just_entered_is_proved_after_the_next_checkpoint(signed: Api, database: Database) -> None:
    issue(signed.speak_for("clerk"), number="124")
    with database.write() as session:
        ledger.sequence(session, now=MONDAY)
    last = walk(signed.speak_for("keeper_admin"), "/v1/audit/entries", 200)[-1]["position"]
    signed.refused("not-under-checkpoint", 409, "GET", f"/v1/audit/entries/{last}/proof")
    signed.refused("not-found", 404, "GET", f"/v1/audit/entries/{last + 1}/proof")


def test_a_ledger_that_was_altered_proves_nothing(signed: Api, database: Database) -> None:
    of_another = "(SELECT leaf FROM ledger WHERE position = 1)"
    tampered(database, f"UPDATE ledger SET leaf = {of_another} WHERE position = 12")
    for path in ("entries/5/proof", "checkpoints/1/growth"):
        signed.refused("ledger-broken", 500, "GET", f"/v1/audit/{path}")
    tampered(database, sa.update(checkpoint).where(checkpoint.c.number == 2).values(note="x"))
    signed.refused("ledger-broken", 500, "GET", "/v1/audit/entries/5/proof")
    signed.refused("ledger-broken", 500, "GET", "/v1/audit/checkpoints")


def test_public_keys_are_for_everybody(
    api: Api, routes: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    assert api.ok("GET", "/.well-known/dondoc-audit-keys") == {"items": []}
    given = settings.model_copy(update={"audit_key": SecretStr(f"{NEW.text()},{OLD.public.text()}")})
    routes.state.context = Context(given, database, clock, ReadingRoom(given))
    api.headers.pop("authorization")
    answered = api.get("/.well-known/dondoc-audit-keys")
    assert [key["key"] for key in answered.json()["items"]] == [NEW.public.text(), OLD.public.text()]
    assert "PRIVATE" not in answered.text
