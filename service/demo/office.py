"""An office on a simulated clock: real rules, real database, real channels; only the days are played."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from service.database import Database
from service.domain import assignments, directives, issue, obligations, readiness
from service.domain.assignments import AssignmentOrder
from service.domain.calendar import ZONE, office_day
from service.domain.escalation import Outcome
from service.domain.ids import new_id
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.registers import create_register, set_keeper
from service.domain.tables import (
    AssignmentRole,
    Delivery,
    Directive,
    Item,
    Message,
    MessageLine,
    Obligation,
    Person,
    Post,
    Register,
    Reminder,
    Unit,
    table,
)
from service.notify.worker import Worker
from service.settings import Settings

SCOPES = frozenset({"read", "write"})


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return where it stands."""
        return self.at


class Office:
    """What the people of one district do, by the names of their units."""

    def __init__(self, database: Database, settings: Settings, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        self.worker = Worker(settings, database, clock)
        with database.write() as session:
            register = session.exec(select(Register)).first() or create_register(
                session, code="chinh", name="Sổ theo dõi", now=clock.now()
            )
            self.register_id = register.id
        self.chair = self._actor(KeyRole.ADMINISTRATOR, None, is_keeper=True)

    def _actor(self, role: KeyRole, unit_id: UUID | None, *, is_keeper: bool) -> Actor:
        return Actor(new_id(self.clock.now()), self.register_id, unit_id, role, SCOPES, is_keeper)

    def now(self) -> datetime:
        """Return the time in the office."""
        return self.clock.now()

    def unit(self, code: str) -> Unit:
        """Return a unit by its code."""
        with self.database.write() as session:
            return session.exec(select(Unit).where(Unit.code == code)).one()

    def officer(self, code: str) -> Actor:
        """Return the officer of a unit, as an actor."""
        return self._actor(KeyRole.OFFICER, self.unit(code).id, is_keeper=False)

    def keep_register_at(self, code: str) -> None:
        """Give the register its keeper; its clerk acts for the issuing side from now on."""
        keeper = self.unit(code)
        with self.database.write() as session:
            set_keeper(session, self.chair, keeper, from_on=date(2024, 1, 1), now=self.now())
        self.chair = self._actor(KeyRole.ADMINISTRATOR, keeper.id, is_keeper=True)

    def draft(self, proposal: dict[str, Any]) -> UUID:
        """Enter a directive as read from its file."""
        with self.database.write() as session:
            return directives.draft(session, self.chair, proposal, file=None, now=self.now()).id

    def confirm(self, directive_id: UUID) -> None:
        """Confirm every mention that can mean only one thing."""
        with self.database.write() as session:
            assignments.confirm_proposals(session, self.chair, directive_id, version=None, now=self.now())

    def assign(
        self, directive_id: UUID, item: str, *, units: Sequence[str] = (), groups: Sequence[str] = ()
    ) -> None:
        """Make units and groups the leads of an item."""
        lead = AssignmentRole.LEAD
        orders = [AssignmentOrder(role=lead, unit_code=code) for code in units]
        orders += [AssignmentOrder(role=lead, group_code=code) for code in groups]
        with self.database.write() as session:
            assignments.assign(session, self.chair, directive_id, item, orders, version=None, now=self.now())

    def change_item(self, directive_id: UUID, item: str, **changes: Any) -> None:
        """Change what the office decides about an item."""
        with self.database.write() as session:
            directives.change_item(
                session, self.chair, directive_id, item, changes, version=None, now=self.now()
            )

    def change(self, directive_id: UUID, **changes: Any) -> None:
        """Change the draft."""
        with self.database.write() as session:
            directives.change_directive(
                session, self.chair, directive_id, changes, version=None, now=self.now()
            )

    def readiness(self, directive_id: UUID) -> readiness.Readiness:
        """Return what is missing and what looks wrong."""
        with self.database.write() as session:
            return readiness.report(session, self.chair, directive_id, today=office_day(self.now()))

    def issue(self, directive_id: UUID, *, issuer: str, on: date, number: str | None = None) -> int:
        """Issue the draft; return how many obligations that makes."""
        with self.database.write() as session:
            return issue.issue(
                session,
                self.chair,
                directive_id,
                issuer_code=issuer,
                issued_on=on,
                number=number,
                waive=[],
                version=None,
                now=self.now(),
            ).obligations

    def wait_until(self, day: date, at: time = time(7, 31)) -> None:
        """Let the days pass; the worker comes round every morning and every afternoon."""
        end = datetime.combine(day, at, ZONE)
        step = office_day(self.now())
        while self.clock.at < end:
            for moment in (time(7, 31), time(16, 0)):
                rings = datetime.combine(step, moment, ZONE)
                if self.clock.at < rings <= end:
                    self.clock.at = rings
                    self.worker.round()
            step += timedelta(days=1)
            if datetime.combine(step, time(0), ZONE) > end:
                self.clock.at = max(self.clock.at, end)
        self.worker.round()

    def duties(self, code: str) -> list[tuple[str, UUID]]:
        """Return (item, obligation) of a unit, in the order of the letter."""
        query = (
            select(Item.locator, Obligation.id)
            .join(Obligation, col(Obligation.item_id) == Item.id)
            .where(Obligation.unit_id == self.unit(code).id)
            .order_by(table(Item).c.position)
        )
        with self.database.write() as session:
            return list(session.exec(query))

    def acknowledge(self, code: str) -> None:
        """The unit says that it has received everything."""
        officer = self.officer(code)
        for _, duty in self.duties(code):
            with self.database.write() as session:
                obligations.acknowledge(session, officer, duty, version=None, now=self.now())

    def report(self, code: str, item: str, percent: int, text: str) -> None:
        """The unit tells how far it is with an item."""
        with self.database.write() as session:
            obligations.report_progress(
                session,
                self.officer(code),
                dict(self.duties(code))[item],
                percent=percent,
                text=text,
                difficulties="",
                document=None,
                version=None,
                now=self.now(),
            )

    def submit(self, code: str, item: str, text: str, number: str) -> None:
        """The unit proposes that an item is done, with a document as evidence."""
        day = office_day(self.now()).isoformat()
        with self.database.write() as session:
            obligations.submit(
                session,
                self.officer(code),
                dict(self.duties(code))[item],
                text=text,
                document={"number": number, "symbol": "BC-UBND", "issued_on": day},
                file_ids=[],
                version=None,
                now=self.now(),
            )

    def accept(self, code: str, item: str) -> None:
        """The office agrees."""
        with self.database.write() as session:
            obligations.accept(
                session, self.chair, dict(self.duties(code))[item], comment="", version=None, now=self.now()
            )

    def told(self, code: str) -> list[tuple[date, str, str]]:
        """Return (day, person's post, item) of every reminder told about a unit's duties, in order."""
        reminder, line, message = table(Reminder), table(MessageLine), table(Message)
        person, post, item, duty = table(Person), table(Post), table(Item), table(Obligation)
        query = (
            sa.select(reminder.c.taken_at, post.c.role, item.c.locator)
            .join(line, line.c.reminder_id == reminder.c.id)
            .join(message, message.c.id == line.c.message_id)
            .join(person, person.c.id == message.c.person_id)
            .join(post, post.c.person_id == person.c.id)
            .join(duty, duty.c.id == reminder.c.obligation_id)
            .join(item, item.c.id == duty.c.item_id)
            .where(duty.c.unit_id == self.unit(code).id, reminder.c.outcome == Outcome.TOLD.value)
            .order_by(reminder.c.taken_at, reminder.c.rank, item.c.position)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return list(dict.fromkeys((office_day(at), str(role), locator) for at, role, locator in rows))

    def count(self, model: type[Delivery | Message | Reminder | Obligation | Directive]) -> int:
        """Return how many rows there are."""
        with self.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(table(model))).scalar_one())

    def close(self) -> None:
        """End the worker's threads."""
        self.worker.close()


def settings_for(folder: Path, url: str | None = None, secret_key: str | None = None) -> Settings:
    """Return settings whose database, files and mailbox lie in one folder."""
    values: dict[str, Any] = {
        "database_url": url or f"sqlite:///{folder}/dondoc.db",
        "files": folder / "files",
        "mail_folder": folder / "mail",
        "delivery_threads": 4,
    }
    if secret_key:
        values["secret_key"] = secret_key
    return Settings(**values)
