"""Free texts stand beside the ledger: they can be erased, and nobody can put others in their place."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.domain import audit_file, changes
from service.domain.audit_refusals import NotUnderCheckpoint
from service.domain.changes import Basis
from service.domain.commitments import ERASED, Beside
from service.domain.erasing import ErasedTexts, erase_texts
from service.domain.erasure_refusals import TextsErased
from service.domain.errors import NotAllowed, NotFound, UnknownReference
from service.domain.reading import audit, fact_texts, feed
from service.domain.reading.sentences import sentence
from service.domain.reading.timeline import of_obligation
from service.domain.returns import give_back
from service.domain.tables import Event, FactText, Return, table
from service.domain.tables import Ledger as Places
from service.domain.verifying import Broken, Verified
from tests.actions.test_erasure import lying_about
from tests.audit.test_checkpoints import tampered
from tests.district import COMMUNES, District
from tests.plays import Plays
from tests.tampers.played import PUBLIC, seal

event, places, fact_text, given_back = table(Event), table(Places), table(FactText), table(Return)

REASON = 'Đồng chí "phụ trách" nghỉ ốm\nđến hết tháng'
BASIS = "Đơn đề nghị số 3"


@pytest.fixture
def returned(office: District, plays: Plays) -> District:
    """An office to which a commune has given a duty back, for a reason that tells of somebody's health."""
    plays.after(give_one_back, office, on=office.stage)
    return office


def give_one_back(office: District) -> None:
    """Let a commune give a duty back, and the ledger be signed."""
    office.give(due="2024-03-29", items=2, groups=["cac-xa"])
    with office.database.write() as session:
        give_back(
            session,
            office.officer(COMMUNES[0]),
            duty(office),
            reason=REASON,
            proposed_unit_code=None,
            version=None,
            now=office.now(),
        )
    seal(office)


def duty(office: District) -> UUID:
    return office.duties(COMMUNES[0])[0][1]


def place_of(office: District, kind: str = "obligation.returned.v1") -> int:
    query = sa.select(places.c.position).join(event, event.c.seq == places.c.seq).where(event.c.kind == kind)
    with office.database.read() as connection:
        return int(connection.execute(query.order_by(places.c.position.desc())).scalars().first() or 0)


def erase(office: District, position: int, *names: str) -> ErasedTexts:
    with office.database.write() as session:
        return erase_texts(session, office.chair, position, names=names, basis=BASIS, now=office.now())


def verified(office: District) -> Verified:
    with office.database.snapshot() as connection:
        return audit.verify_stored(connection, PUBLIC, ())


def told(office: District, kind: str = "obligation.returned.v1") -> list[dict[str, Any]]:
    with office.database.read() as connection:
        page = feed.page(connection, office.chair, after=0, kinds=[kind], limit=50)
    return [row.payload for row in page.rows]


def said(office: District) -> str:
    with office.database.read() as connection:
        lines = of_obligation(connection, duty(office)).lines
    return "\n".join(sentence(line.kind, line.facts) for line in lines)


def journal(office: District) -> str:
    with office.database.read() as connection:
        return "\n".join(connection.exec_driver_sql("SELECT payload FROM event").scalars())


def test_what_somebody_typed_is_not_in_the_journal_and_is_shown_all_the_same(returned: District) -> None:
    assert "nghỉ ốm" not in journal(returned)
    assert [facts["reason"] for facts in told(returned)] == [REASON]
    assert "erased" not in told(returned)[0]
    assert f"Đơn vị trả lại: {REASON}" in said(returned)
    assert verified(returned).texts == 1


