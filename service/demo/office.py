"""An office on a simulated clock: real rules, real database, real channels; only the days are played."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from service.clock import SystemClock
from service.database import Database
from service.domain import assignments, directives, issue, obligations, readiness
from service.domain.assignments import AssignmentOrder
from service.domain.calendar import ZONE, office_day
from service.domain.checks import Violation, examine
from service.domain.escalation import Outcome, Role, WatchKind
from service.domain.groups import group_by_code, group_members
from service.domain.ids import new_id
from service.domain.key_rules import LIFE_MAX
from service.domain.keys import SCOPES, KeyTerms, make_key
from service.domain.lifecycle import timeliness
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.registers import create_register, set_keeper
from service.domain.tables import (
    AssignmentRole,
    Delivery,
    DeliveryState,
    Directive,
    Item,
    Message,
    Obligation,
    Post,
    Register,
    Reminder,
    Unit,
    Watch,
    table,
)
from service.domain.workdays import working_day_after
from service.notify.worker import Worker
from service.settings import Settings


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return where it stands."""
        return self.at


class Office:
    """What the people of one district do, by the names of their units."""

    evening = time(16, 1)

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
        self.act_for(code)

    def act_for(self, code: str) -> None:
        """Act as the administrator at the unit that keeps the register."""
        self.chair = self._actor(KeyRole.ADMINISTRATOR, self.unit(code).id, is_keeper=True)

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

    def issue(
        self,
        directive_id: UUID,
        *,
        issuer: str,
        on: date,
        number: str | None = None,
        waive: Sequence[tuple[str, str]] = (),
    ) -> int:
        """Issue the draft; return how many obligations that makes."""
        with self.database.write() as session:
            return issue.issue(
                session,
                self.chair,
                directive_id,
                issuer_code=issuer,
                issued_on=on,
                number=number,
                waive=waive,
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

    def skip_to(self, day: date) -> None:
        """Let time pass at once, as after a long outage: what is due is told once."""
        self.clock.at = datetime.combine(day, time(7, 31), ZONE)
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
        officer, duty = self.officer(code), dict(self.duties(code))[item]
        with self.database.write() as session:
            obligations.report_progress(
                session,
                officer,
                duty,
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
        officer, duty = self.officer(code), dict(self.duties(code))[item]
        with self.database.write() as session:
            obligations.submit(
                session,
                officer,
                duty,
                text=text,
                document={"number": number, "symbol": "BC-UBND", "issued_on": day},
                file_ids=[],
                version=None,
                now=self.now(),
            )

    def accept(self, code: str, item: str) -> None:
        """The office agrees."""
        duty = dict(self.duties(code))[item]
        with self.database.write() as session:
            obligations.accept(session, self.chair, duty, comment="", version=None, now=self.now())

    def told(self, code: str) -> list[tuple[date, str, str]]:
        """Return (day, role, item) of every reminder told to make a unit act, in order."""
        reminder, watch, item, duty = table(Reminder), table(Watch), table(Item), table(Obligation)
        query = (
            sa.select(reminder.c.taken_at, reminder.c.role, item.c.locator)
            .join(watch, watch.c.id == reminder.c.watch_id)
            .join(duty, duty.c.id == reminder.c.obligation_id)
            .join(item, item.c.id == duty.c.item_id)
            .where(
                duty.c.unit_id == self.unit(code).id,
                reminder.c.outcome == Outcome.TOLD.value,
                watch.c.kind != WatchKind.ACCEPTANCE.value,
            )
            .order_by(reminder.c.taken_at, item.c.position, reminder.c.rank)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [(office_day(at), str(role), locator) for at, role, locator in rows]

    def send_back(self, code: str, item: str, reason: str) -> None:
        """The office does not agree."""
        duty = dict(self.duties(code))[item]
        with self.database.write() as session:
            obligations.send_back(session, self.chair, duty, reason=reason, version=None, now=self.now())

    def count(self, model: type[Delivery | Message | Reminder | Obligation | Directive | Watch]) -> int:
        """Return how many rows there are."""
        with self.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(table(model))).scalar_one())

    def units(self) -> list[Unit]:
        """Return every unit."""
        with self.database.write() as session:
            return list(session.exec(select(Unit).order_by(Unit.code)))

    def bound(self) -> list[Unit]:
        """Return the units that have a duty."""
        mine = select(Obligation.unit_id).distinct()
        with self.database.write() as session:
            return list(session.exec(select(Unit).where(col(Unit.id).in_(mine)).order_by(Unit.code)))

    def group_size(self, code: str, day: date) -> int:
        """Return how many members a group has on a day."""
        with self.database.write() as session:
            group = group_by_code(session, self.register_id, code)
            return len(group_members(session, group.id, day))

    def mentions(self, directive_id: UUID) -> list[tuple[str, dict[str, Any]]]:
        """Return (item, mention) for every unit that the items name."""
        query = select(Item).where(Item.directive_id == directive_id).order_by(col(Item.position))
        with self.database.write() as session:
            return [(item.locator, mention) for item in session.exec(query) for mention in item.mentions]

    def timeliness(self, code: str, item: str, cut_off: date) -> str | None:
        """Return how a unit stands with an item at a cut-off; None where it has no such duty."""
        duty = dict(self.duties(code)).get(item)
        if duty is None:
            return None
        with self.database.write() as session:
            row = session.get_one(Obligation, duty)
            soon_on = working_day_after(session.connection(), self.register_id, cut_off, 3)
        return timeliness(row.state, due_on=row.due_on, done_on=row.done_on, cut_off=cut_off, soon_on=soon_on)

    def messages_to(self, code: str) -> int:
        """Return how many messages the officer of a unit got."""
        query = (
            select(sa.func.count())
            .select_from(Message)
            .join(Post, col(Post.person_id) == Message.person_id)
            .where(Post.unit_id == self.unit(code).id, Post.role == Role.OFFICER)
        )
        with self.database.write() as session:
            return session.exec(query).one()

    def unsettled(self) -> int:
        """Return how many deliveries neither arrived nor became needless."""
        settled = (DeliveryState.SENT, DeliveryState.SUPERSEDED)
        query = select(sa.func.count()).select_from(Delivery).where(col(Delivery.state).not_in(settled))
        with self.database.write() as session:
            return session.exec(query).one()

    def examine(self) -> list[Violation]:
        """Return what `dondoc doctor` would say today."""
        with self.database.read() as connection:
            return examine(connection, now=self.now())

    def make_key(self) -> str:
        """Return a key of the office's administrator for whoever looks around: good for a year from today."""
        terms = KeyTerms(
            name="demo",
            role=KeyRole.ADMINISTRATOR,
            scopes=SCOPES,
            register_id=self.register_id,
            unit_id=self.chair.unit_id,
            expires_at=SystemClock().now() + LIFE_MAX,
        )
        with self.database.write() as session:
            return make_key(session, self.chair, terms, now=self.now()).token

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
