"""`pages`: how long each page that people open takes, with everything that stands before it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient
from pydantic import SecretStr

from service.database import Database
from service.demo.office import SetClock
from service.domain.accounts import AccountTerms, make_account
from service.domain.calendar import ZONE
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.sign_ins import begin_session
from service.domain.tables import Obligation, Register, Unit, table
from service.notify.tallies import tally_next
from service.settings import Settings
from service.site import site_of
from tests.bench.counting import CUT_OFF, live, report
from tests.bench.data import KEEPER, draft_directive, office_of
from tests.bench.issuing import GROUP
from tests.bench.measure import alternate, compare

obligation, unit = table(Obligation), table(Unit)


MORNING = datetime.combine(CUT_OFF, time(9), ZONE)
"""When pages are opened."""

ADMINISTRATION = (
    *("", "/units", "/units/new", "/reorganisations", "/people", "/people/new", "/accounts", "/accounts/new"),
    *("/channels", "/calendar", f"/calendar/{CUT_OFF.year}", "/groups", "/groups/new", "/groups/tat-ca"),
    *("/keys", "/keys/new", "/webhooks", "/webhooks/new", "/policies", "/policies/deadline/thuong"),
    *("/templates", "/templates/late_list", "/audit", "/audit/checkpoints"),
)


def run(database: Database, times: int) -> None:
    """Open every page as somebody who may, over the duties that there are."""
    live(database)
    assert tally_next(database, SetClock(MORNING)), "the worker counts every day before the office opens"
    report(database, "9a", MORNING - timedelta(minutes=30))
    with database.read() as connection:
        duty = connection.execute(
            sa.select(obligation.c.id, obligation.c.directive_id, obligation.c.item_id, unit.c.code)
            .join(unit, unit.c.id == obligation.c.unit_id)
            .order_by(obligation.c.id.desc())
        ).first()
    assert duty is not None
    with closing(office_of(database, MORNING)) as clerks:
        clerks.act_for(KEEPER)
        draft = draft_directive(clerks, 9_000, group=GROUP, items=2)
    office = [
        *(
            "/intake",
            "/intake/register",
            "/duties",
            "/duties?q=giam%20ngheo",
            f"/duties?unit={duty.code}&timeliness=overdue",
        ),
        *(f"/board?by={by}" for by in ("unit", "field", "directive", "source")),
        *("/board/cell?figure=overdue", "/board/lateness", f"/duties/{duty.id}"),
        f"/intake/{draft}",
        *(f"/directives/{duty.directive_id}{part}" for part in ("", "/units", "/changes")),
        *("/untold", "/untold/deliveries", "/oversight"),
        *(f"/oversight/{duty.directive_id}{part}" for part in ("", f"/items/{duty.item_id}", "/links")),
        *("/account", "/registers"),
        *(f"/admin{area}" for area in ADMINISTRATION),
        *(f"/admin/units/{duty.code}{part}" for part in ("", "/ending")),
    ]
    with (
        _signed_in(database, KeyRole.ADMINISTRATOR, KEEPER) as keeper,
        _signed_in(database, KeyRole.OFFICER, duty.code) as officer,
    ):
        opened = [(page, _opened(keeper, page)) for page in office]
        opened += [(f"{page} (unit)", _opened(officer, page)) for page in ("/work", "/duties")]
        opened.append(("/duties/… (unit)", _opened(officer, f"/duties/{duty.id}")))
        opened.append(("no page: /healthz", _opened(keeper, "/healthz")))
        compare(f"pages, {database.dialect}", alternate(opened, times=times))


@contextmanager
def _signed_in(database: Database, role: KeyRole, code: str) -> Iterator[TestClient]:
    """Give a browser in which somebody of a unit is signed in."""
    with TemporaryDirectory() as named:
        settings = Settings(
            files=Path(named),
            secret_key=SecretStr(Fernet.generate_key().decode()),
            requests_per_unit=0,
            requests_per_address=0,
        )
        with database.write() as session:
            register_id = session.connection().execute(sa.select(table(Register).c.id)).scalar_one()
            terms = AccountTerms(login=f"{role}.{code}", name=code, role=role, unit_code=code)
            account = make_account(session, Actor.machine(register_id), terms, now=MORNING).row
            life = settings.session_lifetime
            token = begin_session(session, account, user_agent="bench", life=life, now=MORNING).token
        with TestClient(site_of(settings, database, SetClock(MORNING))) as browser:
            browser.cookies.set("dondoc", token)
            yield browser


def _opened(browser: TestClient, page: str) -> Callable[[], Callable[[], None]]:
    def once() -> None:
        answer = browser.get(page)
        assert answer.status_code == 200, (page, answer.status_code, answer.text)

    return lambda: once
