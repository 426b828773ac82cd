"""One district in which somebody stands in every relation to something, and a key for each of them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI
from pydantic import SecretStr
from sqlmodel import Session, select

from service.database import Database
from service.domain import checkpoints, keys, ledger, registers, units
from service.domain.ids import NIL, new_id
from service.domain.letter_rules import LetterKind
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.tables import Letter, Register
from service.notify.planner import plan
from service.settings import Settings
from tests.api.conftest import SECRET
from tests.api.test_strangers import ACCOUNT, LETTER, NOBODY_ID, PROVIDER_OF_ALL, REFORM
from tests.api.world import Api, assign, draft, issue_recurring, settle
from tests.conftest import MONDAY, NO_QUOTAS
from tests.tampers.played import RING

ACTORS: dict[str, str | None] = {
    "keeper": "van-phong",
    "lead": "xa-a",
    "child": "thon-a",
    "parent": "cao-loc",
    "sibling": "xa-b",
    "coordinator": "xa-c",
    "delegate": "to-a",
    "heir": "xa-moi",
    "abolished": "xa-cu",
    "overseer": "hdnd",
    "none": "nguoi-la",
    "other": "so-hai",
    "installation": None,
}
"""Whoever asks → the code of the unit. `other` keeps the other register."""

MORE_UNITS = {
    "thon-a": ("thon", "Thôn Một", "xa-a"),
    "to-a": ("to", "Tổ công tác", "xa-a"),
    "xa-cu": ("xa", "UBND xã Cũ", "cao-loc"),
    "xa-moi": ("xa", "UBND xã Mới", "cao-loc"),
    "hdnd": ("hdnd", "HĐND tỉnh", None),
    "so-hai": ("so", "Sở giữ sổ hai", None),
}
ROLES = {
    "A": KeyRole.ADMINISTRATOR,
    "K": KeyRole.CLERK,
    "O": KeyRole.OFFICER,
    "H": KeyRole.HEAD,
    "L": KeyRole.LEADER,
    "R": KeyRole.READER,
}


class Holder(NamedTuple):
    """A key: in which role (a letter), with which scopes (`rw`, `r`, `w`)."""

    role: str
    scopes: str


HOLDERS = [*(Holder(role, "rw") for role in ROLES), Holder("A", "r"), Holder("K", "r"), Holder("O", "w")]
"""Every role with both scopes, and roles that may do most with one alone."""


@dataclass
class Place:
    """Ids of everything that routes ask for, and the keys of everybody by actor and holder."""

    ids: dict[str, str] = field(default_factory=dict)
    duties: dict[str, str] = field(default_factory=dict)
    tokens: dict[tuple[str, Holder], str] = field(default_factory=dict)


def settings_in(folder: Path) -> Settings:
    """Return the settings of a service that answers as often as it is asked."""
    return Settings(
        files=folder / "files", mail_folder=folder / "mail", secret_key=SecretStr(SECRET), **NO_QUOTAS
    )


def build(app: FastAPI, database: Database) -> Place:
    """Enter everything; return where it is."""
    place = Place()
    tokens = settle(database) | _people_of_units(database, place)
    with Api(app) as api:
        api.tokens = tokens
        _letters(api, place)
        _requests(api, place)
        _of_the_office(api, place)
        with database.write() as session:
            plan(session, now=MONDAY)
            place.ids["letter"] = str(_letter_to_the_late(session).id)
        with database.write() as session:
            ledger.sequence(session, now=MONDAY)
        for later in (0, 2):
            with database.write() as session:
                checkpoints.make_checkpoint(session, RING, now=MONDAY + timedelta(minutes=later))
        api.speak_for("clerk")
        place.ids["delivery"] = api.ok("GET", "/v1/deliveries")["items"][0]["id"]
        place.ids["message"] = api.ok("GET", "/v1/messages")["items"][0]["id"]
        place.ids["untold"] = api.ok("GET", "/v1/untold")["items"][0]["id"]
    return place


def _people_of_units(database: Database, place: Place) -> dict[str, str]:
    """Enter the units and the other register, make the keys; return those that the world is built with."""
    scopes = frozenset({"read", "write"})
    with database.write() as session:
        first = session.exec(select(Register)).one()
        second = registers.create_register(session, code="hai", name="Sổ hai", now=MONDAY)
        admin = Actor(NIL, first.id, None, KeyRole.ADMINISTRATOR, scopes, is_keeper=False)
        ids = {}
        for code, (kind, name, parent) in MORE_UNITS.items():
            row = units.register_unit(
                session, admin, code=code, name=name, kind=kind, parent_code=parent, now=MONDAY
            )
            ids[code] = row
        of_second = Actor(NIL, second.id, None, KeyRole.ADMINISTRATOR, scopes, is_keeper=False)
        registers.set_keeper(session, of_second, ids["so-hai"], from_on=date(2024, 1, 1), now=MONDAY)
        for actor, code in ACTORS.items():
            register_id = {"installation": None, "other": second.id}.get(actor, first.id)
            unit_id = units.unit_by_code(session, code, MONDAY.date()).id if code else None
            for holder in HOLDERS:
                terms = keys.KeyTerms(
                    name=f"{actor} {holder.role} {holder.scopes}",
                    role=ROLES[holder.role],
                    scopes=frozenset({"r": "read", "w": "write"}[letter] for letter in holder.scopes),
                    register_id=register_id,
                    unit_id=unit_id,
                    expires_at=MONDAY + timedelta(days=300),
                )
                made = keys.make_key(session, Actor.machine(first.id), terms, now=MONDAY)
                place.tokens[actor, holder] = made.token
        sender = keys.KeyTerms(
            name="sender",
            role=KeyRole.OFFICER,
            scopes=scopes,
            register_id=first.id,
            unit_id=units.unit_by_code(session, "xa-a", MONDAY.date()).id,
            expires_at=MONDAY + timedelta(days=300),
        )
        made = keys.make_key(session, Actor.machine(first.id), sender, now=MONDAY)
        return {"sender": made.token, "elsewhere": place.tokens["other", Holder("A", "rw")]}


def _letters(api: Api, place: Place) -> None:
    """Issue a letter of the overseer's with two items; one unit is merged away, one part is handed on."""
    place.ids["directive"], _ = draft(api)
    about = place.ids["directive"]
    leads = [{"unit_code": code, "role": "lead"} for code in ("xa-a", "xa-cu")]
    assign(api, about, "1", [*leads, {"unit_code": "xa-c", "role": "coordinate"}])
    assign(api, about, "2", [{"unit_code": "xa-a", "role": "lead"}])
    api.ok("POST", f"/v1/directives/{about}/issue", json={"issuer_code": "hdnd", "issued_on": "2024-04-15"})
    place.ids["draft"], _ = draft(api, number="777")
    recurring = issue_recurring(api)
    (series,) = api.ok("GET", "/v1/series", params={"directive_id": recurring})["items"]
    place.ids["series"] = series["id"]
    merger = {"kind": "merge", "old": ["xa-cu"], "new": ["xa-moi"]}
    reform = REFORM | {"effective_on": "2024-04-15", "changes": [merger]}
    planned = api.ok("POST", "/v1/reorganisations", json=reform)
    api.ok("POST", f"/v1/reorganisations/{planned['id']}/carry-out")
    found = api.ok("GET", "/v1/obligations", params={"directive_id": about, "limit": 50})["items"]
    by_unit = {(each["unit"]["code"], each["item"]["locator"]): each for each in found}
    place.duties["whole"], second = by_unit["xa-a", "1"]["id"], by_unit["xa-a", "2"]["id"]
    place.duties["successor"] = by_unit["xa-moi", "1"]["id"]
    place.ids["unit"] = by_unit["xa-a", "1"]["unit"]["id"]
    heirloom = api.ok("GET", f"/v1/obligations/{place.duties['successor']}")
    place.duties["transferred"] = heirloom["predecessors"][0]["id"]
    part = {"unit_code": "to-a", "instruction": "x"}
    handed = api.speak_for("sender").ok("POST", f"/v1/obligations/{second}/delegate", json=part)
    place.duties["part"] = handed["id"]


