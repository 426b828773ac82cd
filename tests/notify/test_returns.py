"""Mail that comes back is read from the mailbox itself, and nothing in it is lost or read for ever.

The complaint this prevents: "the bounces were there for weeks, in a mailbox that nobody opened".
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from service.domain.tables import ChannelAccount, table
from service.notify.channel import ChannelMisconfigured, validated
from service.notify.channels.email import EmailSettings
from service.notify.channels.returns import BYTES_MAX, ReturnsSettings, ReturnsUnreachable, visit
from service.notify.returns import Returns
from tests.district import District
from tests.fakes import dovecot
from tests.fakes.dovecot import PASSWORD, WITHOUT_MOVE, Mailbox
from tests.notify.test_bounces import report, told

pytestmark = pytest.mark.skipif(not dovecot.is_here(), reason="no Dovecot here (make dovecot)")
DONE, UNCLEAR = "Dondoc-da-xu-ly", "Dondoc-can-xem"


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with dovecot.mailbox() as opened:
        yield opened


def configure(office: District, server: Mailbox, **returns: Any) -> None:
    settings = {
        "host": "relay.example.test",
        "sender": "nhacviec@dondoc.example.vn",
        "returns": server.settings(**returns),
    }
    with office.database.write() as session:
        session.add(
            ChannelAccount(
                id=uuid4(),
                register_id=office.chair.register_id,
                channel="email",
                is_enabled=True,
                settings=settings,
                secrets=office.vault.seal({"returns_password": PASSWORD}),
            )
        )


def test_a_report_in_the_mailbox_sends_the_message_by_the_next_channel(
    office: District, server: Mailbox
) -> None:
    office.dismiss("xa-a", "officer")
    code = office.hire("xa-a", "officer", since=date(2024, 2, 1), zalo="uid:1")
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    (sent,) = [mail for mail in office.mails() if mail["to"].startswith(code)]
    before = server.count(DONE), server.count(UNCLEAR)
    server.put(report(sent["delivery_id"]))
    server.put(b"Subject: On leave\nAuto-Submitted: auto-replied\n\nx\n")
    configure(office, server)
    office.worker.collect()
    assert told(office) == [("email", "failed"), ("zalo", "queued")]
    assert server.count("INBOX") == 0
    after = server.count(DONE), server.count(UNCLEAR)
    assert [max(0, was) + 1 for was in before] == list(after)
    server.put(report(sent["delivery_id"]))
    assert office.worker.collect() == 1, "it is known, changes nothing, and is put aside"
    assert told(office) == [("email", "failed"), ("zalo", "queued")]


def test_what_could_not_be_recorded_stays_until_it_is(server: Mailbox) -> None:
    settings = validated("email", ReturnsSettings, server.settings())
    server.put(b"Subject: 1\n\nx\n")

    def broken(_: bytes) -> bool:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError):
        visit(settings, PASSWORD, broken)
    assert server.count("INBOX") == 1
    seen: list[bytes] = []
    assert visit(settings, PASSWORD, lambda content: bool(seen.append(content))) == (0, 1)
    assert seen == [b"Subject: 1\r\n\r\nx\r\n"]
    assert visit(settings, PASSWORD, lambda _: True) == (0, 0)


def test_a_message_too_large_to_be_a_report_is_not_even_fetched(server: Mailbox) -> None:
    settings = validated("email", ReturnsSettings, server.settings())
    server.put(b"Subject: large\n\n" + b"x" * 70 + b"\n" * (BYTES_MAX // 2))
    seen: list[bytes] = []
    assert visit(settings, PASSWORD, lambda content: bool(seen.append(content))) == (0, 1)
    assert seen == []


def test_a_server_that_cannot_move_is_told_to_copy_and_forget() -> None:
    with dovecot.mailbox(more=WITHOUT_MOVE) as server:
        settings = validated(
            "email", ReturnsSettings, server.settings(port=server.plain, security="starttls")
        )
        server.put(b"Subject: 1\n\nx\n")
        server.put(b"Subject: 2\n\nx\n")
        assert visit(settings, PASSWORD, lambda content: b"1" in content) == (1, 1)
        assert (server.count("INBOX"), server.count(DONE), server.count(UNCLEAR)) == (0, 1, 1)


@pytest.mark.parametrize(
    ("changed", "password", "says"),
    [
        ({}, "sai", "AUTHENTICATIONFAILED"),
        ({"ca_file": None}, PASSWORD, "CERTIFICATE_VERIFY_FAILED"),
        ({"port": 1}, PASSWORD, "refused"),
        ({"folder": "Khong-co"}, PASSWORD, "Khong-co"),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why_and_never_the_password(
    server: Mailbox, changed: dict[str, Any], password: str, says: str
) -> None:
    settings = validated("email", ReturnsSettings, server.settings(**changed))
    with pytest.raises(ReturnsUnreachable, match=r"^imap: ") as told_why:
        visit(settings, password, lambda _: True)
    assert says in str(told_why.value) or "doesn't exist" in str(told_why.value)
    assert password not in str(told_why.value)


def test_one_register_without_its_mailbox_keeps_no_other_waiting(office: District, server: Mailbox) -> None:
    configure(office, server, port=1)
    with capture_logs() as logs:
        assert office.worker.collect() == 0
    assert [entry["event"] for entry in logs] == ["returns.unreadable"]
    with office.database.write() as session:
        account = table(ChannelAccount)
        session.connection().execute(sa.update(account).values(settings={"host": "x.test"}))
    assert Returns(office.database, office.vault, office.clock).collect() == 0


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"done": "INBOX"}, "must differ"),
        ({"folder": 'a"b'}, "without quotes"),
        ({"security": "none", "host": "mail.example.test"}, "would show the password"),
    ],
)
def test_a_mailbox_that_cannot_work_is_refused_in_a_sentence(
    server: Mailbox, changed: dict[str, Any], says: str
) -> None:
    working = {"host": "relay.example.test", "sender": "nhacviec@dondoc.example.vn"}
    with pytest.raises(ChannelMisconfigured, match=f"^email: returns: .*{says}"):
        validated("email", EmailSettings, working | {"returns": server.settings(**changed)})
