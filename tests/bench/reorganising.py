"""`reorganise`: 200 communes with 100,000 open obligations become 40, in one transaction."""

import time
from datetime import timedelta

from service.database import Database
from service.domain.calendar import office_day
from service.domain.carrying_out import carry_out
from service.domain.reading.reorganisations import preview
from service.domain.registry_file import RegistryRow
from service.domain.reorganisations import UnitChange, draft
from service.domain.tables import SuccessionKind
from service.domain.units import import_units
from tests.bench.data import COMMUNES, KEEPER, NOW, apart, draft_directive, office_of
from tests.bench.measure import say

DIRECTIVES, ITEMS, SHARE = 10, 50, 5


def run(database: Database, _times: int) -> None:
    """Give the duties, merge five communes each into one, and say how long the preview and the act took."""
    office = office_of(database, NOW)
    for number in range(DIRECTIVES):
        office.clock.at += timedelta(seconds=1)
        letter = draft_directive(office, 8000 + number, group="xa", items=ITEMS)
        office.issue(letter, issuer=KEEPER, on=office_day(NOW))
    if database.dialect == "postgresql":
        apart(database, "ANALYZE")
    office.clock.at += timedelta(days=1)
    day, now = office_day(office.now()), office.now()
    new = [f"moi-{number}" for number in range(COMMUNES // SHARE)]
    changes = [
        UnitChange(
            kind=SuccessionKind.MERGE,
            old=[f"xa-{place * SHARE + each + 1}" for each in range(SHARE)],
            new=[code],
        )
        for place, code in enumerate(new)
    ]
    rows = [RegistryRow(code=code, name=code, kind="xa", valid_from=day) for code in new]
    with database.write() as session:
        import_units(session, office.chair, rows, now=now)
        plan_id = draft(
            session,
            office.chair,
            name="Sắp xếp",
            basis="Nghị quyết",
            effective_on=day,
            changes=changes,
            keeper_code=None,
            now=now,
        ).id
    began = time.perf_counter()
    with database.read() as connection:
        shown = preview(connection, office.chair, plan_id)
    looked = time.perf_counter()
    with database.write() as session:
        done = carry_out(session, office.chair, plan_id, version=None, now=now)
    ended = time.perf_counter()
    say(f"\nreorganise, {done.passed_on:,} of {shown.obligations:,} obligations, {database.dialect}")
    say(f"preview {looked - began:.2f} s, carry out {ended - looked:.2f} s")
    office.close()