def _requests(api: Api, place: Place) -> None:
    """Ask for everything that can be asked about a duty, measure something and hand in a file."""
    path = f"/v1/obligations/{place.duties['whole']}"
    goals = {"set_code": "ntm-318", "year": 2024, "goals": [{"criterion": "1"}]}
    question = {"question": "x", "due_on": "2024-06-15"}
    api.speak_for("clerk").ok("POST", f"{path}/goals", json=goals)
    (goal,) = api.ok("GET", f"{path}/goals")["items"]
    place.ids["goal"] = goal["id"]
    place.ids["explanation"] = api.ok("POST", f"{path}/explanations", json=question)["id"]
    api.speak_for("sender")
    told = {"text": "x", "measures": [{"goal_id": goal["id"], "value": 1}]}
    (measure,) = api.ok("POST", f"{path}/progress-updates", json=told)["measures"]
    place.ids["measure"] = measure["id"]
    wanted: dict[str, Any] = {"wanted_on": "2024-06-15", "reason": "x"}
    place.ids["extension"] = api.ok("POST", f"{path}/extensions", json=wanted)["id"]
    place.ids["cause"] = api.ok("POST", f"{path}/objective-causes", json={"reason": "x"})["id"]
    asked = {"unit_code": "xa-c", "question": "x", "due_on": "2024-05-10"}
    place.ids["request"] = api.ok("POST", f"{path}/coordination-requests", json=asked)["id"]
    place.ids["file"] = api.ok("POST", "/v1/files", files=LETTER)["id"]
    api.ok("POST", f"{path}/submit", json={"text": "x", "file_ids": [place.ids["file"]]})


