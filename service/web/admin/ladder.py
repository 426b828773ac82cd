"""One ladder of reminders: in words, and changed by a form that first shows what the change would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path
from sqlalchemy.engine import Connection
from starlette.responses import HTMLResponse, Response

from service.domain.errors import DomainError, NotFound, StaleVersion
from service.domain.escalation import (
    FROM_DUE_DAY,
    FURTHEST,
    REPEAT_DAYS_MAX,
    STEPS_MAX,
    WAITS_AT_KEEPER,
    Condition,
    Pace,
    Policy,
    Role,
    Step,
    WatchKind,
    is_at_keeper,
)
from service.domain.policies import PolicyChange, PolicyOrder, change_policy
from service.domain.reading import ladders, registers
from service.domain.reading.ladders import ClockRow
from service.domain.reading.registers import PolicyWhole
from service.web.admin.fields import Filled
from service.web.admin.policies import PACE_WORDS, WATCH_WORDS, slug
from service.web.admin.shared import Administrator, refused_form, rows_of, show
from service.web.admin.words import POST_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
Urgency = Annotated[str, Path(max_length=20)]
SHOWN, SPARE_ROWS = 20, 2
FIELDS = ("count", "side", "role", "place", "condition", "urgent")
LABELS = {
    "steps": marked("Các bậc"),
    "pace": marked("Đơn vị tính"),
    "count": marked("Khoảng cách"),
    "offset": marked("Khoảng cách"),
    "order": marked("Khoảng cách"),
    "role": marked("Nhắc ai"),
    "at_keeper": marked("Ở đâu"),
    "repeat_last": marked("Số bậc cuối được nhắc lại"),
    "repeat_days": marked("Nhắc lại sau mỗi (ngày)"),
    "basis": marked("Căn cứ"),
}
ANCHORS = {
    WatchKind.DEADLINE: marked("Tính từ ngày hết hạn."),
    WatchKind.ACKNOWLEDGEMENT: marked("Tính từ ngày giao."),
    WatchKind.SILENCE: marked("Tính từ ngày giao hoặc lần báo cáo gần nhất, với việc không có thời hạn."),
    WatchKind.ACCEPTANCE: marked("Tính từ ngày đơn vị báo hoàn thành."),
    WatchKind.RETURN: marked("Tính từ ngày đơn vị trả lại."),
    WatchKind.EXTENSION: marked("Tính từ ngày đơn vị đề nghị."),
    WatchKind.EXPLANATION: marked("Tính từ ngày phải trả lời."),
    WatchKind.COORDINATION: marked("Tính từ ngày phải trả lời."),
}
SIDES = (("after", marked("sau")), ("before", marked("trước")))
PLACES = (("unit", marked("đơn vị")), ("keeper", marked("cơ quan giữ sổ")))
CONDITIONS = (
    (Condition.ALWAYS.value, marked("luôn nhắc")),
    (Condition.UNREPORTED.value, marked("nếu chưa báo cáo")),
)
CHANGED = marked("Đã đổi thang đôn đốc. Việc giao từ nay theo thang mới.")


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change would do: the count, and the first clocks as they run and as they would."""

    done: PolicyChange
    is_rebased: bool
    clocks: Sequence[tuple[ClockRow, ClockRow]]


@router.get("/admin/policies/{kind}/{urgency}")
def show_ladder(visitor: Administrator, kind: WatchKind, urgency: Urgency) -> HTMLResponse:
    """Show a ladder in words, and the form that changes it."""
    return _page(visitor, kind, urgency)


@router.post("/admin/policies/{kind}/{urgency}")
def change_ladder(visitor: Administrator, kind: WatchKind, urgency: Urgency) -> Response:
    """Make a new version of a ladder, or only show what it would do: the same act, taken back."""
    said, only_look = Filled(visitor.form), "only_look" in visitor.form
    try:
        with visitor.reads() as connection:
            present = _present(connection, visitor, kind, urgency)
        order, version = _order(said, present), said.version()
        if only_look:
            return _page(visitor, kind, urgency, would=_would(visitor, order, version))
        with visitor.writes() as session:
            change_policy(session, visitor.actor, order, version=version, now=visitor.now)
    except DomainError as refused:
        return _page(visitor, kind, urgency, refused)
    return visitor.go(f"/admin/policies/{kind}/{urgency}", CHANGED)


