"""A province's book, made by the product's own issue: as many obligations as asked for, each with one clock.

The people of 500 units; directives of 40 items that go to all of them; every obligation open and dated.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.database import Database
from service.demo.office import Office, SetClock, settings_for
from service.domain.calendar import office_day
from service.domain.escalation import RANKS, Role, WatchKind
from service.domain.ids import new_id
from service.domain.lifecycle import State
from service.domain.tables import (
    Address,
    EscalationPolicy,
    Obligation,
    Outbox,
    Person,
    Post,
    Unit,
    UnitGroup,
    table,
)
from service.migrate import upgrade

COMMUNES, OFFICES = 200, 300
ITEMS = 40
BEGAN = datetime(2025, 1, 6, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""When the benchmarks play: all that was issued is in the past, nothing is due yet."""
FIRST_DUE = date(2027, 3, 1)
KEEPER = "vp"
TEXTS = (
    "Rà soát, thống kê số hộ nghèo, hộ cận nghèo trên địa bàn; báo cáo kết quả thực hiện chương trình mục "
    "tiêu quốc gia giảm nghèo bền vững",
    "Tổ chức kiểm tra công tác phòng cháy, chữa cháy tại các khu dân cư, chợ, trường học; khắc phục ngay "
    "tồn tại, hạn chế đã được chỉ ra",
    "Đẩy nhanh tiến độ giải ngân vốn đầu tư công; chịu trách nhiệm trước Ủy ban nhân dân tỉnh về kết quả "
    "giải ngân của đơn vị",
    "Chấn chỉnh kỷ luật, kỷ cương hành chính; nâng cao chất lượng tiếp nhận và trả kết quả giải quyết thủ "
    "tục hành chính",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is already."""

    obligations: int

    def directives(self) -> int:
        """Return how many directives that takes."""
        return self.obligations // (ITEMS * (COMMUNES + OFFICES))

    def name(self) -> str:
        """Return a name for databases of this size."""
        return f"filled_{self.directives() * ITEMS * (COMMUNES + OFFICES)}"


def office_of(database: Database, at: datetime) -> Office:
    """Return the office in a database, at an instant."""
    folder = Path("/nonexistent")
    return Office(database, settings_for(folder, "sqlite://"), SetClock(at))


def fill(database: Database, size: Size) -> None:
    """Make the schema, the people and the obligations."""
    upgrade(database)
    office = office_of(database, BEGAN)
    _people(database, office.register_id)
    office.keep_register_at(KEEPER)
    _tune(database, loading=True)
    _one_clock_each(database, loading=True)
    for number in range(size.directives()):
        office.clock.at = BEGAN + timedelta(days=number)
        draft = draft_directive(office, number, group="tat-ca", items=ITEMS)
        office.issue(draft, issuer=KEEPER, on=office_day(office.clock.at))
    _one_clock_each(database, loading=False)
    _settle_down(database)
    _tune(database, loading=False)
    office.close()


def draft_directive(office: Office, number: int, *, group: str, items: int) -> UUID:
    """Enter a directive whose dated items all go to one group."""
    due = [FIRST_DUE + timedelta(days=(number * 7 + item) % 300) for item in range(items)]
    proposal: dict[str, Any] = {
        "subject": f"Tăng cường chỉ đạo, điều hành, đợt {number}",
        "number": str(1000 + number),
        "symbol": "UBND-VP",
        "issuing_body": "UBND tỉnh",
        "issued_on": office_day(office.now()).isoformat(),
        "items": [
            {
                "label": str(item + 1),
                "text": f"{TEXTS[item % len(TEXTS)]} (đợt {number}, nội dung {item + 1}).",
                "task": True,
                "deadline": {"kind": "date", "iso": due[item].isoformat(), "bound": "by"},
            }
            for item in range(items)
        ],
    }
    directive = office.draft(proposal)
    for item in range(items):
        office.assign(directive, str(item + 1), groups=[group])
    return directive


def _people(database: Database, register_id: UUID) -> None:
    """Enter 500 units and their keeper, each with an officer and a head on Zalo."""
    since = date(1990, 1, 1)
    named = [(KEEPER, "van_phong", "Văn phòng UBND tỉnh")]
    named += [(f"xa-{n}", "xa", f"UBND xã số {n}") for n in range(1, COMMUNES + 1)]
    named += [(f"phong-{n}", "phong", f"Phòng, ban số {n}") for n in range(1, OFFICES + 1)]
    with database.write() as session:
        for number, (code, kind, name) in enumerate(named):
            unit = Unit(
                id=new_id(BEGAN), code=code, kind=kind, name=name, name_folded=name.lower(), valid_from=since
            )
            session.add(unit)
            session.flush()
            upper = code == KEEPER
            for role in (Role.OFFICE_CHIEF, Role.VICE_CHAIR) if upper else (Role.OFFICER, Role.HEAD):
                person = Person(id=new_id(BEGAN), code=f"{code}-{role}", name=f"{role} {name}")
                session.add(person)
                session.flush()
                phone = f"phone:8490{number * 2 + (role in {Role.HEAD, Role.VICE_CHAIR}):07}"
                session.add(Address(id=new_id(BEGAN), person_id=person.id, channel="zalo", address=phone))
                session.add(
                    Post(
                        id=new_id(BEGAN),
                        person_id=person.id,
                        unit_id=unit.id,
                        role=role,
                        rank=RANKS[role],
                        valid_from=since,
                    )
                )
        for code, kinds in (("tat-ca", ["xa", "phong"]), ("xa", ["xa"])):
            session.add(
                UnitGroup(
                    id=new_id(BEGAN), register_id=register_id, code=code, name=code, rule={"kinds": kinds}
                )
            )
        session.flush()


def _one_clock_each(database: Database, *, loading: bool) -> None:
    """While loading, start no second clock for each obligation."""
    policy = table(EscalationPolicy)
    with database.write() as session:
        session.connection().execute(
            sa.update(policy).where(policy.c.kind == WatchKind.ACKNOWLEDGEMENT).values(is_current=not loading)
        )


def last_digits(database: Database, count: int) -> sa.ColumnElement[str]:
    """Return the last digits of a duty's key, which choose a part of all duties: one in 16 by one digit."""
    key = sa.cast(table(Obligation).c.id, sa.String)
    if database.dialect == "postgresql":
        return sa.func.right(key, count)
    return sa.func.substr(key, -count)


def _settle_down(database: Database) -> None:
    """Tell nobody of all this, let some duties be under way, and gather statistics."""
    obligation, outbox = table(Obligation), table(Outbox)
    shares = {State.ACKNOWLEDGED: "0", State.IN_PROGRESS: "5", State.SUBMITTED: "a"}
    last_digit = last_digits(database, 1)
    with database.write() as session:
        session.connection().execute(sa.delete(outbox))
        for state, digit in shares.items():
            session.connection().execute(sa.update(obligation).where(last_digit == digit).values(state=state))
    if database.dialect == "postgresql":
        apart(database, "SET statement_timeout = 0", "VACUUM ANALYZE", "CHECKPOINT")


def apart(database: Database, *statements: str) -> None:
    """Execute statements outside any transaction (PostgreSQL)."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _tune(database: Database, *, loading: bool) -> None:
    """Give up durability and foreign keys while loading."""
    if database.dialect != "postgresql":
        mode = "off" if loading else "full"

        def relax(connection: Any, *_: object) -> None:
            connection.execute(f"PRAGMA synchronous={mode}")
            connection.execute("PRAGMA cache_size=-400000")

        sa.event.listen(database.engine, "connect", relax)
        database.engine.dispose()
        return
    for name, value in (("synchronous_commit", "off"), ("session_replication_role", "replica")):
        verb = f"SET {name} = '{value}'" if loading else f"RESET {name}"
        apart(database, f"ALTER DATABASE unfinished {verb}")
    database.engine.dispose()
