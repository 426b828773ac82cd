"""A furnished office of each kind of database, to copy: something of everything that a path can name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import SecretStr

from service.api.app import create_app
from service.database import Database
from service.domain import checkpoints, ledger
from service.domain.tables import Delivery, DeliveryState, table
from service.edge.context import Context
from service.edge.reading_room import ReadingRoom
from service.notify.planner import plan
from service.settings import Settings
from tests.api.conftest import SECRET
from tests.api.test_strangers import REFORM, places
from tests.api.world import Api, assign, draft, settle
from tests.calls.known import Known
from tests.conftest import NO_QUOTAS, SettableClock
from tests.databases import Templates
from tests.deadlines import AFTER_EVENT
from tests.tampers.played import RING

AN = {
    "code": "an",
    "name": "officer xa-b",
    "posts": [{"unit_code": "xa-b", "role": "officer"}],
    "addresses": [{"channel": "email", "address": "officer@xa-b.example.vn"}],
}


BINH = {
    "code": "binh",
    "name": "officer xa-c",
    "posts": [{"unit_code": "xa-c", "role": "officer"}],
    "addresses": [{"channel": "email", "address": "officer@xa-c.example.vn"}],
}
"""Comes after the office has found nobody to tell."""

HAMLET = {"code": "thon-a", "name": "Thôn A", "kind": "thon", "parent_code": "xa-a"}


class TickingClock(SettableClock):
    """A clock that moves on by a second whenever somebody looks: what is made later sorts later."""

    def now(self) -> datetime:
        """Move on, and return the instant."""
        self.advance(seconds=1)
        return self.at


@dataclass(slots=True)
class Office:
    """A copy of the furnished office, open for business."""

    app: FastAPI
    database: Database
    clock: TickingClock
    tokens: dict[str, str]
    known: Known


@dataclass(slots=True)
class _Furnished:
    tokens: dict[str, str]
    found: dict[str, list[str]]
    at: datetime


@dataclass
class Offices:
    """Makes offices: furnished once for each kind of database, copied for every round."""

    templates: Templates
    folder: Path
    _made: dict[str, _Furnished] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the routes, which every office shares."""
        self._settings = Settings(
            files=self.folder / "files",
            mail_folder=self.folder / "mail",
            secret_key=SecretStr(SECRET),
            upload_bytes_max=2_000_000,
            **NO_QUOTAS,
        )
        self._app = create_app(self._settings, Database("sqlite://"), SettableClock())

    @contextmanager
    def opened(self, kind: str) -> Iterator[Office]:
        """Give a copy for the length of the block."""
        with self.templates.copy(kind, self.furnish) as database:
            made = self._made[kind]
            clock = TickingClock(made.at)
            self._serve(database, clock)
            yield Office(self._app, database, clock, made.tokens, Known(made.found))

    def _serve(self, database: Database, clock: SettableClock) -> None:
        self._app.state.context = Context(self._settings, database, clock, ReadingRoom(self._settings))

    def furnish(self, database: Database) -> None:
        """Enter the district, and let it work for a while."""
        clock = TickingClock()
        tokens = settle(database)
        self._serve(database, clock)
        with Api(self._app) as api:
            api.tokens = tokens
            found = {f"{name}_id": [value] for name, value in places(api).items()}
            found["directive_id"] += found.pop("draft_id")
            found |= _more(api)
            clock.set("2024-04-22")
            with database.write() as session:
                plan(session, now=clock.now())
                failed = {"state": DeliveryState.FAILED, "needs_person": True}
                session.execute(sa.update(table(Delivery)).values(failed))
            api.speak_for("admin").ok("POST", "/v1/people", json=BINH)
            with database.write() as session:
                ledger.sequence(session, now=clock.now())
                checkpoints.make_checkpoint(session, RING, now=clock.now())
            known = Known(found)
            for path, view in LISTS.items():
                known.learn_all(view, api.speak_for("keeper_admin").ok("GET", path)["items"])
        self._made[database.dialect] = _Furnished(tokens, known._found, clock.at)


AWAITED = {"label": "1", "text": "Tổng hợp sau khi có hướng dẫn", "deadline": AFTER_EVENT}
LISTS = {
    "/v1/obligations?limit=200": "ObligationView",
    "/v1/directives?limit=200": "DirectiveLineView",
    "/v1/deliveries?limit=200": "DeliveryView",
    "/v1/messages?limit=200": "MessageView",
    "/v1/untold?limit=200": "UntoldView",
    "/v1/series?limit=200": "SeriesLineView",
}
"""Lists that tell what a round begins with, and the views of their rows."""


def _more(api: Api) -> dict[str, list[str]]:
    """Let the office have what `places` has no need of; return what can be named."""
    api.speak_for("admin")
    api.ok("POST", "/v1/people", json=AN)
    api.ok("POST", "/v1/units", json=HAMLET)
    awaiting, _ = draft(api, number="800", items=[AWAITED])
    assign(api, awaiting, "1", [{"unit_code": "xa-b", "role": "lead"}])
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.ok("POST", f"/v1/directives/{awaiting}/issue", json=body)
    api.speak_for("admin")
    away = {"unit_code": "xa-b", "from_on": "2024-05-01", "until_on": "2024-05-03"}
    meaning = {"phrase": "các xã vùng cao", "group_code": "cac-xa"}
    key: dict[str, Any] = {"name": "tạm", "role": "officer", "unit_code": "xa-c"}
    made = {
        "absence_id": api.ok("POST", "/v1/people/an/absences", json=away),
        "meaning_id": api.speak_for("clerk").ok("POST", "/v1/phrase-meanings", json=meaning),
        "reorganisation_id": api.speak_for("admin").ok("POST", "/v1/reorganisations", json=REFORM),
        "endpoint_id": api.ok("POST", "/v1/webhook-endpoints", json={"url": "https://example.vn/"}),
        "key_id": api.ok("POST", "/v1/api-keys", json=key),
    }
    return {name: [content["id"]] for name, content in made.items()} | {
        "unit_code": ["cao-loc", "van-phong", "xa-a", "xa-b", "xa-c", "nguoi-la", "thon-a"],
        "group_code": ["cac-xa"],
        "person_code": ["nguoi-a", "an", "binh"],
        "register_code": ["chinh"],
        "set_code": ["ntm-318"],
        "channel": ["email", "console", "zalo"],
    }
