"""What was signed is kept outside, by a file, by mail and by every endpoint; and that ends by itself."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr, ValidationError
from typer.testing import CliRunner

from service.cli import app
from service.domain import anchoring, audit_file, holds, notes
from service.domain.ids import NIL
from service.domain.reading import audit
from service.domain.tables import Anchor, ChannelAccount, Event, Unsent, WebhookCall, WebhookEndpoint, table
from service.fakes.smtp import FakeSmtp
from service.notify.anchors import FILE_PAUSE, MAIL_PAUSE
from service.notify.worker import Worker
from service.settings import Settings
from tests.backup.copies import back_up, second_life
from tests.district import District
from tests.tampers.played import NEW, PUBLIC, RING, STRANGER

anchor, event, endpoint, call = table(Anchor), table(Event), table(WebhookEndpoint), table(WebhookCall)
INSPECTORATE = "thanh-tra@tinh.example.vn"
DAYS = ["2024-04-12", "2024-04-15", "2024-04-17", "2024-04-19", "2024-04-22"]


@pytest.fixture
def days() -> Iterator[str]:
    """Days on which further letters are due."""
    return iter(DAYS)


def worker_of(office: District, **named: Any) -> Worker:
    """Return a worker that has the key, and knows places outside."""
    key = SecretStr(NEW.text())
    settings = office.settings.model_copy(update={"audit_key": key, **named})
    return Worker(settings, office.database, office.clock)


def certified(office: District, worker: Worker, due: str, **later: float) -> int:
    """Let something happen, and some time pass; return how many checkpoints were made of it."""
    office.give(due=due, units=["xa-a"])
    office.clock.at += timedelta(**later)
    worker.sequence()
    return worker.certify()


def stored(office: District) -> list[str]:
    with office.database.read() as connection:
        return audit.kept_notes(connection)


def places(office: District) -> dict[str, tuple[int, str]]:
    with office.database.read() as connection:
        return {row.place: (row.number, row.reason) for row in connection.execute(sa.select(anchor))}


def late(office: District, **later: float) -> list[str]:
    asked = {"file": FILE_PAUSE, "mail": MAIL_PAUSE}
    with office.database.read() as connection:
        return anchoring.late(connection, asked, now=office.now() + timedelta(**later))


def test_a_worker_signs_and_the_file_outside_gets_every_checkpoint_once(
    office: District, tmp_path: Path, days: Iterator[str]
) -> None:
    kept = tmp_path / "share" / "anchor.jsonl"
    kept.parent.mkdir()
    with closing(worker_of(office, audit_anchor_file=kept)) as worker:
        assert certified(office, worker, next(days), minutes=1) == 1
        assert (worker.certify(), certified(office, worker, next(days), seconds=30)) == (0, 0)
        assert certified(office, worker, next(days), seconds=30) == 1
        worker.certify()
        lines = kept.read_text(encoding="utf-8")
        assert audit_file.anchored(lines) == stored(office)
        kept.write_text(lines[:-20], encoding="utf-8")  # as a machine leaves it that stops while it writes
        certified(office, worker, next(days), minutes=1)
    assert audit_file.anchored(kept.read_text(encoding="utf-8")) == [stored(office)[0], stored(office)[2]]
    assert [notes.open_note(note, PUBLIC).number for note in stored(office)] == [1, 2, 3]
    assert places(office) == {"file": (3, "")}


def test_a_place_that_cannot_be_reached_is_told_again_and_the_doctor_says_so(
    office: District, tmp_path: Path, days: Iterator[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is not made: where the other host's disk is not mounted, this host's would be written."""
    kept = tmp_path / "share" / "anchor.jsonl"
    with closing(worker_of(office, audit_anchor_file=kept)) as worker:
        assert certified(office, worker, next(days), minutes=1) == 1
        assert places(office) == {"file": (0, "FileNotFoundError: No such file or directory")}
        assert late(office, hours=3) == []
        assert late(office, hours=5) == ["file: FileNotFoundError: No such file or directory"]
        assert late(office, hours=29)[1] == "mail: nobody tells it"
        monkeypatch.setenv("DONDOC_DATABASE_URL", office.database.url.render_as_string(hide_password=False))
        monkeypatch.setenv("DONDOC_AUDIT_ANCHOR_FILE", str(kept))
        told = CliRunner().invoke(app, ["doctor", "--at", "2024-03-05T08:00"])
        assert told.exit_code == 1
        assert "anchor-late" in told.output
        kept.parent.mkdir()
        worker.certify()
        assert not kept.exists(), "it is not tried again at once"
        office.clock.at += anchoring.LEASE
        worker.certify()
    assert audit_file.anchored(kept.read_text(encoding="utf-8")) == stored(office)
    assert late(office, hours=5) == []
    assert places(office) == {"file": (1, "")}


@pytest.mark.both_databases
def test_two_workers_do_not_tell_a_place_twice(office: District, tmp_path: Path, days: Iterator[str]) -> None:
    kept = tmp_path / "anchor.jsonl"
    with closing(worker_of(office, audit_anchor_file=kept)) as one, closing(worker_of(office)) as other:
        certified(office, other, next(days), minutes=1)
        with office.database.write() as session:
            told = anchoring.take(session, "file", wants_all=True, now=office.now())
        assert [each.number for each in told] == [1]
        one.certify()
        assert not kept.exists()
        office.clock.at += anchoring.LEASE  # whoever took it was killed
        one.certify()
    assert len(audit_file.anchored(kept.read_text(encoding="utf-8"))) == 1


