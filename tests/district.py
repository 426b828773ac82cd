"""A small district on a set clock: three communes, an office that keeps the register, its leaders."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default as policy
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from typing_extensions import is_typeddict

from service.database import Database
from service.demo.office import Office, SetClock, settings_for
from service.domain import commitments
from service.domain.calendar import office_day
from service.domain.events import catalogue
from service.domain.groups import define_group
from service.domain.people_registry import AddressOrder, PostOrder, register_person
from service.domain.tables import Event, Message, MessageLine, Obligation, Post, Reminder, Unit, table
from service.domain.text import fold
from service.domain.units import register_unit
from service.notify.worker import Worker
from service.settings import Settings
from service.vault import Vault
from tests.databases import Templates
from tests.plays import Stage

post, units, reminder, obligation = table(Post), table(Unit), table(Reminder), table(Obligation)
line, message, event = table(MessageLine), table(Message), table(Event)

MONDAY = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)  # 8:00 in the office
COMMUNES = ("xa-a", "xa-b", "xa-c")
LEADERS = ("officer", "office_chief", "vice_chair", "chair")
SECRET = Fernet.generate_key().decode()


class District(Office):
    """An office with verbs for what the stories do again and again."""

    def hire(
        self, unit: str, role: str, *, field: str = "", since: date = date(2024, 1, 1), zalo: str = ""
    ) -> str:
        """Give a unit a person with an e-mail address, and Zalo as the second way; return the code."""
        code = ".".join([unit, role, *fold(field).split()[:1], f"{since:%Y%m%d}"])
        with self.database.write() as session:
            register_person(
                session,
                self.chair,
                code=code,
                name=f"{role} {unit}",
                posts=[PostOrder(unit_code=unit, role=role, field=field, valid_from=since, valid_to=None)],
                addresses=[
                    AddressOrder(channel="email", address=f"{code}@cao-loc.test", position=0),
                    *([AddressOrder(channel="zalo", address=zalo, position=1)] if zalo else []),
                ],
                now=self.now(),
            )
        return code

    def give(
        self,
        *,
        due: str | None,
        items: int = 1,
        on: date | None = None,
        urgency: str = "thường",
        field: str = "",
        waive: Sequence[str] = (),
        units: Sequence[str] = (),
        groups: Sequence[str] = (),
    ) -> UUID:
        """Issue a letter whose items all have the same leads and deadline; return its id."""
        deadline = {"kind": "date", "iso": due, "bound": "by", "text": due} if due else None
        texts = [{"label": str(n), "text": f"Việc số {n}", "deadline": deadline} for n in range(1, items + 1)]
        facts = {"subject": "Việc của huyện", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}
        directive_id = self.draft({**facts, "urgency": urgency, "field": field, "items": texts})
        for number in range(1, items + 1):
            self.assign(directive_id, str(number), units=units, groups=groups)
        waived = [(code, "đã biết") for code in waive]
        self.issue(directive_id, issuer="van-phong", on=on or office_day(self.now()), waive=waived)
        return directive_id

    def duty(self, unit: str, item: str) -> Obligation:
        """Return the obligation of a unit from an item of the only letter."""
        with self.database.write() as session:
            return session.get_one(Obligation, dict(self.duties(unit))[item])

    def dismiss(self, unit: str, role: str) -> None:
        """End a post today; nobody holds it until somebody is hired."""
        query = sa.select(post.c.id).join(units, units.c.id == post.c.unit_id)
        ended = query.where(units.c.code == unit, post.c.role == role, post.c.valid_to.is_(None))
        with self.database.write() as session:
            session.connection().execute(
                sa.update(post).where(post.c.id.in_(ended)).values(valid_to=office_day(self.now()))
            )

    def outcomes(self, unit: str) -> dict[str, int]:
        """Return how many steps of a unit's duties ended in which way."""
        query = (
            sa.select(reminder.c.outcome, sa.func.count())
            .join(obligation, obligation.c.id == reminder.c.obligation_id)
            .where(obligation.c.unit_id == self.unit(unit).id)
            .group_by(reminder.c.outcome)
        )
        with self.database.read() as connection:
            return {str(outcome): count for outcome, count in connection.execute(query)}

    def told_twice(self) -> int:
        """Return how many people were told of one reminder more than once."""
        twice = (
            sa.select(line.c.reminder_id)
            .join(message, message.c.id == line.c.message_id)
            .where(line.c.reminder_id.is_not(None))
            .group_by(line.c.reminder_id, message.c.person_id)
            .having(sa.func.count() > 1)
        )
        with self.database.read() as connection:
            return len(connection.execute(twice).all())

    def more_workers(self, count: int) -> list[Worker]:
        """Return further workers on the same database; `close` ends them."""
        self.workers = [Worker(self.settings, self.database, self.clock) for _ in range(count)]
        return self.workers

    def close(self) -> None:
        """End every worker's threads."""
        for worker in (self.worker, *self.workers):
            worker.close()

    def inbox(self) -> list[tuple[str, str]]:
        """Return (day, who) of every message that reached a mailbox, in order of days and names."""
        return sorted(
            (mail["sent_on"][:10], mail["to"].rsplit(".", 1)[0].rsplit(".", 1)[0]) for mail in self.mails()
        )

    def mails(self) -> list[dict[str, str]]:
        """Return the lines of the mailbox's log."""
        log = self.mailbox / "console.log"
        return (
            [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
            if log.exists()
            else []
        )

    def told_of(self, day: str, who: str) -> str:
        """Return the words of every message that somebody got on a day."""
        files = [m["file"] for m in self.mails() if m["sent_on"].startswith(day) and m["to"].startswith(who)]
        read = [message_from_bytes((self.mailbox / name).read_bytes(), policy=policy) for name in files]
        bodies = [mail.get_body(("plain",)) for mail in read]
        return "\n".join(body.get_content() for body in bodies if body is not None)

    @property
    def stage(self) -> Stage:
        """Return what changes while people of the district act."""
        return Stage(self.database, self.clock, self.settings.files.parent)

    mailbox: Path
    settings: Settings
    vault: Vault
    workers: Sequence[Worker] = ()
    has_older_facts = False
    """A test wrote facts as releases did that had no texts beside them."""


def district(database: Database) -> None:
    """Fill a database with the district: its units, people and keeper."""
    clock = SetClock(MONDAY)
    people = District(database, settings_for(Path("unused"), str(database.url)), clock)
    with database.write() as session:
        for code, kind in (("van-phong", "van_phong"), *((c, "xa") for c in COMMUNES)):
            register_unit(
                session, people.chair, code=code, name=code, kind=kind, parent_code=None, aliases=[],
                valid_from=date(2000, 1, 1), subordinate=True, attributes=[], identifiers={}, now=clock.now(),
            )  # fmt: skip
        define_group(
            session, people.chair, code="cac-xa", name="các xã", aliases=[], members=None,
            rule={"kinds": ["xa"]}, now=clock.now(),
        )  # fmt: skip
    for code in COMMUNES:
        people.hire(code, "officer")
        people.hire(code, "head")
    for role in LEADERS:
        people.hire("van-phong", role)
    people.keep_register_at("van-phong")
    people.close()


def in_the_clear(database: Database) -> list[str]:
    """Return the facts in whose sealed values stands what somebody typed, whoever wrote them."""
    with database.read() as connection:
        told = connection.execute(sa.select(event.c.kind, event.c.payload)).all()
    return [
        f"{kind}: {name}"
        for kind, payload in told
        for name, hint in commitments.with_free_text(catalogue.kinds()[kind])
        if _is_clear(payload[name], hint)
    ]


def _is_clear(value: Any, hint: Any) -> bool:
    if not value or not commitments.has_free_text(hint):
        return False
    if is_typeddict(hint):
        hints = get_type_hints(hint, include_extras=True)
        return any(_is_clear(each, hints[name]) for name, each in value.items())
    if get_origin(hint) is list:
        return any(_is_clear(each, get_args(hint)[0]) for each in value)
    return not commitments.is_commitment(value)


@contextmanager
def opened(database: Database, folder: Path, *, keeper: str = "van-phong") -> Iterator[District]:
    """Open a district over a database that was filled with one; its files lie in a folder."""
    settings = settings_for(folder, str(database.url), secret_key=SECRET)
    people = District(database, settings, SetClock(MONDAY))
    people.mailbox, people.settings = settings.mail_folder, settings
    people.vault = Vault(settings.secret_key)
    people.act_for(keeper)
    try:
        yield people
    finally:
        people.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path) -> Iterator[District]:
    """Open a district of one's own, on a database of either kind."""
    with templates.copy(request.param, district) as database, opened(database, tmp_path) as people:
        yield people
        assert people.has_older_facts or in_the_clear(database) == []


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_office(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[District]:
    """Open a district for all tests of a file, on a database of either kind."""
    folder = tmp_path_factory.mktemp("district")
    with templates.copy(request.param, district) as database, opened(database, folder) as people:
        yield people
