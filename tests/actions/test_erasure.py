"""A person can leave the system: no name, address or number stays, and the duties are as they were."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.domain.absences import record_absence
from service.domain.commitments import ERASED
from service.domain.erasing import erase_texts
from service.domain.erasing_people import erase_person, erasures
from service.domain.erasure_refusals import PersonErasedAlready, PersonHoldsKeys, PersonHoldsPosts
from service.domain.errors import NotAllowed, NotFound, StaleVersion
from service.domain.ids import new_id
from service.domain.keys import KeyTerms, make_key
from service.domain.link_rules import LinkAction
from service.domain.people_registry import AddressOrder, PostOrder, register_person
from service.domain.permissions import KeyRole
from service.domain.reading import personal_data
from service.domain.reading.personal_data import HELD, PersonalData
from service.domain.returns import give_back
from service.domain.tables import (
    Account,
    AccountSession,
    ActionLink,
    ApiKey,
    ChannelContact,
    Delivery,
    DeliveryState,
    Idempotency,
    Inbound,
    InboundEvent,
    LinkUse,
    Message,
    Person,
    SavedView,
    Unit,
    table,
)
from service.domain.tables.base import metadata
from tests.district import COMMUNES, District
from tests.plays import Plays

CODE, NAME = "can-bo-thu-nghiem", "Cán Bộ Thử Nghiệm Riêng"
MAIL, OLDER_MAIL, ZALO = "rieng.thu@cao-loc.test", "cu.thu@cao-loc.test", "uid:778899001122"
LOGIN = "dang-nhap-rieng"
WORDS = (NAME, CODE, MAIL, OLDER_MAIL, LOGIN, "778899001122", "Trình duyệt thử", "nghỉ ốm")
BASIS = "Đơn đề nghị số 7"
COMMUNE = COMMUNES[0]

delivery, message, person = table(Delivery), table(Message), table(Person)


def enter(office: District, mail: str, *, holds: bool = True) -> None:
    post = PostOrder(unit_code=COMMUNE, role="officer", valid_from=None, valid_to=None)
    with office.database.write() as session:
        register_person(
            session,
            office.chair,
            code=CODE,
            name=NAME,
            posts=[post] if holds else [],
            addresses=[
                AddressOrder(channel="email", address=mail, position=0),
                AddressOrder(channel="zalo", address=ZALO, position=1),
            ],
            now=office.now(),
        )


def person_id(office: District) -> Any:
    with office.database.read() as connection:
        return connection.execute(sa.select(person.c.id).where(person.c.code == CODE)).scalar_one()


@pytest.fixture
def lived(office: District, plays: Plays) -> District:
    """An office whose officer was told of duties, tapped a link, wrote by Zalo, was ill, and has left."""
    plays.after(live, office, on=office.stage)
    return office


def live(office: District) -> None:
    """Let an officer come, work and leave."""
    office.dismiss(COMMUNE, "officer")
    enter(office, OLDER_MAIL)
    office.give(due="2024-03-29", items=2, groups=["cac-xa"])
    office.wait_until(office.now().date() + timedelta(days=2))
    enter(office, MAIL)
    traces(office)
    with office.database.write() as session:
        terms = {"unit_code": COMMUNE, "from_on": office.now().date(), "until_on": None, "deputy_code": None}
        record_absence(session, office.chair, CODE, **terms, reason="nghỉ ốm", now=office.now())
    office.give(due="2024-04-12", units=[COMMUNE])
    enter(office, MAIL, holds=False)
    office.clock.at += timedelta(minutes=5)


def traces(office: District) -> None:
    """Let the person tap a link and speak to the Official Account; keep an answer that names the person."""
    mine, at = person_id(office), office.now()
    links, register = table(ActionLink), office.register_id
    with office.database.write() as session:
        connection = session.connection()
        mine_too = sa.select(links.c.id).where(links.c.person_id == mine)
        tapped = connection.execute(mine_too).scalars().first()
        seen = {"user_agent": "Trình duyệt thử", "network": "10.0.0.0", "used_at": at}
        used = sa.insert(table(LinkUse)).values(link_id=tapped, action=next(iter(LinkAction)), **seen)
        connection.execute(used)
        contact = {"register_id": register, "channel": "zalo", "sender": "778899001122", "person_id": mine}
        connection.execute(sa.insert(table(ChannelContact)).values(**contact, follows=True))
        signs_in = Account(
            id=new_id(at),
            login=LOGIN,
            name=NAME,
            person_id=mine,
            role=KeyRole.OFFICER,
            made_at=at,
            disabled_at=at,
        )
        session.add(signs_in)
        session.flush()
        session.add(
            AccountSession(
                id=new_id(at),
                token_sha256="0" * 64,
                account_id=signs_in.id,
                made_at=at,
                seen_at=at,
                expires_at=at,
                user_agent=f"{LOGIN} browser",
            )
        )
        session.add(
            SavedView(
                id=new_id(at),
                register_id=register,
                account_id=signs_in.id,
                name=f"Việc của {NAME}",
                query="q=bao+cao",
                made_at=at,
            )
        )
        session.add(
            InboundEvent(
                id=mine,
                register_id=register,
                channel="zalo",
                dedupe_key="m1",
                kind=Inbound.SAID,
                sender="778899001122",
                content={"text": f"Tôi là {NAME}"},
                proof="signature",
                happened_at=at,
                received_at=at,
                applied_at=at,
            )
        )
        session.add(
            Idempotency(
                principal_id=mine,
                route="POST /v1/people",
                key="k1",
                request_sha256="0",
                status=201,
                body=f'{{"name":"{NAME}"}}',
                made_at=at,
            )
        )
        told = sa.select(message.c.id).where(message.c.person_id == mine)
        theirs = sa.update(delivery).where(delivery.c.message_id.in_(told))
        refused = theirs.values(reason=f"550 <{OLDER_MAIL}>")
        connection.execute(refused)


def erase(office: District, code: str = CODE, version: int | None = None) -> str:
    with office.database.write() as session:
        found = erase_person(session, office.chair, code, basis=BASIS, version=version, now=office.now())
        return found.code


def exported(office: District, code: str = CODE) -> PersonalData:
    with office.database.snapshot() as connection:
        return personal_data.of_person(connection, office.chair, code, now=office.now())


def lying_about(office: District, words: Sequence[str] = WORDS) -> list[tuple[str, str]]:
    """Return where words are: in SQLite's files byte by byte, in every row of PostgreSQL."""
    if office.database.dialect == "sqlite":
        path = Path(str(office.database.url.database))
        files = [each for each in path.parent.glob(f"{path.name}*") if each.is_file()]
        return [(each.name, word) for each in files for word in words if word.encode() in each.read_bytes()]
    found = []
    with office.database.read() as connection:
        for name in (*metadata.tables, "alembic_version"):
            rows = " ".join(connection.exec_driver_sql(f'SELECT t::text FROM "{name}" t').scalars())
            found += [(name, word) for word in words if word in rows]
    return found