def test_after_its_erasure_a_text_is_nowhere_and_the_ledger_is_what_it_was(returned: District) -> None:
    before = verified(returned)
    assert lying_about(returned, ["nghỉ ốm"]), "it is there before"
    done = erase(returned, place_of(returned))
    assert (done.names, done.records) == (["reason"], 1)
    (facts,) = told(returned)
    assert (facts["reason"], facts["erased"]) == (ERASED, ["reason"])
    assert f"Đơn vị trả lại: {ERASED}" in said(returned)
    with returned.database.read() as connection:
        assert connection.execute(sa.select(given_back.c.reason)).scalars().all() == [ERASED]
        assert REASON not in connection.execute(sa.select(fact_text.c.text)).scalars().all()
    returned.worker.tidy()
    assert lying_about(returned, ["nghỉ ốm"]) == []
    now = verified(returned)
    assert (now.entries, now.erased) == (before.entries, 1), "while its erasure waits for its place"
    seal(returned)
    now = verified(returned)
    assert (now.entries, now.signed, now.erased) == (before.entries + 1, before.entries + 1, 1)


def test_who_erased_a_text_and_why_is_in_the_journal(returned: District) -> None:
    position = place_of(returned)
    erase(returned, position)
    seal(returned)
    (facts,) = told(returned, "fact.text_erased.v1")
    assert (facts["position"], facts["names"], facts["basis"]) == (position, ["reason"], BASIS)
    assert f"Xóa nội dung theo yêu cầu (reason), căn cứ: {BASIS}" in said(returned)
    with returned.database.read() as connection:
        actor = sa.select(event.c.actor_id).where(event.c.kind == "fact.text_erased.v1")
        assert connection.execute(actor).scalar_one() == returned.chair.principal_id


def test_what_cannot_be_erased_is_refused(returned: District) -> None:
    position = place_of(returned)
    with pytest.raises(UnknownReference):
        erase(returned, position, "question")
    with pytest.raises(UnknownReference):
        erase(returned, place_of(returned, "obligation.acknowledged.v1"))
    with pytest.raises(NotFound):
        erase(returned, 9999)
    officer = returned.officer(COMMUNES[0])
    with pytest.raises(NotAllowed), returned.database.write() as session:
        erase_texts(session, officer, position, names=[], basis=BASIS, now=returned.now())
    erase(returned, position)
    with pytest.raises(TextsErased):
        erase(returned, position)


TAMPERS = {
    "UPDATE fact_text SET text = 'Bận họp'": "is not the one that was sealed",
    "UPDATE fact_text SET salt = '00000000000000000000000000000000'": "is not the one that was sealed",
    "UPDATE fact_text SET text = NULL, salt = NULL": "no fact says that it was erased",
    "DELETE FROM fact_text": "are not those that it speaks of",
}


@pytest.mark.parametrize("statement", TAMPERS)
def test_a_text_that_somebody_altered_is_named_with_its_place(returned: District, statement: str) -> None:
    position = place_of(returned)
    tampered(returned.database, statement)
    with pytest.raises(Broken, match=TAMPERS[statement]) as found:
        verified(returned)
    assert found.value.position == position


def test_a_text_that_was_erased_and_is_there_again_is_named(returned: District) -> None:
    with returned.database.read() as connection:
        row = Beside._make(connection.execute(sa.select(fact_text)).one())
    erase(returned, place_of(returned))
    seal(returned)
    erasure = place_of(returned, "fact.text_erased.v1")
    back = sa.update(fact_text).where(fact_text.c.sha256 == row.sha256).values(salt=row.salt, text=row.text)
    tampered(returned.database, back)
    with pytest.raises(Broken, match="a text that it says was erased is there") as found:
        verified(returned)
    assert found.value.position == erasure


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact_text SET text = 'Bận họp'",
        "UPDATE fact_text SET salt = '00'",
        "UPDATE fact_text SET sha256 = 'x', salt = NULL, text = NULL",
        "DELETE FROM fact_text",
    ],
)
def test_the_database_lets_a_text_go_and_nothing_else(returned: District, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="never altered"), returned.database.write() as session:
        session.connection().exec_driver_sql(statement)


