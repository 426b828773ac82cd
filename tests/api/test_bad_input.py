"""Bad input: one problem document each with a stable type, nothing stored, never a 5xx."""

import io
import json
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa

from service.database import Database
from service.domain.tables import Blob, Directive, Event, Obligation, table
from tests.api.test_strangers import SCORING
from tests.api.world import Api, directive_body, issue, obligation_of

JSON = {"content-type": "application/json"}
NOBODY_ID = "01890000-0000-7000-8000-000000000000"


def counts(database: Database) -> list[int]:
    with database.read() as connection:
        return [
            connection.execute(sa.select(sa.func.count()).select_from(table(model))).scalar_one()
            for model in (Directive, Blob, Event, Obligation)
        ]


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", b"0" * 120_000_000)
    return packed.getvalue()


ONE_KIND = pytest.mark.parametrize("kind", ["sqlite"])
"""For what is refused before any database is asked."""

DOCUMENTS: dict[str, tuple[str, bytes, str, int]] = {
    "empty": ("a.txt", b"", "document-empty", 422),
    "blank": ("a.txt", b" \n \n", "document-empty", 422),
    "binary": ("a.txt", bytes(range(256)) * 20, "document-unreadable", 422),
    "picture": ("a.png", b"\x89PNG\r\n" + b"\x00" * 500, "document-type-unsupported", 415),
    "wrong extension": ("a.docx", "1. Các xã báo cáo".encode(), "document-type-mismatch", 415),
    "zip bomb": ("a.docx", bomb(), "document-bomb", 413),
}


def test_a_bad_document_is_refused_and_nothing_kept(api: Api, database: Database, settings: Any) -> None:
    before = counts(database)
    for filename, content, slug, status in DOCUMENTS.values():
        api.refused(slug, status, "POST", "/v1/directives/intake", files={"file": (filename, content)})
    assert counts(database) == before
    assert not [path for path in settings.files.rglob("*") if path.is_file()]


def test_a_file_beyond_the_limit_is_refused_while_it_comes(
    api: Api, database: Database, settings: Any
) -> None:
    before = counts(database)
    large = b"x" * (settings.upload_bytes_max + 1)
    for path in ("/v1/directives/intake", "/v1/files", "/v1/units/import"):
        problem = api.refused("content-too-large", 413, "POST", path, files={"file": ("a.txt", large)})
        assert problem["bytes_max"] == settings.upload_bytes_max
    huge = b"x" * 60_000_000
    api.refused("content-too-large", 413, "POST", "/v1/directives/intake", files={"file": ("a.txt", huge)})
    assert counts(database) == before
    assert not [path for path in settings.files.rglob("*") if path.is_file()]


@ONE_KIND
def test_a_multipart_body_of_another_shape_is_refused(api: Api) -> None:
    path = "/v1/files"
    api.refused("unsupported-media-type", 415, "POST", path, json={})
    api.refused("unsupported-media-type", 415, "POST", path)
    api.refused("invalid-request", 422, "POST", path, files={"other": ("a.txt", b"x")})
    two = [("file", ("a.txt", b"x")), ("file", ("b.txt", b"x"))]
    api.refused("invalid-request", 422, "POST", path, files=two)
    framed = {"content-type": "multipart/form-data; boundary=b"}
    for cut in (
        b"",
        b"--b\r\n",
        b"--c\r\n",
        b'--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nab',
    ):
        api.refused("malformed-request", 400, "POST", path, content=cut, headers=framed)
    api.refused("invalid-value", 422, "POST", path, files={"file": ("a.txt", b"")})


RAW = {
    "not json": (b"{", "malformed-request", 400),
    "not utf-8": (b'{"subject": "\xff"}', "malformed-request", 400),
    "utf-16": ('{"subject": "x"}'.encode("utf-16"), "malformed-request", 400),
    "a name twice": (b'{"subject": "a", "subject": "b"}', "malformed-request", 400),
    "a name twice within": (b'{"items": [{"text": "a", "text": "a"}]}', "malformed-request", 400),
    "nan": (b'{"subject": NaN}', "malformed-request", 400),
    "deep": (b'{"items":' * 60 + b"1" + b"}" * 60, "malformed-request", 400),
    "very deep": (b"[" * 200_000, "malformed-request", 400),
    "a list": (b"[]", "invalid-request", 422),
    "nothing": (b"", "invalid-request", 422),
    "nul": (b'{"subject": "a\\u0000b"}', "invalid-request", 422),
    "lone surrogate": (b'{"subject": "a\\ud800b"}', "invalid-request", 422),
    "raw surrogate": (b'{"subject": "a\xed\xa0\x80b"}', "malformed-request", 400),
    "surrogate in a name": (b'{"a\\ud800b": 1}', "invalid-request", 422),
    "surrogate in free form": (
        b'{"items": [{"text": "x", "deadline": {"k": "\\udfff"}}]}',
        "invalid-request",
        422,
    ),
    "huge number": (b'{"items": 1' + b"0" * 400 + b"}", "invalid-request", 422),
    "too large": (b'{"subject": "' + b"x" * 1_100_000 + b'"}', "content-too-large", 413),
}