def test_everything_that_refers_to_a_person_is_in_the_export() -> None:
    """A new table about people must be told to whoever asks what is held, and looked at when it is erased."""
    about = {"person", "message", "delivery", "action_link", "notification_preference"}
    refers = {
        each
        for each in metadata.sorted_tables
        if {key.column.table.name for key in each.foreign_keys} & about
    }
    assert {each.name for each in refers - HELD.keys()} == set()


def test_the_export_says_everything_and_no_secret(lived: District) -> None:
    found = exported(lived)
    records = found.records
    assert found.person.name == NAME
    assert {row["address"] for row in records["address"]} == {MAIL, ZALO}
    assert [row["reason"] for row in records["absence"]] == ["nghỉ ốm"]
    assert {row["address"] for row in records["delivery"]} >= {OLDER_MAIL}
    assert [row["query"] for row in records["saved_view"]] == ["q=bao+cao"]
    assert [row["sender"] for row in records["channel_contact"]] == ["778899001122"]
    assert [row["content"] for row in records["inbound_event"]] == [{"text": f"Tôi là {NAME}"}]
    assert records["post"]
    assert records["message"]
    assert records["message_line"]
    assert found.cut_off == []
    names = {name for rows in records.values() for row in rows for name in row}
    assert not {"token_sha256", "secret_sha256", "sha256"} & names


def test_texts_that_name_the_person_are_found_without_accents_and_by_their_place(lived: District) -> None:
    with lived.database.write() as session:
        give_back(
            session,
            lived.officer(COMMUNE),
            lived.duties(COMMUNE)[0][1],
            reason="đồng chí CÁN BỘ THỬ NGHIỆM RIÊNG đã nghỉ",
            proposed_unit_code=None,
            version=None,
            now=lived.now(),
        )
    lived.worker.sequence()
    found = exported(lived).mentions
    assert [(each.place, each.name) for each in found] == [("fact", "reason"), ("return.reason", "reason")]
    position = found[0].position
    assert position is not None
    with lived.database.write() as session:
        erase_texts(session, lived.chair, position, names=["reason"], basis=BASIS, now=lived.now())
    assert exported(lived).mentions == []


@pytest.mark.both_databases
def test_nothing_of_a_person_is_found_after_the_erasure(lived: District) -> None:
    assert {word for _, word in lying_about(lived)} == set(WORDS)
    before = lived.examine()
    erase(lived)
    assert lived.database.is_to_be_scrubbed() == (lived.database.dialect == "sqlite")
    lived.worker.tidy()
    assert not lived.database.is_to_be_scrubbed()
    assert lying_about(lived) == []
    assert lived.examine() == before


