"""Mail that a server took and gave back: somebody is told by another way, or knows why not."""

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from service.cli import app
from service.domain.tables import Address, Delivery, DeliveryAttempt, table
from service.notify.bounces import Recorded, record
from service.notify.channels.bounce_reports import Report, read_report
from tests.district import District, office

__all__ = ["office"]

delivery, address, attempt = table(Delivery), table(Address), table(DeliveryAttempt)
NAMED = UUID("01890000-0000-7000-8000-00000000000a")


def report(
    name: UUID | str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 no such user",
    by: str = "verp",
) -> bytes:
    """Return a report as a mail server writes it, naming the delivery in one of four ways."""
    to = f"bounce+{UUID(str(name)).hex}@dondoc.test" if by == "verp" else "bounce@dondoc.test"
    envelope = f"Original-Envelope-Id: {UUID(str(name)).hex}\n" if by == "envelope" else ""
    headers = {"header": f"X-Delivery-Id: {name}", "message-id": f"Message-ID: <{name}@dondoc.test>"}
    kind = "message/rfc822" if by == "message-id" else "text/rfc822-headers"
    return (
        f"From: MAILER-DAEMON@relay.test\nTo: {to}\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain; charset=utf-8\n\nKhông gửi được.\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; relay.test\n{envelope}\n"
        f"Final-Recipient: rfc822; a@b.test\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {said}\n\n"
        f"--b\nContent-Type: {kind}\n\nSubject: x\n{headers.get(by, '')}\n\n--b--\n"
    ).encode()


@pytest.mark.parametrize("by", ["verp", "envelope", "header", "message-id"])
def test_a_report_names_its_delivery_in_any_of_four_ways(by: str) -> None:
    found = read_report(report(NAMED, by=by).replace(b"\n", b"\r\n"))
    assert found is not None
    assert (found.delivery_id, found.action, found.status) == (NAMED, "failed", "5.1.1")
    assert found.reason == "báo lại failed: 5.1.1 smtp; 550 5.1.1 no such user"


@pytest.mark.parametrize(
    ("action", "status", "invalid"),
    [
        ("failed", "5.1.1", True),
        ("failed", "5.1.10", True),
        ("failed", "5.2.2", False),  # the mailbox is full
        ("failed", "5.7.1", False),  # the server dislikes us
        ("failed", "4.4.7", False),  # given up after days
        ("failed", "", False),
        ("delayed", "4.4.1", False),
        ("delayed", "5.1.1", False),
        ("delivered", "2.0.0", False),
    ],
)
def test_only_a_report_that_blames_the_address_costs_an_official_it(
    action: str, status: str, invalid: bool
) -> None:
    found = read_report(report(NAMED, action=action, status=status, said=f"smtp; {status} x"))
    assert found is not None
    assert (found.action, found.address_invalid) == (action, invalid)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"To: bounce+" + NAMED.hex.encode() + b"@dondoc.test\nAuto-Submitted: auto-replied\n\nOn leave\n",
        report(NAMED, by="none"),
        report(NAMED, action="unheard-of"),
    ],
)
def test_what_is_no_report_about_a_delivery_says_nothing(content: bytes) -> None:
    assert read_report(content) is None


def told(office: District) -> list[tuple[str, str]]:
    with office.database.read() as connection:
        rows = connection.execute(
            sa.select(delivery.c.channel, delivery.c.state).order_by(delivery.c.position)
        )
        return [(row.channel, str(row.state)) for row in rows]


def take(office: District, content: bytes) -> Recorded:
    found = read_report(content)
    assert isinstance(found, Report)
    with office.database.write() as session:
        return record(session, found, now=office.now())


def test_a_message_that_came_back_goes_by_the_next_channel_and_the_address_is_marked(
    office: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.dismiss("xa-a", "officer")
    code = office.hire("xa-a", "officer", since=date(2024, 2, 1), zalo="uid:1")
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    (sent,) = [mail for mail in office.mails() if mail["to"].startswith(code)]
    assert told(office) == [("email", "sent")]
    delayed = report(sent["delivery_id"], action="delayed", status="4.4.1", said="smtp; 451 later")
    assert take(office, delayed) is Recorded.RECORDED
    assert told(office) == [("email", "sent")]
    folder = tmp_path / "returned"
    folder.mkdir()
    (folder / "1.eml").write_bytes(report(sent["delivery_id"]))
    (folder / "2.eml").write_bytes(report(sent["delivery_id"]))
    (folder / "3.eml").write_bytes(report(uuid4()))
    (folder / "4.eml").write_bytes(b"Subject: On leave\n\nx\n")
    url = office.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DONDOC_DATABASE_URL", url)
    run = CliRunner().invoke(app, ["mail", "bounces", "--folder", str(folder)], catch_exceptions=False)
    assert run.output.strip() == "unknown 2, known 1, recorded 0, failed 1"
    assert told(office) == [("email", "failed"), ("zalo", "queued")]
    assert {path.name for path in (folder / "done").iterdir()} == {"1.eml", "2.eml"}
    assert {path.name for path in (folder / "unclear").iterdir()} == {"3.eml", "4.eml"}
    with office.database.read() as connection:
        ill = sa.select(address.c.channel).where(address.c.invalid_at.is_not(None))
        assert connection.execute(ill).scalars().all() == ["email"]
        tries = connection.execute(sa.select(attempt.c.outcome).order_by(attempt.c.fence)).scalars().all()
        assert tries == ["sent", "delayed", "failed"]
        reference = sa.select(delivery.c.reference).where(delivery.c.channel == "email")
        assert sent["delivery_id"] in connection.execute(reference).scalar_one()
