"""Who looks around in the office that the story leaves: four people, and the site at the story's hour."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import uvicorn

from service.clock import GoingOnFrom
from service.database import Database
from service.demo.office import Office, settings_for
from service.demo.reform import KEEPER
from service.domain.accounts import AccountTerms, make_account, set_password
from service.domain.permissions import KeyRole
from service.edge.passwords import Passwords
from service.settings import Settings
from service.site import site_of

HEIR = "px-dong-dang"


class Person(NamedTuple):
    """Somebody who can sign in."""

    login: str
    name: str
    role: KeyRole
    unit_code: str


PEOPLE = (
    Person("van-thu", "Văn thư", KeyRole.CLERK, KEEPER),
    Person("lanh-dao", "Lãnh đạo", KeyRole.LEADER, KEEPER),
    Person("quan-tri", "Quản trị", KeyRole.ADMINISTRATOR, KEEPER),
    Person("can-bo", "Cán bộ phụ trách", KeyRole.OFFICER, HEIR),
)


def let_in(office: Office) -> str:
    """Make the people's accounts; return the password of all of them, drawn for this office alone."""
    password = secrets.token_urlsafe(12)
    hashed = Passwords().hashed(password)
    with office.database.write() as session:
        for each in PEOPLE:
            terms = AccountTerms(login=each.login, name=each.name, role=each.role, unit_code=each.unit_code)
            account = make_account(session, office.chair, terms, now=office.now()).row
            set_password(session, account, hashed, now=office.now())
    return password


def settings_left_in(folder: Path) -> Settings:
    """Return the settings of the office that the story left in a folder."""
    return settings_for(folder, secret_key=(folder / "secret.key").read_text(encoding="ascii"))


def serve(folder: Path, at: datetime, *, port: int) -> None:
    """Serve the office of a folder on this machine until told to stop; its clock goes on from an instant."""
    settings = settings_left_in(folder)
    with Database.of(settings) as database:
        site = site_of(settings, database, GoingOnFrom(at))
        uvicorn.run(site, host="127.0.0.1", port=port, log_level="warning", access_log=False)
