"""Requests as somebody means them: drawn from the schemas, with ids and codes that exist."""

import copy
import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.api.test_strangers import CASES
from tests.calls.contract import JSON, Contract, Operation, Parameter, Schema
from tests.calls.known import NOBODY_ID, Known

WORDS = ("Rà soát", "báo cáo kết quả", "tiêu chí", "nông thôn mới", "đúng hạn", "UBND các xã", "2024", "x")
TODAY = date(2024, 4, 15)
PAST = frozenset(
    {
        "issued_on",
        "signed_on",
        "said_on",
        "received_on",
        "happened_on",
        "told_on",
        "measured_on",
        "effective_on",
        "valid_from",
    }
)
PATTERNS = {
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$": ("ma-1", "M.2", "xa-a", "0"),
    r"^([01]\d|2[0-3]):[0-5]\d$": ("07:30", "23:59", "00:00"),
    r"^(\*|[a-z_]+(\.[a-z0-9_]+)*(\.\*)?)$": ("*", "obligation.*", "unit.changed.v1"),
    r"^https?://[^/?#@\\]+([/?][^#\\]*)?$": ("https://example.vn/nhan", "https://dich.example.vn/?a=1"),
    r"^https?://[^\s?#]+$": ("https://example.vn/lai",),
    r"^[A-Za-z0-9._~-]+$": ("A" * 43,),
    r"^[a-z][a-z0-9_-]{0,19}$": ("email", "zalo", "console"),
    r"^[0-9]{1,18}$|^0{2}[0-9]{18}$": ("1", "42"),
    "^[^\\x00-\\x1f\\x7f]+$": ("1", "2"),
    r"^[\x21-\x7e]+$": ("unit", "groups", "dondoc"),
}
"""Texts for every pattern of the contract; a new pattern needs some of its own."""

CODES = {
    "/v1/units": "unit_code",
    "/v1/unit-groups": "group_code",
    "/v1/people": "person_code",
    "/v1/criterion-sets": "set_code",
    "/v1/identity-providers": "provider_code",
    "/v1/sign-in": "provider_that_nobody_has",
}
"""Whose code `{code}` is; nobody is sent to a province's sign-on from here."""

NAMED: dict[str, tuple[Any, ...]] = {
    "token": ("khongAiCoDiaChiNay", "0", "z" * 100),
    "item": ("1", "2"),
    "criterion": ("1", "2", "3.1"),
    "year": (2024,),
    "position": (1, 2, 20),
    "number_of_checkpoint": (1,),
    "slug": ("not-found", "stale-version", "nothing-like-it"),
    "period": ("2024-04", "2024-05"),
    "from_period": ("2024-05", "2024-06"),
    "kind": ("xa", "huyen", "so"),
    "deadline": (
        {"kind": "date", "iso": "2024-05-20", "bound": "by", "text": "trước ngày 20/5/2024"},
        {"kind": "relative_working_days", "days": 5, "from": "issue", "text": "trong 5 ngày làm việc"},
        {"kind": "recurring", "rule": {"freq": "monthly", "by_month_day": 20}, "text": "hằng tháng"},
        {"kind": "none"},
    ),
    "rule": (
        {"kinds": ["xa"]},
        {"freq": "monthly", "by_month_day": 20},
        {"freq": "weekly", "by_weekday": "MO"},
    ),
    "role": ("lead", "coordinate", "officer", "head", "clerk"),
    "scopes": (["read"], ["read", "write"]),
    "q": ("báo cáo", "123", "%"),
    "source": ("", "Tỉnh ủy"),
    "type": ("obligation.*", "*"),
    "networks": (["10.0.0.0/8"], ["127.0.0.1/32"]),
    "wrong": ("tiêu chí", "nông thôn"),
    "urgency": ("thường", "khẩn"),
}
UNITS = frozenset(
    {
        "unit",
        "unit_code",
        "issuer_code",
        "parent_code",
        "keeper_code",
        "proposed_unit_code",
        "parent",
        "issuer",
        "old",
        "new",
        "except",
        "members",
        "heirs",
    }
)
POOLS = {"person": "person_code", "deputy_code": "person_code", "group": "group_code", "file_ids": "file_id"}
TYPED: dict[str, Any] = {"assign_item": [{"unit_code": "xa-a", "role": "lead"}]}
"""Bodies where a stranger's would say nothing."""