def test_a_body_that_no_field_can_hold_is_refused(api: Api, database: Database) -> None:
    before = counts(database)
    for content, slug, status in RAW.values():
        problem = api.refused(slug, status, "POST", "/v1/directives", content=content, headers=JSON)
        assert "ud800" not in json.dumps(problem)
    assert counts(database) == before


SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "number for a day": ({"signed_on": 1713139200}, "/signed_on"),
    "text for a day": ({"signed_on": "15/4/2024"}, "/signed_on"),
    "instant for a day": ({"signed_on": "2024-04-15T00:00:00"}, "/signed_on"),
    "no such day": ({"signed_on": "2024-02-30"}, "/signed_on"),
    "a day out of time": ({"signed_on": "9999-12-31"}, "/signed_on"),
    "unknown field": ({"titel": "x"}, "/titel"),
    "number for text": ({"subject": 5}, "/subject"),
    "null for text": ({"subject": None}, "/subject"),
    "text too long": ({"number": "9" * 101}, "/number"),
    "two lines": ({"place": "a\nb"}, "/place"),
    "control character": ({"subject": "a\u0007"}, "/subject"),
    "integer for true": ({"items": [{"text": "x", "tracked": 1}]}, "/items/0/tracked"),
    "text for true": ({"items": [{"text": "x", "key_task": "true"}]}, "/items/0/key_task"),
    "empty item": ({"items": [{"text": " "}]}, "/items/0/text"),
    "unknown role": (
        {"items": [{"text": "x", "assigned": [{"unit": "a", "role": "x"}]}]}, "/items/0/assigned/0/role"
    ),
}  # fmt: skip


@ONE_KIND
def test_a_body_of_the_wrong_shape_is_refused_where_it_is_wrong(api: Api, database: Database) -> None:
    before = counts(database)
    for changes, pointer in SHAPES.values():
        body = directive_body(**changes)
        problem = api.refused("invalid-request", 422, "POST", "/v1/directives", json=body)
        assert pointer in [error["pointer"] for error in problem["errors"]]
        assert {error["in"] for error in problem["errors"]} == {"body"}
        assert all(error.keys() == {"in", "pointer", "detail"} for error in problem["errors"])
    assert counts(database) == before


@ONE_KIND
def test_true_is_not_a_number_and_a_number_not_text(api: Api) -> None:
    issue(api)
    path = f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}/progress-updates"
    for percent in (True, "40", 40.5, -1, 101):
        problem = api.refused("invalid-request", 422, "POST", path, json={"percent": percent, "text": "x"})
        assert problem["errors"][0]["pointer"] == "/percent"


QUESTIONS = (
    "limit=0", "limit=201", "limit=x", "after=x", "after=W10", "timeliness=late", "cut_off=1", "state=open",
    "limit=1_0", "limit=1.0", "limit=%2B1", "directive_id=01890000000070008000000000000000",
    "unknown=1", "directive_id=1", "unit=a%00b", "q=a%00b", "sort=name",
)  # fmt: skip


@ONE_KIND
def test_a_question_of_the_wrong_shape_is_refused(api: Api) -> None:
    for question in QUESTIONS:
        api.refused("invalid-request", 422, "GET", f"/v1/obligations?{question}")


MISWRITTEN = (
    "/v1/obligations/01890000000070008000000000000000",
    "/v1/directives/{01890000-0000-7000-8000-000000000000}",
    "/v1/files/urn:uuid:01890000-0000-7000-8000-000000000000",
    "/v1/calendars/2024.0",
    "/v1/calendars/2_024",
    "/v1/audit/entries/1.0/proof",
    "/v1/statistics?as_of=201",
    "/v1/statistics?as_of=2024-04-15 09:00:00%2B07:00",
    "/v1/criterion-sets/ntm-318/matrix?year=%2B2024",
)
"""What Python reads and the contract does not allow: another reader would see something else."""