def _letter_to_the_late(session: Session) -> Letter:
    """Enter a letter as if something had been late."""
    register_id = session.exec(select(Register.id).where(Register.code == "chinh")).one()
    row = Letter(
        id=new_id(MONDAY),
        register_id=register_id,
        kind=LetterKind.URGING,
        cut_off=MONDAY.date(),
        made_by=NIL,
        made_at=MONDAY,
    )
    session.add(row)
    session.flush()
    return row


def _of_the_office(api: Api, place: Place) -> None:
    """Enter what the office keeps beside duties: people, plans, endpoints, keys, a published table."""
    person = {
        "code": "nguoi-a",
        "name": "cán bộ đầu mối",
        "posts": [{"unit_code": "xa-a", "role": "officer"}],
        "addresses": [{"channel": "email", "address": "dau-moi@xa-a.example.vn"}],
    }
    api.speak_for("keeper_admin").ok("POST", "/v1/people", json=person)
    for keeper in ("elsewhere", "keeper_admin"):  # one address a register
        api.speak_for(keeper).ok("POST", "/v1/people/nguoi-a/calendar-feed")
    away = {"unit_code": "xa-a", "from_on": "2024-08-01", "reason": "nghỉ ốm"}
    place.ids["absence"] = api.ok("POST", "/v1/people/nguoi-a/absences", json=away)["id"]
    opened = f"/v1/directives/{place.ids['directive']}/oversight-links"
    place.ids["oversight_link"] = api.ok("POST", opened, json={"purpose": "Đoàn giám sát"})["id"]
    published = api.ok("POST", "/v1/statistics/publications", json={"cut_off": "2024-04-15"})
    place.ids["publication"] = published["id"]
    place.ids["reorganisation"] = api.ok("POST", "/v1/reorganisations", json=REFORM)["id"]
    meaning = {"phrase": "các xã", "group_code": "cac-xa"}
    place.ids["meaning"] = api.ok("POST", "/v1/phrase-meanings", json=meaning)["id"]
    endpoint = api.ok("POST", "/v1/webhook-endpoints", json={"url": "https://example.vn/"})
    place.ids["webhook"] = endpoint["id"]
    zalo = {
        "is_enabled": True,
        "settings": {"app_id": "1"},
        "secrets": {"app_secret": "x", "access_token": "x", "refresh_token": "x"},
    }
    api.ok("PUT", "/v1/channels/zalo", json=zalo, headers={"If-Match": '"v0"'})
    terms = {"name": "k", "role": "clerk", "unit_code": "van-phong"}
    place.ids["api_key"] = api.ok("POST", "/v1/api-keys", json=terms)["id"]
    place.ids["account"] = api.ok("POST", "/v1/accounts", json=ACCOUNT | {"login": "chuyen-vien"})["id"]
    named = {"register": "chinh"}
    api.speak_for("admin").ok("POST", "/v1/identity-providers", json=PROVIDER_OF_ALL, params=named)


ABSENT = NOBODY_ID
"""An id that nothing has."""
