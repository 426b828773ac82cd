"""A small district with keys for everybody, made once for each kind of database and copied for each test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from fastapi.testclient import TestClient

from service.database import Database
from service.domain import groups, keys, registers, units
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from tests.conftest import MONDAY
from tests.databases import Templates

UNITS = {
    "cao-loc": ("huyen", "UBND huyện Cao Lộc", None),
    "van-phong": ("van_phong", "Văn phòng HĐND và UBND huyện", "cao-loc"),
    "xa-a": ("xa", "UBND xã An Bình", "cao-loc"),
    "xa-b": ("xa", "UBND xã Bảo Lâm", "cao-loc"),
    "xa-c": ("xa", "UBND xã Công Sơn", "cao-loc"),
    "nguoi-la": ("so", "Sở Ngoài cuộc", None),
}
KEYS: dict[str, tuple[str | None, KeyRole, str]] = {
    "clerk": ("van-phong", KeyRole.CLERK, "read write"),
    "leader": ("van-phong", KeyRole.LEADER, "read write"),
    "keeper_admin": ("van-phong", KeyRole.ADMINISTRATOR, "read write"),
    "officer_a": ("xa-a", KeyRole.OFFICER, "read write"),
    "officer_b": ("xa-b", KeyRole.OFFICER, "read write"),
    "reader_a": ("xa-a", KeyRole.READER, "read"),
    "writer_a": ("xa-a", KeyRole.OFFICER, "write"),
    "head_of_district": ("cao-loc", KeyRole.HEAD, "read write"),
    "stranger": ("nguoi-la", KeyRole.ADMINISTRATOR, "read write"),
}


class Api(TestClient):
    """A client that speaks for somebody and knows what an answer must look like."""

    tokens: dict[str, str]

    def speak_for(self, name: str) -> "Api":
        """Show another key from now on."""
        self.headers["authorization"] = f"Bearer {self.tokens[name]}"
        return self

    def ok(self, method: str, path: str, **sent: Any) -> Any:
        """Ask, and return what a good answer says."""
        response = self.request(method, path, **sent)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def refused(self, slug: str, status: int, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """Ask, and return the problem document that the answer must be."""
        response = self.request(method, path, **sent)
        assert response.headers["content-type"] == "application/problem+json", response.text
        problem: dict[str, Any] = response.json()
        assert (problem["type"], response.status_code) == (f"/problems/{slug}", status), response.text
        assert problem["status"] == status
        assert problem["title"]
        assert problem["instance"] == path.partition("?")[0]
        assert problem["request_id"] == response.headers["x-request-id"]
        return problem


class Worlds:
    """The district in a database of each kind, to copy from."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self.tokens: dict[str, dict[str, str]] = {}

    @contextmanager
    def copy(self, kind: str) -> Iterator[Database]:
        """Give a copy for the length of the block."""
        with self._templates.copy(kind, self.district) as database:
            yield database

    def district(self, database: Database) -> None:
        """Enter the district."""
        self.tokens[database.dialect] = settle(database)


def settle(database: Database) -> dict[str, str]:
    """Enter the district; return the keys by name."""
    tokens = {}
    scopes = frozenset({"read", "write"})
    with database.write() as session:
        register = registers.create_register(session, code="chinh", name="Sổ theo dõi", now=MONDAY)
        admin = Actor(NIL, register.id, None, KeyRole.ADMINISTRATOR, scopes, is_keeper=True)
        found = {}
        for code, (kind, name, parent_code) in UNITS.items():
            found[code] = units.register_unit(
                session, admin, code=code, name=name, kind=kind, parent_code=parent_code, now=MONDAY
            )
        groups.define_group(
            session,
            admin,
            code="cac-xa",
            name="UBND các xã",
            aliases=["UBND cấp xã"],
            rule={"kinds": ["xa"]},
            now=MONDAY,
        )
        registers.set_keeper(session, admin, found["van-phong"], from_on=date(2024, 1, 1), now=MONDAY)
        wanted: dict[str, tuple[str | None, KeyRole, str]] = {
            "admin": (None, KeyRole.ADMINISTRATOR, "read write"),
            **KEYS,
        }
        for key, (unit_code, role, held) in wanted.items():
            terms = keys.KeyTerms(
                name=key,
                role=role,
                scopes=frozenset(held.split()),
                register_id=register.id if unit_code else None,
                unit_id=found[unit_code].id if unit_code else None,
                expires_at=MONDAY + timedelta(days=1500),
            )
            made = keys.make_key(session, Actor.machine(register.id), terms, now=MONDAY)
            tokens[key] = made.token
    return tokens


def directive_body(**changes: Any) -> dict[str, Any]:
    """Return a directive with two items as somebody types it."""
    body: dict[str, Any] = {
        "number": "123",
        "symbol": "UBND-VP",
        "doc_type": "Công văn",
        "issuing_body": "UBND huyện Cao Lộc",
        "signed_on": "2024-04-15",
        "subject": "Rà soát tiêu chí nông thôn mới",
        "items": [
            {"label": "1", "text": "Các xã rà soát, báo cáo kết quả thực hiện", "due_on": "2024-05-15"},
            {"label": "2", "text": "Văn phòng tổng hợp, tham mưu", "key_task": True},
        ],
    }
    return body | changes


def draft(api: Api, **changes: Any) -> tuple[str, str]:
    """Draft a directive as the clerk; return its id and ETag."""
    response = api.speak_for("clerk").post("/v1/directives", json=directive_body(**changes))
    assert response.status_code == 201, response.text
    return response.json()["id"], response.headers["etag"]


def assign(api: Api, directive_id: str, item: str, orders: list[dict[str, Any]]) -> str:
    """Say who answers for an item; return the directive's new ETag."""
    response = api.put(
        f"/v1/directives/{directive_id}/items/{item}/assignments", json=orders, headers={"If-Match": "*"}
    )
    assert response.status_code == 200, response.text
    return str(response.headers["etag"])


def issue(api: Api, **changes: Any) -> str:
    """Draft, assign and issue a directive: item 1 to all communes, item 2 to commune a; return its id."""
    directive_id, _ = draft(api, **changes)
    assign(api, directive_id, "1", [{"group_code": "cac-xa", "role": "lead"}])
    assign(
        api,
        directive_id,
        "2",
        [{"unit_code": "xa-a", "role": "lead"}, {"unit_code": "xa-b", "role": "coordinate"}],
    )
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    return directive_id


def obligation_of(api: Api, unit: str, locator: str = "1") -> dict[str, Any]:
    """Return the obligation of a unit from an item, as the clerk sees it."""
    api.speak_for("clerk")
    found = api.ok("GET", "/v1/obligations", params={"unit": unit})["items"]
    (one,) = (each for each in found if each["item"]["locator"] == locator)
    return dict(one)


def issue_recurring(api: Api, *rules: dict[str, Any], units: Sequence[str] = ("xa-a",)) -> str:
    """Issue a directive whose only item comes again by some rules (monthly by the 20th); return its id."""
    found = rules or ({"freq": "monthly", "by_month_day": 20},)
    first, *more = [{"kind": "recurring", "rule": rule, "text": "định kỳ"} for rule in found]
    item = {"label": "1", "text": "Báo cáo kết quả", "deadline": first, "more_deadlines": more}
    directive_id, _ = draft(api, number="900", items=[item])
    assign(api, directive_id, "1", [{"unit_code": code, "role": "lead"} for code in units])
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    return directive_id