@ONE_KIND
def test_ids_numbers_and_instants_have_one_form(api: Api) -> None:
    for path in MISWRITTEN:
        api.refused("invalid-request", 422, "GET", path)
    assert api.get(f"/v1/obligations/{NOBODY_ID.upper()}").status_code == 404
    body = directive_body()
    sent = {"text": "x", "document": None, "file_ids": [NOBODY_ID.replace("-", "")]}
    path = f"/v1/obligations/{NOBODY_ID}/submit"
    assert (
        api.refused("invalid-request", 422, "POST", path, json=sent)["errors"][0]["pointer"] == "/file_ids/0"
    )
    directive = api.ok("POST", "/v1/directives", json=body)
    origins = [{"directive_id": directive["id"].replace("-", "")}]
    path = f"/v1/directives/{directive['id']}/implements"
    api.refused("invalid-request", 422, "PUT", path, json=origins, headers={"If-Match": "*"})


@ONE_KIND
def test_a_count_of_the_scoring_is_a_number(api: Api) -> None:
    for wrong in (
        {"overdue_days": ["30"]},
        {"silent_days": True},
        {"counted_min": "1"},
        {"parts": [{"kind": "completion", "points": "100"}]},
    ):
        sent = {"json": SCORING | wrong, "headers": {"If-Match": "*"}}
        api.refused("invalid-request", 422, "PUT", "/v1/scoring-policy", **sent)


LISTS = (
    "obligations", "directives", "units", "unit-groups", "people", "extensions", "series", "messages",
    "untold", "audit/entries", "events", "wordings/digest/history", "webhook-endpoints",
    "statistics/publications",
)  # fmt: skip


@ONE_KIND
def test_a_cursor_without_a_position_is_no_cursor(api: Api) -> None:
    api.speak_for("keeper_admin")
    for name in LISTS:
        for cursor in ("W251bGxd", "W3RydWVd", "W1tdXQ", "e30", "bnVsbA"):
            api.refused("invalid-request", 422, "GET", f"/v1/{name}?after={cursor}")


def test_what_does_not_exist_is_not_found(api: Api) -> None:
    for path in ("/v1/obligations/{}", "/v1/directives/{}", "/v1/files/{}", "/v1/deliveries/{}"):
        api.refused("not-found", 404, "GET", path.format(NOBODY_ID))
        api.refused("invalid-request", 422, "GET", path.format("7"))
    for path in (
        "/v1/units/xa-z",
        "/v1/unit-groups/x",
        "/v1/people/x",
        "/v1/calendars/2090",
        "/v1/nothing",
        "/",
    ):
        api.refused("not-found", 404, "GET", path)
    api.refused("not-found", 404, "GET", "/v1/registers/khac")
    problem = api.refused("not-found", 404, "POST", f"/v1/obligations/{NOBODY_ID}/acknowledge")
    assert problem["what"] == "obligation"
    api.refused("method-not-allowed", 405, "PUT", "/v1/obligations")
    assert api.put("/v1/obligations").headers["allow"] == "GET"
    api.refused("unsupported-media-type", 415, "POST", "/v1/directives", content=b"x=1")


def test_a_path_holds_no_nul(api: Api) -> None:
    for path in ("/v1/units/a%00", "/v1/unit-groups/a%00/members", "/v1/people/a%00", "/v1/registers/a%00x"):
        response = api.get(path)
        assert (response.status_code, response.json()["type"]) in {
            (422, "/problems/invalid-request"),
            (404, "/problems/not-found"),
        }
    directive = api.ok("POST", "/v1/directives", json=directive_body())
    for name in ("%00", "1%00"):
        path = f"/v1/directives/{directive['id']}/items/{name}/assignments"
        assert api.put(path, json=[], headers={"If-Match": "*"}).status_code == 422


def test_unknown_codes_are_named(api: Api) -> None:
    directive = api.ok("POST", "/v1/directives", json=directive_body())
    path = f"/v1/directives/{directive['id']}"
    orders = [{"unit_code": "xa-z", "role": "lead"}, {"group_code": "nhom", "role": "lead"}]
    any_version = {"If-Match": "*"}
    items = f"{path}/items/1/assignments"
    problem = api.refused("unknown-reference", 422, "PUT", items, json=orders, headers=any_version)
    assert "xa-z" in problem["codes"]
    both = [{"unit_code": "xa-a", "group_code": "cac-xa", "role": "lead"}]
    api.refused("invalid-request", 422, "PUT", items, json=both, headers=any_version)
    api.refused("not-found", 404, "PUT", f"{path}/items/9/assignments", json=[], headers=any_version)
    body = {"issuer_code": "xa-z", "issued_on": "2024-04-15"}
    api.refused("unknown-reference", 422, "POST", f"{path}/issue", json=body)
    api.refused("already-exists", 409, "POST", "/v1/directives", json=directive_body())
    api.refused("invalid-request", 422, "PATCH", path, json={}, headers=any_version)
    api.refused("invalid-request", 422, "PATCH", path, json={"subject": None}, headers=any_version)
