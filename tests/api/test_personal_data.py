"""Whoever asks what is held about a person is told everything, and who is to go leaves no name behind."""

from service.database import Database
from service.domain import ledger
from tests.api.test_wordings import OFFICER
from tests.api.world import Api, issue, obligation_of
from tests.conftest import MONDAY

CODE = OFFICER["code"]
DATA, ERASE = f"/v1/people/{CODE}/personal-data", f"/v1/people/{CODE}/erase"
BASIS = {"basis": "Đơn đề nghị số 7"}


def hire(api: Api, **changes: object) -> None:
    api.speak_for("admin").ok("POST", "/v1/people", json={**OFFICER, **changes})


def test_an_administrator_reads_what_is_held_and_nobody_else(api: Api) -> None:
    hire(api)
    for name in ("clerk", "officer_a", "officer_b", "stranger"):
        api.speak_for(name).refused("not-allowed", 403, "GET", DATA)
    for name in ("admin", "keeper_admin"):
        found = api.speak_for(name).ok("GET", DATA)
        assert (found["code"], found["name"]) == (CODE, OFFICER["name"])
        assert [row["address"] for row in found["records"]["address"]] == ["can-bo-a@an-binh.example.vn"]
        assert len(found["records"]["post"]) == 1
        assert found["cut_off"] == []
    api.refused("not-found", 404, "GET", "/v1/people/khong-co/personal-data")


def test_a_person_is_erased_once_the_post_has_ended_and_on_the_version_that_was_seen(api: Api) -> None:
    hire(api)
    held = api.request("GET", DATA).headers["etag"]
    api.refused("precondition-required", 428, "POST", ERASE, json=BASIS)
    problem = api.refused("person-holds-posts", 409, "POST", ERASE, json=BASIS, headers={"If-Match": held})
    assert problem["units"] == ["xa-a"]
    hire(api, posts=[])
    api.refused("stale-version", 412, "POST", ERASE, json=BASIS, headers={"If-Match": held})
    api.refused("invalid-request", 422, "POST", ERASE, json={}, headers={"If-Match": "*"})
    seen = api.request("GET", DATA).headers["etag"]
    api.speak_for("clerk").refused("not-allowed", 403, "POST", ERASE, json=BASIS, headers={"If-Match": seen})
    left = api.speak_for("keeper_admin").ok("POST", ERASE, json=BASIS, headers={"If-Match": seen})
    assert left["name"].startswith("(đã xóa) #")
    assert OFFICER["name"] not in str(left)
    api.refused("not-found", 404, "GET", DATA)
    again = {"json": BASIS, "headers": {"If-Match": "*"}}
    api.refused("person-erased", 409, "POST", f"/v1/people/{left['code']}/erase", **again)
    after = api.ok("GET", f"/v1/people/{left['code']}/personal-data")
    assert after["records"]["address"] == []
    assert [row["person_id"] for row in after["records"]["post"]] == [left["id"]]
    assert CODE not in [each["code"] for each in api.ok("GET", "/v1/people")["items"]]


def test_a_text_of_a_fact_is_erased_by_its_place_and_the_feed_says_so(api: Api, database: Database) -> None:
    issue(api)
    duty = obligation_of(api, "xa-a")
    reason = {"reason": "Cán bộ phụ trách đang điều trị"}
    api.speak_for("officer_a").ok("POST", f"/v1/obligations/{duty['id']}/return", json=reason)
    with database.write() as session:
        ledger.sequence(session, now=MONDAY)
    entries = api.speak_for("keeper_admin").ok("GET", "/v1/audit/entries", params={"limit": 200})["items"]
    (fact,) = (entry for entry in entries if entry["kind"] == "obligation.returned.v1")
    (text,) = fact["texts"]
    assert (text["name"], text["text"]) == ("reason", reason["reason"])
    assert fact["payload"]["reason"] == {"sha256": text["sha256"]}
    path = f"/v1/audit/entries/{fact['position']}/erase-texts"
    api.speak_for("clerk").refused("not-allowed", 403, "POST", path, json=BASIS)
    api.speak_for("keeper_admin")
    api.refused("unknown-reference", 422, "POST", path, json={**BASIS, "names": ["question"]})
    done = api.ok("POST", path, json=BASIS)
    assert (done["names"], done["records"]) == (["reason"], 1)
    api.refused("texts-erased", 409, "POST", path, json=BASIS)
    told = [each for each in api.ok("GET", "/v1/events")["items"] if each["type"] == fact["kind"]]
    assert [(each["data"]["reason"], each["data"]["erased"]) for each in told] == [
        ("(đã xóa theo yêu cầu)", ["reason"])
    ]
    line = api.ok("GET", f"/v1/obligations/{duty['id']}")["timeline"]
    assert "Đơn vị trả lại: (đã xóa theo yêu cầu)" in [each["text"] for each in line]