OPTIONAL = 0.25
ADDED, EVIDENCE = 0.12, 0.6
"""How often a typed body gets a field more; nothing is done without evidence."""

NAMES_REGISTER = 0.7
"""A key that is bound to none must name one as soon as there are two."""

DEPTH_MAX = 4
BOUNDARY = b"calls-of-dondoc"


@dataclass(slots=True)
class Draft:
    """A request before it is bytes, so that it can be spoilt."""

    operation: Operation
    method: str
    places: dict[str, str]
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    value: Any = None
    content: bytes = b""
    content_type: str | None = None
    path: str | None = None
    """Written in place of the template's."""

    spoilt: str = ""
    """What was done to it."""


class Drawing:
    """Draws requests with one source of chance."""

    def __init__(self, contract: Contract, known: Known, chance: random.Random, serial: str) -> None:
        self._contract, self._known, self._chance, self._serial = contract, known, chance, serial
        self._count = 0

    def draft(self, operation: Operation) -> Draft:
        """Return a request that the contract allows."""
        draft = Draft(operation, operation.method, {})
        for each in operation.of("path"):
            draft.places[each.name] = self._place(operation, each)
        for each in operation.of("query"):
            if each.name == "register":
                if self._chance.random() < NAMES_REGISTER:
                    draft.query.append((each.name, "chinh"))
            elif each.required or self._chance.random() < OPTIONAL:
                value = self.value(each.schema, each.name, 0)
                found = value if isinstance(value, list) else [value]
                draft.query += [(each.name, self._written(one)) for one in found if one is not None]
        self._headers(draft)
        self._body(draft)
        return draft

    def _headers(self, draft: Draft) -> None:
        for each in draft.operation.of("header"):
            if each.name == "If-Match" and (each.required or self._chance.random() < 0.1):
                tag = self._known.tags.get(path_of(draft), "*")
                draft.headers["if-match"] = tag if self._chance.random() < 0.4 else "*"
            elif each.name == "Idempotency-Key" and (each.required or self._chance.random() < 0.3):
                draft.headers["idempotency-key"] = f"k-{self._serial}"

    def _place(self, operation: Operation, parameter: Parameter) -> str:
        name = parameter.name
        if name == "code":
            pool = next(pool for prefix, pool in CODES.items() if operation.path.startswith(prefix + "/"))
            if operation.id == "set_criterion_set":
                return self._chance.choice(("huyen", f"bo-{self._serial}"))
            return self._known.some(pool, self._chance)
        if name in ("kind", "channel") or name.endswith(("_id", "_code")):
            return str(self.value(parameter.schema, name, 0))
        key = "number_of_checkpoint" if name == "number" else name
        return str(self._chance.choice(NAMED[key]))

    def _body(self, draft: Draft) -> None:
        operation = draft.operation
        if operation.media is None:
            return
        if operation.media == JSON:
            draft.content_type = JSON
            if operation.body_required or self._chance.random() < 0.8:
                draft.value = self._json(operation)
            return
        if operation.media == "multipart/form-data":
            name, content, _ = CASES[operation.id].sent["files"]["file"]
            draft.content_type = f"{operation.media}; boundary={BOUNDARY.decode()}"
            draft.content = framed(name, content + b"\n" * self._chance.randrange(3))
            return
        draft.content_type = operation.media
        draft.content = b"grant_type=client_credentials&client_secret=x"

    def _json(self, operation: Operation) -> Any:
        schema = operation.body or {}
        typed = TYPED.get(operation.id)
        if typed is None and operation.id in CASES:
            typed = CASES[operation.id].sent.get("json")
        if typed is None or self._chance.random() < 0.3:
            return self.value(schema, "", 0)
        value = self._placed(copy.deepcopy(typed), "")
        properties = self._contract.resolved(schema).get("properties", {})
        if isinstance(value, dict):
            for name, part in properties.items():
                if self._chance.random() < (EVIDENCE if name in ("document", "file_ids") else ADDED):
                    value[name] = self.value(part, name, 1)
            for name in ("code", "number"):
                if name in value and name in properties:
                    value[name] = self._new()
        return value

    def _placed(self, value: Any, name: str) -> Any:
        """Return a value typed for another office with this one's ids."""
        if isinstance(value, dict):
            return {key: self._placed(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [self._placed(part, name) for part in value]
        if name == "wrong" or (name == "unit_code" and self._chance.random() < ADDED):
            return self._meant(name)
        return self._known.some(name, self._chance) if value == NOBODY_ID else value

    def value(self, schema: Schema, name: str, depth: int) -> Any:
        """Return a value that a schema allows, by preference one that means something under its name."""
        schema = self._contract.resolved(schema)
        if "anyOf" in schema:
            kinds = [each for each in schema["anyOf"] if each.get("type") != "null"]
            is_none = len(kinds) < len(schema["anyOf"]) and self._chance.random() < 0.15
            return None if is_none else self.value(self._chance.choice(kinds), name, depth)
        if "enum" in schema:
            return self._chance.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return self._object(schema, name, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer":
                return self._integer(schema, name)
            case "number":
                return self._chance.choice((0, 1, 2.5, 10, 99.125))
            case "boolean":
                return self._chance.random() < 0.5
            case "string":
                return self._text(schema, name)
        return self._chance.choice((None, 1, "x", [], {}))

    def _object(self, schema: Schema, name: str, depth: int) -> Any:
        if not schema.get("properties"):
            known = [each for each in NAMED.get(name, ({},)) if isinstance(each, dict)]
            return copy.deepcopy(self._chance.choice(known or [{}]))
        needed = schema.get("required", [])
        share = OPTIONAL if depth < DEPTH_MAX else 0
        return {
            key: self.value(part, key, depth + 1)
            for key, part in schema["properties"].items()
            if key in needed or self._chance.random() < share
        }

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        lists = [each for each in NAMED.get(name, ()) if isinstance(each, list)]
        if lists:
            return list(self._chance.choice(lists))
        least = schema.get("minItems", 0)
        count = min(
            schema.get("maxItems", 9), max(least, self._chance.choice((1, 1, 2)) if depth < DEPTH_MAX else 0)
        )
        singular = name.removesuffix("s") if name.removesuffix("s") in NAMED else name
        return [self.value(schema["items"], singular, depth + 1) for _ in range(count)]

    def _integer(self, schema: Schema, name: str) -> int:
        least, most = int(schema.get("minimum", 0)), int(schema.get("maximum", 1000))
        meant = [each for each in NAMED.get(name, ()) if isinstance(each, int) and least <= each <= most]
        if meant:
            return int(self._chance.choice(meant))
        return self._chance.choice((least, most, self._chance.randint(least, min(most, least + 100))))

    def _text(self, schema: Schema, name: str) -> str:
        match schema.get("format"):
            case "uuid":
                return self._known.some(POOLS.get(name, name), self._chance)
            case "date":
                back = name in PAST
                return str(
                    TODAY
                    + timedelta(days=self._chance.randint(-14, 0) if back else self._chance.randint(0, 80))
                )
            case "date-time":
                return f"{TODAY + timedelta(days=self._chance.randint(1, 200))}T09:00:00+07:00"
        found = self._meant(name)
        if found is None and "pattern" in schema:
            found = self._chance.choice(PATTERNS[schema["pattern"]])
        if found is None:
            found = " ".join(self._chance.choice(WORDS) for _ in range(self._chance.randint(1, 6)))
        return found[: schema.get("maxLength", len(found))]

    def _meant(self, name: str) -> str | None:
        if name in ("code", "number"):
            return self._new()
        if name in UNITS:
            return self._known.some("unit_code", self._chance)
        if name in ("channels", "channel"):
            return self._known.some("channel", self._chance)
        if name == "after":
            return self._chance.choice(self._known.cursors) if self._known.cursors else None
        if name in POOLS or name.endswith("_code"):
            return self._known.some(POOLS.get(name, name), self._chance)
        texts = [each for each in NAMED.get(name, ()) if isinstance(each, str)]
        return self._chance.choice(texts) if texts else None

    def _new(self) -> str:
        self._count += 1
        return f"{self._serial}-{self._count}"

    @staticmethod
    def _written(value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)


def framed(name: str, content: bytes) -> bytes:
    """Return a file as multipart/form-data frames it."""
    head = f'--{BOUNDARY.decode()}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n--" + BOUNDARY + b"--\r\n"


def path_of(draft: Draft) -> str:
    """Return the path of a draft with its places filled in."""
    if draft.path is not None:
        return draft.path
    return re.sub(r"{(\w+)}", lambda found: draft.places[found[1]], draft.operation.path)