def test_the_inspectorate_gets_a_mail_a_day_that_can_be_verified(
    office: District, tmp_path: Path, days: Iterator[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeSmtp() as relay, closing(worker_of(office, audit_anchor_mail=INSPECTORATE)) as worker:
        certified(office, worker, next(days), minutes=1)
        assert places(office) == {"mail": (0, "no register has an e-mail channel")}
        with office.database.write() as session:
            session.add(
                ChannelAccount(
                    id=uuid4(), register_id=office.chair.register_id, channel="email", is_enabled=True,
                    settings=relay.settings(),
                )
            )  # fmt: skip
        certified(office, worker, next(days), minutes=5)
        certified(office, worker, next(days), minutes=5)
        assert len(relay.messages) == 1
        certified(office, worker, next(days), days=1)
        (_, newest) = relay.messages
    assert newest.message["to"] == INSPECTORATE
    assert places(office) == {"mail": (4, "")}
    mail = tmp_path / "mail.eml"
    mail.write_bytes(newest.raw)
    monkeypatch.setenv("DONDOC_DATABASE_URL", office.database.url.render_as_string(hide_password=False))
    done = CliRunner().invoke(app, ["audit", "verify", "--key", NEW.public.text(), "--anchor", str(mail)])
    assert done.exit_code == 0, done.output
    assert "as 1 checkpoints that were kept elsewhere say too" in done.output


def test_every_endpoint_that_wants_it_is_a_witness_and_that_ends_by_itself(
    office: District, days: Iterator[str]
) -> None:
    """That a checkpoint was made is entered like any other fact, and is no reason to make one."""
    with office.database.write() as session:
        for types, state in ((["checkpoint.*"], "active"), (["obligation.*"], "active"), (["*"], "disabled")):
            session.connection().execute(
                sa.insert(endpoint).values(
                    id=uuid4(), register_id=office.chair.register_id, version=1, description="", reason="",
                    url="https://witness.example.vn/", types=types, state=state, challenge="x",
                    secrets="", public_key="", position=0, kept_after=0, made_by=NIL, made_at=office.now(),
                )
            )  # fmt: skip
    with closing(worker_of(office)) as worker:
        assert certified(office, worker, next(days), minutes=2) == 1
        for _ in range(5):
            office.clock.at += timedelta(minutes=2)
            worker.sequence()
            assert worker.certify() == 0, "a checkpoint made another one"
        assert certified(office, worker, next(days), minutes=2) == 1
        worker.sequence()
    with office.database.read() as connection:
        told = connection.execute(sa.select(event.c.payload).where(event.c.kind == "checkpoint.made.v1"))
        witnessed = [payload["note"] for payload in told.scalars()]
        entered = [json.loads(entry.body) for entry in audit.entries(connection)]
        size = notes.read(stored(office)[-1]).size
    assert witnessed == stored(office)
    assert [fact["payload"]["number"] for fact in entered if fact["kind"] == "checkpoint.made.v1"] == [1, 2]
    assert (len(entered), entered[-1]["kind"]) == (size + 1, "checkpoint.made.v1")
    assert office.examine() == []


def test_without_a_key_a_worker_signs_nothing(office: District, days: Iterator[str]) -> None:
    for key in (None, SecretStr(NEW.public.text())):
        with closing(worker_of(office, audit_key=key)) as worker:
            assert certified(office, worker, next(days), minutes=2) == 0
    with closing(worker_of(office)) as worker:
        assert worker.certify() == 1
    with closing(worker_of(office, audit_key=SecretStr(STRANGER.text()))) as worker:
        assert certified(office, worker, next(days), minutes=2) == 0, "it goes on after another's checkpoint"


def test_a_key_that_is_none_stops_the_process_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_AUDIT_KEY", f"{NEW.text()}x")
    with pytest.raises(ValidationError) as found:
        Settings()
    assert NEW.text() not in str(found.value)
    monkeypatch.setenv("DONDOC_AUDIT_KEY", "")
    assert Settings().audit_key is None


def test_a_restored_copy_signs_and_anchors_nothing_until_it_is_released(
    office: District, tmp_path: Path, days: Iterator[str]
) -> None:
    """Two histories under one name would each say that the other is forged."""
    kept = tmp_path / "anchor.jsonl"
    with closing(worker_of(office, audit_anchor_file=kept)) as worker:
        certified(office, worker, next(days), minutes=1)
    back_up(office, tmp_path / "backup")
    before = kept.read_text(encoding="utf-8")
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        with closing(worker_of(copy, audit_anchor_file=kept)) as worker:
            assert certified(copy, worker, next(days), minutes=2) == 0
            assert kept.read_text(encoding="utf-8") == before
            with copy.database.write() as session:
                holds.release(session, unsent=Unsent.LIST, now=copy.now())
            assert certified(copy, worker, next(days), minutes=2) == 1
        anchors = audit_file.anchored(kept.read_text(encoding="utf-8"))
        assert len(anchors) == 2
        with copy.database.read() as connection:
            assert audit.verify_stored(connection, RING, anchors).anchors == 2
