"""`criteria`: the matrix of 200 communes and 47 indicators in one year of three, beside a bare count."""

from collections.abc import Callable
from itertools import product

import sqlalchemy as sa

from service.database import Database
from service.domain.calendar import office_day
from service.domain.criteria import Criterion, CriterionSet, Threshold
from service.domain.criterion_sets import set_criteria
from service.domain.ids import NIL, new_id
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import matrix, matrix_funding
from service.domain.reading.matrix import MatrixQuestion
from service.domain.tables import Criterion as CriterionTable
from service.domain.tables import Goal, Measure, Obligation, Register, Unit, table
from tests.bench.data import NOW, apart
from tests.bench.measure import alternate, compare

CRITERIA, INDICATORS, YEARS, TOLD = 10, 47, (2026, 2027, 2028), 3
CODE, YEAR = "bench", 2027

goal, measure, criterion = table(Goal), table(Measure), table(CriterionTable)
obligation, unit, register = table(Obligation), table(Unit), table(Register)


def run(database: Database, times: int) -> None:
    """Measure the matrix, with and without its money."""
    with database.read() as connection:
        book = connection.execute(sa.select(register.c.id)).scalar_one()
    actor = Actor(NIL, book, None, KeyRole.ADMINISTRATOR, frozenset({"read", "write"}), is_keeper=True)
    asked = _measured(database, actor)

    def cells() -> None:
        with database.snapshot() as connection:
            matrix.cells(connection, actor, asked)

    def money() -> None:
        with database.snapshot() as connection:
            matrix_funding.sums(connection, actor, asked)

    of_year = sa.select(sa.func.count()).where(
        measure.c.register_id == book, measure.c.set_code == CODE, measure.c.year == YEAR
    )

    def count() -> None:
        with database.snapshot() as connection:
            connection.execute(of_year).scalar_one()

    def at_once(what: Callable[[], None]) -> Callable[[], Callable[[], None]]:
        return lambda: what

    pairs = [("matrix", cells), ("money beside it", money), ("bare count of its values", count)]
    samples = alternate([(name, at_once(what)) for name, what in pairs], times=times)
    compare(f"criteria, {database.dialect}", samples)


def _measured(database: Database, actor: Actor) -> MatrixQuestion:
    """Let one duty of each commune serve every indicator in every year, and tell each value three times."""
    a_duty = (
        sa.select(obligation.c.id)
        .where(obligation.c.register_id == actor.register_id, obligation.c.unit_id == unit.c.id)
        .limit(1)
        .scalar_subquery()
    )
    goals, measures = [], []
    with database.write() as session:
        chosen = set_criteria(session, actor, _set(), version=None, now=NOW)
        connection = session.connection()
        leaves = sa.select(criterion.c.code).where(criterion.c.set_id == chosen.id, criterion.c.is_measured)
        codes = connection.execute(leaves).scalars().all()
        duties = connection.execute(sa.select(unit.c.id, a_duty).where(unit.c.kind == "xa")).all()
        for (unit_id, duty_id), code, year in product(duties, codes, YEARS):
            cell = {"register_id": actor.register_id, "obligation_id": duty_id, "unit_id": unit_id}
            cell |= {"set_code": CODE, "criterion_code": code, "year": year}
            key = new_id(NOW)
            goals.append(cell | {"id": key, "made_by": NIL, "made_at": NOW, "end_reason": ""})
            told = {"goal_id": key, "measured_on": office_day(NOW), "source": "", "reason": ""}
            told |= {"recorded_by": NIL, "recorded_at": NOW}
            measures += [cell | told | {"id": new_id(NOW), "amount": n * 1_000} for n in range(TOLD)]
        connection.execute(sa.insert(goal), goals)
        connection.execute(sa.insert(measure), measures)
        asked = MatrixQuestion(set_id=chosen.id, set_code=CODE, year=YEAR, cut_off=office_day(NOW), as_of=NOW)
    if database.dialect == "postgresql":
        apart(database, "VACUUM ANALYZE goal", "VACUUM ANALYZE measure")
    return asked


def _set() -> CriterionSet:
    """Return ten criteria with 47 indicators, half of them with a threshold for some units beside."""
    limits = [Threshold(zone="xã nhóm 3", amount=500), Threshold(amount=1_000)]
    below: list[list[Criterion]] = [[] for _ in range(CRITERIA)]
    for n in range(INDICATORS):
        code = f"{n % CRITERIA + 1}.{n // CRITERIA + 1}"
        below[n % CRITERIA].append(Criterion(code=code, name=code, thresholds=limits[n % 2 :]))
    return CriterionSet(
        code=CODE,
        name="Bộ tiêu chí",
        basis="",
        first_year=YEARS[0],
        last_year=YEARS[-1],
        indicators_stated=INDICATORS,
        criteria=[
            Criterion(code=str(n), name=str(n), indicators=found) for n, found in enumerate(below, start=1)
        ],
    )
