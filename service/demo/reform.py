"""1 July 2025: the district ends; 22 communes and towns go on in 8 units, its offices in none one-to-one."""

from datetime import date, time
from pathlib import Path
from uuid import UUID

from rich.table import Table

from service.demo.office import Office
from service.demo.stage import Play
from service.domain import carrying_out, reorganisations
from service.domain.errors import HeirsUndecided
from service.domain.people_registry import import_people
from service.domain.reading import reorganisations as reading
from service.domain.registry_file import parse_people, parse_units
from service.domain.reorganisations import HeirDecision, parse_plan
from service.domain.tables import ReorganisationState
from service.domain.units import import_units

DATA = Path(__file__).parent
ENTERED, DAY = date(2025, 6, 20), date(2025, 7, 1)
KEEPER = "px-ky-lua"
TO_PROVINCE = ("phong-nn-ptnt", "phong-tn-mt", "vpdp-ntm")
PROVINCE = "so-nn-mt"


def reorganise(play: Play) -> None:
    """Enter the reform ahead of its day, decide what has no heir, and let the day come."""
    office, expect = play.office, play.expect
    with play.step(f"Đến {ENTERED:%d/%m/%Y}: nhập phương án sắp xếp, đơn vị mới và đầu mối mới"):
        office.skip_to(ENTERED)
        plan_id = _enter(office)
    before = _preview(office, plan_id)
    expect.same("22 communes and towns go on in 8 units", _counted(before), (22, 8))
    expect.same("somebody can be told everywhere", before.nobody_to_tell, [])
    try:
        _carry_out(office, plan_id)
        refused = 0
    except HeirsUndecided as refusal:
        refused = refusal.obligations
    expect.same("nothing is carried out while duties of offices are nobody's", refused, before.undecided)
    play.console.print(f"[red]✗[/red] Chưa chốt được: {refused} nhiệm vụ cấp huyện chưa có nơi nhận")
    with play.step(f"Chuyên môn về Sở NN&MT, còn lại hết hiệu lực; ngày {DAY:%d/%m/%Y}"):
        _decide(office, plan_id, before)
        _carry_out(office, plan_id)
        office.wait_until(DAY, at=time(7, 31))
    after = _preview(office, plan_id)
    expect.same("it was carried out on its day", after.row.state, ReorganisationState.CARRIED_OUT)
    expect.same("every open duty went on or lapsed", after.obligations, before.obligations)
    office.act_for(KEEPER)
    merged = dict(office.duties("px-dong-dang"))
    expect.same("five communes give one duty an item", len(office.duties("px-dong-dang")), len(merged))
    office.wait_until(DAY, at=office.evening)
    _show(play, after)


def _enter(office: Office) -> UUID:
    now = office.now()
    with office.database.write() as session:
        units = parse_units((DATA / "cao-loc-2025-units.csv").read_bytes())
        import_units(session, office.chair, units.rows, now=now)
        people = parse_people((DATA / "cao-loc-2025-people.csv").read_bytes())
        import_people(session, office.chair, people.rows, now=now)
        plan = parse_plan((DATA / "cao-loc-2025.json").read_bytes())
        return reorganisations.draft(session, office.chair, **plan, now=now).id


def _preview(office: Office, plan_id: UUID) -> reading.Preview:
    with office.database.read() as connection:
        return reading.preview(connection, office.chair, plan_id)


def _counted(plan: reading.Preview) -> tuple[int, int]:
    """Return how many units go on in how many."""
    pairs = [(row.old_code, row.new_code) for row in plan.changes if row.new_code]
    return len({old for old, _ in pairs}), len({new for _, new in pairs})


def _carry_out(office: Office, plan_id: UUID) -> None:
    with office.database.write() as session:
        carrying_out.carry_out(session, office.chair, plan_id, version=None, now=office.now())


def _decide(office: Office, plan_id: UUID, plan: reading.Preview) -> None:
    ending = [row.old_code for row in plan.changes if not row.new_code]
    decisions = [
        HeirDecision(unit_code=code, heirs=[PROVINCE] if code in TO_PROVINCE else []) for code in ending
    ]
    with office.database.write() as session:
        reorganisations.decide(session, office.chair, plan_id, decisions, version=None, now=office.now())


def _show(play: Play, plan: reading.Preview) -> None:
    table = Table("Đơn vị mới", "Từ các đơn vị", "Nhiệm vụ tiếp nhận", title=f"{plan.row.basis}")
    names = {row.new_code: row.new_name for row in plan.changes if row.new_code}
    for code, name in names.items():
        old = ", ".join(row.old_name.removeprefix("UBND ") for row in plan.changes if row.new_code == code)
        table.add_row(name, old, str(len(play.office.duties(code or ""))))
    play.console.print(table)
    play.console.print(
        f"{plan.with_heir} nhiệm vụ có nơi nhận, {plan.lapsing} hết hiệu lực do sắp xếp; "
        f"sổ theo dõi chuyển về {play.office.unit(KEEPER).name}"
    )