def test_a_proof_holds_with_the_text_and_without_it(returned: District) -> None:
    position = place_of(returned)

    def proof() -> dict[str, Any]:
        with returned.database.snapshot() as connection:
            return audit.prove(connection, audit.entry_at(connection, position))

    whole = proof()
    assert whole["texts"][0]["text"] == REASON
    assert "erased" not in audit_file.verify_document(json.dumps(whole), PUBLIC)
    (text,) = whole["texts"]
    for texts in ([], [text | {"text": "Bận họp"}], [text | {"salt": None}], [text, text]):
        with pytest.raises(Broken):
            audit_file.verify_document(json.dumps(whole | {"texts": texts}), PUBLIC)
    with pytest.raises(Broken):
        audit_file.verify_document(
            json.dumps({name: whole[name] for name in whole if name != "texts"}), PUBLIC
        )
    erase(returned, position)
    without = proof()
    assert without["texts"] == [text | {"salt": None, "text": None}]
    sentence = audit_file.verify_document(json.dumps(without), PUBLIC)
    assert sentence.endswith("1 of the 1 texts beside it were erased")
    assert without["body"] == whole["body"]


def test_an_export_waits_until_an_erasure_is_under_a_checkpoint(returned: District) -> None:
    erase(returned, place_of(returned))
    for _ in ("it waits for its place", "it waits for its checkpoint"):
        with returned.database.snapshot() as connection, pytest.raises(NotUnderCheckpoint):
            list(audit.export(connection, PUBLIC))
        returned.worker.sequence()
    seal(returned)
    with returned.database.snapshot() as connection:
        lines = [line.encode() for line in audit.export(connection, PUBLIC)]
    found = audit_file.verify_export(lines, PUBLIC)
    assert (found.texts, found.erased) == (1, 1)
    assert REASON not in b"".join(lines).decode()


def test_facts_that_are_written_at_once_share_their_text_and_lose_it_together(office: District) -> None:
    letter = office.give(due="2024-03-29", items=2, groups=["cac-xa"])
    basis = Basis(None, "5", "QĐ-UBND", date(2024, 3, 4), date(2024, 3, 4), "Người ký nghỉ việc")
    with office.database.write() as session:
        count = changes.revoke(session, office.chair, letter, basis, version=None, now=office.now())
    seal(office)
    assert "nghỉ việc" not in journal(office)
    withdrawn = told(office, "obligation.withdrawn.v1")
    assert len(withdrawn) == count == 6
    assert {facts["reason"].partition(" (")[0] for facts in withdrawn} == {"Người ký nghỉ việc"}
    erase(office, place_of(office, "obligation.withdrawn.v1"))
    seal(office)
    assert {facts["reason"] for facts in told(office, "obligation.withdrawn.v1")} == {ERASED}
    assert verified(office).erased == 1


def test_a_page_asks_once_for_all_texts_beside_it(returned: District) -> None:
    for commune in COMMUNES[1:]:
        with returned.database.write() as session:
            give_back(
                session,
                returned.officer(commune),
                returned.duties(commune)[0][1],
                reason=f"{REASON} {commune}",
                proposed_unit_code=None,
                version=None,
                now=returned.now(),
            )
    seal(returned)
    asked: list[str] = []
    with returned.database.read() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        page = feed.page(connection, returned.chair, after=0, limit=200)
    assert sum("reason" in row.payload for row in page.rows) == 3
    assert sum("fact_text" in statement for statement in asked) == 1


def test_an_older_fact_is_shown_and_verified_as_it_was_recorded(office: District) -> None:
    """What a release before this one wrote into the journal stays there: it is sealed."""
    office.has_older_facts = True
    office.give(due="2024-03-29", units=[COMMUNES[0]])
    row = {
        "register_id": office.register_id,
        "kind": "obligation.returned.v1",
        "subject_id": duty(office),
        "payload": {"return_id": str(duty(office)), "reason": REASON, "proposed_unit_code": None},
        "actor_id": office.chair.principal_id,
        "recorded_at": office.now(),
    }
    with office.database.write() as session:
        session.connection().execute(sa.insert(event).values(row))
    seal(office)
    assert [facts["reason"] for facts in told(office)] == [REASON]
    assert verified(office).texts == 0
    with pytest.raises(UnknownReference):
        erase(office, place_of(office))
    with office.database.read() as connection:
        assert fact_texts.opened(connection, [row["payload"]]) == [row["payload"]]
