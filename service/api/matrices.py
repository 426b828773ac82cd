"""The matrix units × criteria, what stands behind a cell, and the matrix as a sheet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.api.bodies.criteria import CellQuery, MatrixQuery
from service.api.bodies.statistics import known_by
from service.api.views.criteria import (
    CellDetail,
    MatrixView,
    goal_view,
    matrix_view,
    measure_view,
    set_reference,
    value_view,
)
from service.domain.calendar import ZONE, office_day
from service.domain.criteria import Fulfilment, judge
from service.domain.errors import NotFound
from service.domain.groups import group_by_code, group_members
from service.domain.people import Actor
from service.domain.reading import criteria, matrix, matrix_funding
from service.domain.reading.criteria import SetRow
from service.domain.reading.matrix import MatrixQuestion
from service.reports.sheets import Cell as Value
from service.reports.sheets import Sheet

FULFILMENT_WORDS = {
    Fulfilment.MET: "Đạt",
    Fulfilment.NOT_MET: "Chưa đạt",
    Fulfilment.NO_DATA: "Chưa có số liệu",
}


def matrix_of(
    connection: Connection, actor: Actor, code: str, asked: MatrixQuery, *, now: datetime
) -> MatrixView:
    """Return the matrix of a set.

    Raises:
        NotFound: There was no such set by then, or there is no such group.
    """
    chosen, wanted = _question(connection, actor, code, asked, now)
    if asked.group is not None:
        with Session(connection) as session:
            group = group_by_code(session, actor.register_id, asked.group)
            members = group_members(session, group.id, wanted.cut_off)
        wanted = replace(wanted, unit_ids=[each.unit_id for each in members])
    found = matrix.cells(connection, actor, wanted)
    money = matrix_funding.sums(connection, actor, wanted)
    return matrix_view(chosen, criteria.criteria_of(connection, chosen.id), found, money, wanted)


def cell_of(
    connection: Connection,
    actor: Actor,
    code: str,
    asked: CellQuery,
    *,
    unit_id: UUID,
    criterion: str,
    now: datetime,
) -> CellDetail:
    """Return what stands behind a cell.

    Raises:
        NotFound: There was no such set or criterion by then, or no such unit that the actor may see here.
    """
    chosen, wanted = _question(connection, actor, code, asked, now)
    known = {each.code: each for each in criteria.criteria_of(connection, chosen.id)}
    if criterion not in known:
        raise NotFound(what="criterion")
    values = matrix.values(connection, actor, wanted, unit_id, criterion)
    if not values:
        raise NotFound(what="unit")
    codes = {criterion, *(each.criterion_code for each in values)}
    goals, measures = matrix.behind(connection, actor, wanted, unit_id, sorted(codes))
    found = [each.fulfilment for each in values]
    met, not_met = found.count(Fulfilment.MET), found.count(Fulfilment.NOT_MET)
    return {
        "set": set_reference(chosen),
        "year": wanted.year,
        "cut_off": wanted.cut_off,
        "as_of": wanted.as_of,
        "unit": {"id": unit_id, "code": values[0].unit_code, "name": values[0].unit_name},
        "criterion": criterion,
        "name": known[criterion].name,
        "fulfilment": judge(met=met, not_met=not_met, measured=len(values)),
        "values": [value_view(each, known[each.criterion_code]) for each in values],
        "goals": [goal_view(each) for each in goals],
        "measures": [measure_view(each) for each in measures],
    }


def _question(
    connection: Connection, actor: Actor, code: str, asked: CellQuery, now: datetime
) -> tuple[SetRow, MatrixQuestion]:
    as_of = known_by(asked.as_of, now) or now
    chosen = criteria.one_set(connection, actor, code, as_of=as_of)
    cut_off = asked.cut_off or office_day(now)
    return chosen, MatrixQuestion(
        set_id=chosen.id, set_code=chosen.code, year=asked.year, cut_off=cut_off, as_of=as_of
    )


def sheet(view: MatrixView) -> Sheet:
    """Return the matrix as the office prints it: a row a unit, a column a criterion, counts at both ends."""
    rows: list[Sequence[Value]] = [
        [
            number,
            row["unit"]["name"] + (f" (đến {row['ended_on']:%d/%m/%Y})" if row["ended_on"] else ""),
            *(FULFILMENT_WORDS[cell["fulfilment"]] for cell in row["cells"]),
            row["met"],
            row["not_met"],
            row["no_data"],
            sum(each["amount"] for each in row["funding"]),
        ]
        for number, row in enumerate(view["items"], start=1)
    ]
    last: list[Value] = [
        None,
        f"Số đơn vị đạt (trên {len(rows)})",
        *(each["met"] for each in view["criteria"]),
        view["met"],
        view["not_met"],
        view["no_data"],
        sum(each["amount"] for each in view["funding"]),
    ]
    as_of = view["as_of"].astimezone(ZONE)
    return Sheet(
        title=f"KẾT QUẢ THỰC HIỆN TIÊU CHÍ NĂM {view['year']}",
        notes=[
            f"{view['set']['name']} ({view['set']['basis']}), phiên bản {view['set']['version']}",
            f"Tính đến hết ngày {view['cut_off']:%d/%m/%Y}; theo số liệu ghi nhận đến {as_of:%H:%M %d/%m/%Y}",
        ],
        columns=[
            "TT",
            "Đơn vị",
            *(f"{each['code']}. {each['name']}" for each in view["criteria"]),
            *FULFILMENT_WORDS.values(),
            "Kinh phí (đồng)",
        ],
        rows=rows,
        foot=[last],
    )