def _present(connection: Connection, visitor: Visitor, kind: WatchKind, urgency: str) -> PolicyWhole:
    """Return the ladder in force.

    Raises:
        NotFound: The register has none of this kind and urgency.
    """
    for each in registers.policies(connection, visitor.actor):
        if (each.kind, slug(each.urgency)) == (kind, urgency):
            return each
    raise NotFound(what="escalation_policy")


def _order(said: Filled, present: PolicyWhole) -> PolicyOrder:
    """Return the ladder that a form describes; its steps may stand in any order there."""
    pace = said.word("pace", Pace)
    steps = sorted(
        (_step(row, present.kind, pace) for row in said.rows(*FIELDS)), key=lambda each: each.offset
    )
    policy = Policy(
        present.kind,
        tuple(steps),
        repeat_last=said.number("repeat_last", 0, STEPS_MAX),
        repeat_days=said.number("repeat_days", 0, REPEAT_DAYS_MAX),
    )
    return PolicyOrder(
        policy=policy, urgency=present.urgency, basis=said.needed("basis"), rebase=said.ticked("rebase")
    )


def _step(row: Filled, kind: WatchKind, pace: Pace) -> Step:
    count, role = row.number("count", 0, FURTHEST), row.word("role", Role)
    return Step(
        role,
        -count if row.line("side") == "before" else count,
        pace,
        row.word("condition", Condition),
        at_keeper=is_at_keeper(role, kind) or row.line("place") == "keeper",
        urgent=row.ticked("urgent"),
    )


def _would(visitor: Visitor, order: PolicyOrder, version: int) -> Consequences:
    """Change a ladder and take it back; return what it did."""
    with visitor.rehearses() as session:
        done = change_policy(session, visitor.actor, order, version=version, now=visitor.now)
        after = ladders.first_by(session.connection(), visitor.actor, done.policy_id, limit=SHOWN)
    with visitor.reads() as connection:
        before = ladders.clocks(connection, visitor.actor, [each.id for each in after])
    moved = [(before[each.id], each) for each in after if each.id in before]
    return Consequences(done, order.rebase, moved)


def _page(
    visitor: Visitor,
    kind: WatchKind,
    urgency: str,
    refused: DomainError | None = None,
    *,
    would: Consequences | None = None,
) -> HTMLResponse:
    with visitor.reads() as connection:
        present = _present(connection, visitor, kind, urgency)
    values = visitor.form or _written(present)
    facts: dict[str, Any] = {
        "policy": present,
        "title": WATCH_WORDS[kind],
        "anchor": ANCHORS[kind],
        "address": f"/admin/policies/{kind}/{urgency}",
        "values": values,
        "rows": rows_of(values, "count", SPARE_ROWS),
        "names": LABELS,
        "sides": SIDES if kind in FROM_DUE_DAY else SIDES[:1],
        "places": PLACES[1:] if kind in WAITS_AT_KEEPER else PLACES,
        "conditions": CONDITIONS,
        "paces": PACE_WORDS,
        "roles": POST_WORDS,
        "bounds": {"repeat_last": STEPS_MAX, "repeat_days": REPEAT_DAYS_MAX},
        "unreported": Condition.UNREPORTED,
        "would": would,
        "is_stale": isinstance(refused, StaleVersion),
    }
    if refused is None:
        return show(visitor, "ladder.html", **facts)
    return refused_form(visitor, "ladder.html", refused, LABELS, **facts)


def _written(policy: PolicyWhole) -> Mapping[str, str]:
    """Return a ladder as the fields of its form have it."""
    values = {
        "pace": policy.steps[0].pace.value,
        "repeat_last": str(policy.repeat_last),
        "repeat_days": str(policy.repeat_days),
        "rebase": "1",
    }
    for number, rung in enumerate(policy.steps):
        values |= {
            f"count.{number}": str(abs(rung.offset)),
            f"side.{number}": "before" if rung.offset < 0 else "after",
            f"role.{number}": rung.role.value,
            f"place.{number}": "keeper" if rung.at_keeper else "unit",
            f"condition.{number}": rung.condition.value,
            f"urgent.{number}": "1" if rung.is_urgent else "",
        }
    return values
