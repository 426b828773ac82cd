"""The duties of a register counted again from the bare rows, to hold the office's files to.

Nothing here is read as the files read it: no view of `domain.reading`, no verdict of a database, none of its
words. What an update or a submission says goes before what the head of its duty repeats of it, but for a duty
that was passed on: results that it took over were handed in by others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
from service.domain.ids import NIL
from service.domain.lifecycle import State
from service.domain.tables import (
    CalendarDay,
    Coordination,
    Decision,
    Directive,
    Extension,
    Item,
    Obligation,
    Predecessor,
    ProgressUpdate,
    Register,
    Submission,
    Unit,
    Verdict,
    table,
)
from service.domain.text import cited

ROUND = 1_000
"""Duties of one round; beside each round stand five statements."""

obligation, item, directive, unit = table(Obligation), table(Item), table(Directive), table(Unit)
submission, update, extension = table(Submission), table(ProgressUpdate), table(Extension)
predecessor = table(Predecessor)
coordination, register, day = table(Coordination), table(Register), table(CalendarDay)

ON_TIME, LATE_DONE = "Hoàn thành đúng hạn", "Hoàn thành quá hạn"
AHEAD, SOON, LATE = "Trong hạn", "Sắp đến hạn", "Quá hạn"
UNDATED_DONE, UNDATED, PAUSED = "Hoàn thành, không thời hạn", "Không thời hạn", "Tạm dừng"
STATES = {
    State.ASSIGNED: "Mới giao",
    State.ACKNOWLEDGED: "Đã nhận",
    State.IN_PROGRESS: "Đang thực hiện",
    State.SUBMITTED: "Chờ xác nhận",
    State.ACCEPTED: "Đã hoàn thành",
    State.RETURNED: "Đề nghị trả lại",
    State.SUSPENDED: "Tạm dừng",
    State.WITHDRAWN: "Đã thu hồi",
    State.TRANSFERRED: "Đã chuyển đơn vị khác",
}


class LateDuty(NamedTuple):
    """A duty that is late, as documents name it."""

    due_on: date
    id: UUID
    unit: str
    document: str
    locator: str
    text: str
    days: int
    told: str


def _round() -> sa.Select[Any]:
    of_duty = ("id", "item_id", "unit_id", "state", "period", "assigned_on", "original_due_on", "due_on",
               "done_on", "percent", "reported_on")  # fmt: skip
    of_directive = ("doc_type", "number", "symbol", "issuing_body", "signed_on", "issued_on", "subject")
    return (
        sa.select(
            *(obligation.c[name] for name in of_duty),
            *(directive.c[name] for name in of_directive),
            *(item.c.locator, item.c.text, unit.c.name),
        )
        .where(
            obligation.c.register_id == sa.bindparam("register_id", type_=register.c.id.type),
            obligation.c.delegator_id.is_(None),
            obligation.c.id > sa.bindparam("after", type_=obligation.c.id.type),
            item.c.id == obligation.c.item_id,
            directive.c.id == item.c.directive_id,
            unit.c.id == obligation.c.unit_id,
        )
        .order_by(obligation.c.id)
        .limit(sa.bindparam("round", type_=sa.Integer()))
    )


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
DUTIES = _round()
SUBMISSIONS, UPDATES, EXTENSIONS = (
    sa.select(rows).where(rows.c.obligation_id.in_(_IDS)).order_by(rows.c.id)
    for rows in (submission, update, extension)
)
PASSED_ON = sa.select(predecessor.c.obligation_id).where(predecessor.c.obligation_id.in_(_IDS))
HELPING = sa.select(coordination.c.item_id, unit.c.code, unit.c.name).where(
    unit.c.id == coordination.c.unit_id, coordination.c.item_id.in_(_IDS)
)
WORKING_DAYS = (
    sa.select(day.c.day)
    .where(
        register.c.id == sa.bindparam("register_id", type_=register.c.id.type),
        day.c.calendar_id == register.c.calendar_id,
        day.c.is_working,
        day.c.day > sa.bindparam("cut_off", type_=sa.Date()),
    )
    .order_by(day.c.day)
    .limit(3)
)
BY_NAME = sa.select(unit.c.id, unit.c.name).where(unit.c.id.in_(_IDS)).order_by(unit.c.name, unit.c.code)


class Recount:
    """A walk over the duties of a register, which ends with the figures of all of them.

    Attributes:
        late: The first late duties of those passed, at most `late_max`, the ones that are due longest first.
        late_count: How many duties are late.
        late_units: The units that have them.
        by_unit: Unit → how many of its duties have which verdict.
    """

    def __init__(self, connection: Connection, register_id: UUID, *, cut_off: date, late_max: int) -> None:
        self._connection, self._cut_off, self._late_max = connection, cut_off, late_max
        self._names: dict[str, Any] = {"register_id": register_id, "cut_off": cut_off, "round": ROUND}
        near = connection.execute(WORKING_DAYS, self._names).scalars().all()
        self._soon_on = near[2] if len(near) == 3 else date.min
        self._late: list[LateDuty] = []
        self.late_count = 0
        self.late_units: set[UUID] = set()
        self.by_unit: defaultdict[UUID, Counter[str]] = defaultdict(Counter)

    def lines(self) -> Iterator[list[Any]]:
        """Give what the book must hold, a list of cells a duty in the order in which they were given."""
        after, numbers = NIL, count(1)
        while rows := self._connection.execute(DUTIES, self._names | {"after": after}).all():
            beside = _Beside(self._connection, rows)
            for row in rows:
                yield [next(numbers), *self._line(row, beside)]
            after = rows[-1].id

    @property
    def late(self) -> list[LateDuty]:
        """Return the first late duties."""
        return sorted(self._late)[: self._late_max]

    def units(self) -> list[tuple[str, Counter[str]]]:
        """Return the units of the duties passed by name, each with how many have which verdict."""
        rows = self._connection.execute(BY_NAME, {"ids": list(self.by_unit)})
        return [(row.name, self.by_unit[row.id]) for row in rows]

    def _line(self, row: sa.Row[Any], beside: "_Beside") -> Sequence[Any]:
        handed_in, told = beside.handed_in.get(row.id), beside.told.get(row.id)
        done_on, heard_on = row.done_on, row.reported_on
        if row.id not in beside.passed_on:
            heard_on = max(beside.heard_on[row.id], default=heard_on)
            if handed_in and row.state in (State.SUBMITTED, State.ACCEPTED):
                done_on = handed_in.submitted_on
        verdict, days = self._judged(row.state, row.due_on, done_on)
        if verdict is not None:
            self.by_unit[row.unit_id][verdict] += 1
        if verdict == LATE and days:
            self._keep(row, days, told)
        granted = beside.granted[row.id]
        return [
            "/".join(filter(None, (row.number, row.symbol))) or None,
            row.signed_on or row.issued_on,
            row.issuing_body,
            row.subject,
            row.locator,
            row.text,
            row.period or None,
            row.name,
            "; ".join(name for _, name in sorted(beside.helping[row.item_id])) or None,
            row.assigned_on,
            row.original_due_on,
            row.due_on,
            STATES[row.state],
            verdict,
            days,
            beside.percent.get(row.id, row.percent),
            done_on,
            _proof(handed_in),
            heard_on,
            told.text if told else None,
            (told.difficulties or None) if told else None,
            f"Gia hạn {granted} lần" if granted else None,
        ]

    def _keep(self, row: sa.Row[Any], days: int, told: sa.Row[Any] | None) -> None:
        document = cited(row.doc_type, row.number, row.symbol, row.signed_on or row.issued_on)
        words = ". ".join(filter(None, (told.text, told.difficulties))) if told else ""
        self.late_count += 1
        self.late_units.add(row.unit_id)
        self._late.append(
            LateDuty(row.due_on, row.id, row.name, document, row.locator, row.text, days, words)
        )
        if len(self._late) > 2 * self._late_max:
            self._late = self.late

    def _judged(
        self, state: State, due_on: date | None, done_on: date | None
    ) -> tuple[str | None, int | None]:
        """Return in which column a duty is counted, and how many days late it is (R8, R9)."""
        if state in (State.WITHDRAWN, State.TRANSFERRED):
            return None, None
        if state in (State.RETURNED, State.SUSPENDED):
            return PAUSED, None
        in_hand = done_on if done_on and done_on <= self._cut_off else None
        is_over = state is State.ACCEPTED and in_hand is not None
        if due_on is None:
            return (UNDATED_DONE if is_over else UNDATED), None
        days = ((in_hand or self._cut_off) - due_on).days
        if days > 0:
            return (LATE_DONE if is_over else LATE), days
        if is_over:
            return ON_TIME, None
        return (SOON if in_hand is None and due_on <= self._soon_on else AHEAD), None


class _Beside:
    """What stands beside the duties of one round."""

    def __init__(self, connection: Connection, rows: Sequence[sa.Row[Any]]) -> None:
        duties, items = {"ids": [row.id for row in rows]}, {"ids": list({row.item_id for row in rows})}
        self.handed_in: dict[UUID, sa.Row[Any]] = {}
        self.told: dict[UUID, sa.Row[Any]] = {}
        self.percent: dict[UUID, int] = {}
        self.heard_on: defaultdict[UUID, list[date]] = defaultdict(list)
        self.passed_on = set(connection.execute(PASSED_ON, duties).scalars())
        self.granted: Counter[UUID] = Counter()
        self.helping: defaultdict[UUID, list[tuple[str, str]]] = defaultdict(list)
        for each in connection.execute(SUBMISSIONS, duties):
            self.heard_on[each.obligation_id].append(each.submitted_on)
            if each.decision is not Decision.SENT_BACK:
                self.handed_in[each.obligation_id] = each
        for each in connection.execute(UPDATES, duties):
            self.heard_on[each.obligation_id].append(office_day(each.reported_at))
            self.told[each.obligation_id] = each
            if each.percent is not None:
                self.percent[each.obligation_id] = each.percent
        for each in connection.execute(EXTENSIONS, duties):
            self.granted[each.obligation_id] += each.decision is Verdict.GRANTED
        for each in connection.execute(HELPING, items):
            self.helping[each.item_id].append((each.code, each.name))


def _proof(handed_in: sa.Row[Any] | None) -> str | None:
    """Return what was handed in last: the document, and the words beside it."""
    if handed_in is None:
        return None
    document = handed_in.document or {}
    if not (document.get("number") or document.get("symbol")):
        return str(handed_in.text)
    on = document.get("issued_on")
    named = cited(
        "Văn bản", document.get("number"), document.get("symbol"), date.fromisoformat(on) if on else None
    )
    return f"{named}: {handed_in.text}"
