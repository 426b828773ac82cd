"""What nobody could be told, over HTTP."""

from typing import Any

import pytest
from fastapi import FastAPI

from service.database import Database
from service.notify.planner import plan
from tests.api.world import Api, issue, obligation_of
from tests.conftest import MONDAY, SettableClock

PHONE = {"means": "phone", "note": "văn thư nghe máy"}
AN = {
    "code": "an",
    "name": "officer xa-a",
    "posts": [{"unit_code": "xa-a", "role": "officer"}],
    "addresses": [{"channel": "email", "address": "officer@xa-a.example.vn"}],
}


@pytest.fixture
def directive(api: Api, database: Database) -> str:
    """Return a directive whose four duties nobody could be told of: no unit has anybody."""
    directive_id = issue(api)
    with database.write() as session:
        plan(session, now=MONDAY)
    return directive_id


def waiting(api: Api, **asked: Any) -> list[dict[str, Any]]:
    """Return a page of what waits."""
    return list(api.ok("GET", "/v1/untold", params=asked)["items"])


def test_the_list_says_of_each_what_and_whom(api: Api, directive: str) -> None:
    api.speak_for("clerk")
    rows = waiting(api)
    assert len(rows) == 4
    (first,) = waiting(api, unit="xa-b")
    duty = obligation_of(api, "xa-b")
    assert (first["duty"]["id"], first["duty"]["item"], first["duty"]["state"]) == (
        duty["id"],
        "1",
        "assigned",
    )
    assert first["duty"]["directive"]["id"] == directive
    assert (first["unit"]["code"], first["role"]) == ("xa-b", "officer")
    assert first["role_words"] == "cán bộ đầu mối"
    assert (first["event"], first["reminder_of"]) == ("obligation.assigned.v1", None)
    assert (first["is_open"], first["ending"], first["by_hand"]) == (True, None, None)
    assert waiting(api, obligation_id=duty["id"]) == [first]
    assert waiting(api, directive_id=directive) == rows
    assert waiting(api, directive_id=duty["id"]) == waiting(api, is_open=False) == []
    page = api.ok("GET", "/v1/untold", params={"limit": 3})
    rest = api.ok("GET", "/v1/untold", params={"limit": 3, "after": page["next"]})
    assert (page["items"] + rest["items"], rest["next"]) == (rows, None)


def test_it_is_counted_where_the_channels_are_looked_at(api: Api, directive: str, routes: FastAPI) -> None:
    api.speak_for("clerk")
    assert api.ok("GET", "/v1/channels")["untold"] == 4
    assert "dondoc_nobody_to_tell 4.0" in Api(routes, client=("127.0.0.1", 1)).get("/metrics").text
    summary = api.ok("GET", f"/v1/directives/{directive}/delivery-report")["summary"]
    assert (summary["units"], summary["reached"], summary["untold"]) == (3, 0, 4)
    assert [(each["reach"], each["untold"]) for each in summary["unreached"]] == [
        ("nobody", 2), ("nobody", 1), ("nobody", 1),
    ]  # fmt: skip


def test_a_person_tells_it_and_says_how(api: Api, directive: str) -> None:
    api.speak_for("clerk")
    (row,) = waiting(api, unit="xa-b")
    path = f"/v1/untold/{row['id']}"
    api.speak_for("leader").refused("not-allowed", 403, "POST", f"{path}/tell-by-hand", json=PHONE)
    api.speak_for("clerk")
    for day in ("2024-04-14", "2024-04-16"):
        api.refused("invalid-value", 422, "POST", f"{path}/tell-by-hand", json=PHONE | {"told_on": day})
    told = api.ok("POST", f"{path}/tell-by-hand", json=PHONE)
    assert told["by_hand"] == {"means": "phone", "told_on": "2024-04-15", "note": "văn thư nghe máy"}
    assert (told["is_open"], told["ending"]) == (False, "told_by_hand")
    assert waiting(api, unit="xa-b") == []
    assert waiting(api, is_open=False) == [told]
    for verb in ("tell-by-hand", "tell-again"):
        sent = {"json": PHONE} if verb == "tell-by-hand" else {}
        api.refused("move-not-allowed", 409, "POST", f"{path}/{verb}", **sent)
    report = api.ok("GET", f"/v1/directives/{directive}/delivery-report")["summary"]
    assert [each["unit"]["code"] for each in report["unreached"]] == ["xa-a", "xa-c"]
    lines = api.ok("GET", f"/v1/obligations/{row['duty']['id']}")["timeline"]
    assert lines[-1]["text"] == "Chưa có người nhận tin; đã báo qua điện thoại ngày 15/04/2024"


def test_it_is_told_again_once_there_is_somebody(
    api: Api, directive: str, database: Database, clock: SettableClock
) -> None:
    api.speak_for("clerk")
    (row,) = waiting(api, unit="xa-b")
    problem = api.refused("nobody-to-tell", 409, "POST", f"/v1/untold/{row['id']}/tell-again")
    assert (problem["unit"], problem["role"]) == ("xa-b", "officer")
    api.ok("POST", "/v1/people", json=AN)
    assert waiting(api, unit="xa-a") == []
    with database.write() as session:
        assert plan(session, now=clock.now()) == 1
    (message,) = api.ok("GET", "/v1/messages")["items"]
    assert (message["occasion"], len(message["obligation_ids"])) == ("digest", 2)
    chief = AN | {"code": "binh", "posts": [{"unit_code": "van-phong", "role": "office_chief"}]}
    api.ok("POST", "/v1/people", json=chief)
    again = api.ok("POST", f"/v1/untold/{row['id']}/tell-again")
    assert (again["is_open"], again["ending"]) == (False, "told_again")


def test_what_was_settled_is_not_told_again(api: Api, directive: str) -> None:
    api.speak_for("clerk")
    (row,) = waiting(api, unit="xa-b")
    withdrawn = f"/v1/obligations/{row['duty']['id']}/withdraw"
    api.speak_for("leader").ok("POST", withdrawn, json={"reason": "thôi"})
    api.speak_for("clerk").refused("nothing-to-tell", 409, "POST", f"/v1/untold/{row['id']}/tell-again")
    assert waiting(api, unit="xa-b") == []
    (settled,) = waiting(api, unit="xa-b", is_open=False)
    assert (settled["is_open"], settled["ending"]) == (False, None)