def test_what_was_done_in_the_post_stays(lived: District) -> None:
    before = exported(lived)
    left = erase(lived)
    after = exported(lived, left)
    assert after.records["saved_view"] == [], "what was a convenience of the account goes with it"
    open_links = [row for row in after.records["action_link"] if row["expires_at"] > lived.now()]
    assert open_links == [], "nobody answers by a link any more"
    assert after.person.id == before.person.id
    assert (after.person.name, after.person.code) == (f"(đã xóa) #{before.person.id.hex[-8:]}", left)
    for name in ("post", "message", "message_line", "action_link"):
        assert [row["id"] for row in after.records[name]] == [row["id"] for row in before.records[name]]
    assert {row["address"] for row in after.records["delivery"]} == {ERASED}
    assert len(after.records["delivery"]) == len(before.records["delivery"])
    assert after.mentions == []


def test_the_administrator_of_the_unit_reads_and_does_not_erase(lived: District) -> None:
    enter(lived, MAIL)
    of_unit = replace(lived.officer(COMMUNE), role=KeyRole.ADMINISTRATOR)
    of_another = replace(lived.officer(COMMUNES[1]), role=KeyRole.ADMINISTRATOR)
    with lived.database.snapshot() as connection:
        found = personal_data.of_person(connection, of_unit, CODE, now=lived.now())
        assert found.person.name == NAME
        for other in (of_another, lived.officer(COMMUNE)):
            with pytest.raises(NotAllowed):
                personal_data.of_person(connection, other, CODE, now=lived.now())
    with pytest.raises(NotAllowed), lived.database.write() as session:
        erase_person(session, of_unit, CODE, basis=BASIS, version=None, now=lived.now())


def test_whoever_has_a_key_that_works_is_not_erased(lived: District) -> None:
    key = table(ApiKey)
    with lived.database.write() as session:
        connection = session.connection()
        some = connection.execute(sa.select(Unit.id)).scalars().first()
        terms = KeyTerms(
            name=NAME,
            role=KeyRole.OFFICER,
            scopes=frozenset({"read"}),
            register_id=lived.register_id,
            unit_id=some,
            expires_at=lived.now() + timedelta(days=30),
        )
        made = make_key(session, lived.chair, terms, now=lived.now())
        mine = sa.update(key).where(key.c.id == made.row.id).values(person_id=person_id(lived))
        connection.execute(mine)
    with pytest.raises(PersonHoldsKeys):
        erase(lived)
    lived.clock.at += timedelta(days=31)
    left = erase(lived)
    (kept,) = exported(lived, left).records["api_key"]
    assert kept["name"].startswith("(đã xóa)")


def test_whoever_may_still_sign_in_is_not_erased(lived: District) -> None:
    account = table(Account)
    with lived.database.write() as session:
        session.connection().execute(sa.update(account).values(disabled_at=None))
    with pytest.raises(PersonHoldsKeys):
        erase(lived)
    with lived.database.write() as session:
        session.connection().execute(sa.update(account).values(disabled_at=lived.now()))
    (kept,) = exported(lived, erase(lived)).records["account"]
    assert (kept["login"], kept["subject"]) == (None, None)
    assert kept["name"].startswith("(đã xóa)")


def test_what_was_not_sent_yet_is_not_sent_to_nobody(lived: District) -> None:
    enter(lived, MAIL)
    lived.give(due="2024-04-19", units=[COMMUNE])
    lived.worker.watch()
    mine = person_id(lived)
    enter(lived, MAIL, holds=False)
    erase(lived)
    sent = len(lived.mails())
    lived.wait_until(lived.now().date() + timedelta(days=3))
    assert not [mail for mail in lived.mails()[sent:] if ERASED in mail["to"]]
    told = sa.select(delivery.c.state).join(message, message.c.id == delivery.c.message_id)
    with lived.database.read() as connection:
        states = set(connection.execute(told.where(message.c.person_id == mine)).scalars())
    assert not states & {DeliveryState.QUEUED, DeliveryState.SENDING}


def test_whoever_holds_a_post_is_not_erased(lived: District) -> None:
    enter(lived, MAIL)
    with pytest.raises(PersonHoldsPosts) as found:
        erase(lived)
    assert found.value.units == [COMMUNE]
    assert exported(lived).person.name == NAME


def test_an_erasure_is_decided_by_an_administrator_on_what_there_is_and_once(lived: District) -> None:
    with pytest.raises(StaleVersion):
        erase(lived, version=exported(lived).person.version + 1)
    with pytest.raises(NotFound):
        erase(lived, "khong-co-ai")
    with pytest.raises(NotAllowed), lived.database.write() as session:
        erase_person(session, lived.officer(COMMUNE), CODE, basis=BASIS, version=None, now=lived.now())
    left = erase(lived, version=exported(lived).person.version)
    with pytest.raises(PersonErasedAlready):
        erase(lived, left)
    with lived.database.read() as connection:
        assert list(erasures(connection)) == [("person", str(exported(lived, left).person.id))]
