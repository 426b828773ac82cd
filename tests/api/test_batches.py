"""A district answers for two hundred duties at once; one that cannot be must not hold up the others."""

from typing import Any

import sqlalchemy as sa

from service.database import Database
from service.domain.tables import Funding, ProgressUpdate, table
from tests.api.test_strangers import NOBODY_ID
from tests.api.world import Api, issue, obligation_of


def send(api: Api, path: str, rows: list[dict[str, Any]], key: str = "k", **more: Any) -> dict[str, Any]:
    answered: dict[str, Any] = api.ok(
        "POST", path, json={"rows": rows} | more, headers={"Idempotency-Key": key}
    )
    return answered


def duties(api: Api) -> dict[str, str]:
    """Issue the letter; return the duty of each commune from its first item."""
    issue(api)
    return {unit: obligation_of(api, unit)["id"] for unit in ("xa-a", "xa-b", "xa-c")}


def named(*ids: str) -> list[dict[str, Any]]:
    return [{"obligation_id": each} for each in ids]


def test_each_row_is_done_or_refused_by_itself(api: Api) -> None:
    of = duties(api)
    api.speak_for("officer_a")
    answered = send(api, "/v1/obligations/acknowledge", named(of["xa-b"], of["xa-a"], NOBODY_ID))
    assert answered["done"] == 1
    hidden, done, absent = answered["outcomes"]
    assert done == {
        "obligation_id": of["xa-a"],
        "status": 200,
        "state": "acknowledged",
        "version": 2,
        "progress_update_id": None,
        "problem": None,
    }
    assert [hidden["obligation_id"], absent["obligation_id"]] == [of["xa-b"], NOBODY_ID]
    for row in (hidden, absent):
        assert (row["status"], row["state"], row["version"]) == (404, None, None)
        same = {"obligation_id": "", "problem": row["problem"] | {"instance": ""}}
        assert same["problem"] == hidden["problem"] | {"instance": ""}
    assert hidden["problem"]["instance"] == f"/v1/obligations/{of['xa-b']}"
    assert obligation_of(api, "xa-b")["state"] == "assigned"


def test_a_row_says_what_the_request_for_it_alone_would_say(api: Api) -> None:
    of = duties(api)
    api.ok("POST", f"/v1/obligations/{of['xa-b']}/acknowledge")
    rows = [
        {"obligation_id": of["xa-a"], "version": 7},
        {"obligation_id": of["xa-b"]},
        {"obligation_id": of["xa-c"], "version": 1},
    ]
    outcomes = send(api, "/v1/obligations/acknowledge", rows)["outcomes"]
    assert [row["status"] for row in outcomes] == [412, 409, 200]
    alone = api.post(f"/v1/obligations/{of['xa-a']}/acknowledge", headers={"If-Match": '"v7"'}).json()
    expected = {
        "instance": f"/v1/obligations/{of['xa-a']}",
        "request_id": outcomes[0]["problem"]["request_id"],
    }
    assert outcomes[0]["problem"] == alone | expected
    again = api.post(f"/v1/obligations/{of['xa-b']}/acknowledge").json()
    assert outcomes[1]["problem"]["allowed"] == again["allowed"]


def test_the_office_accepts_what_was_handed_in_and_learns_what_was_not(api: Api) -> None:
    of = duties(api)
    evidence = {"text": "Đã xong", "document": {"number": "5", "symbol": "BC-UBND"}}
    for unit in ("xa-a", "xa-b"):
        api.ok("POST", f"/v1/obligations/{of[unit]}/submit", json=evidence)
    answered = send(api, "/v1/obligations/accept", named(*of.values()), comment="Đạt")
    assert [row["state"] for row in answered["outcomes"]] == ["accepted", "accepted", None]
    assert answered["outcomes"][2]["problem"]["type"] == "/problems/move-not-allowed"
    timeline = api.ok("GET", f"/v1/obligations/{of['xa-b']}")["timeline"]
    assert timeline[-1]["text"] == "Xác nhận hoàn thành, tính từ ngày 15/04/2024"
    assert obligation_of(api, "xa-c")["state"] == "assigned"


def test_a_refused_report_leaves_nothing_behind(api: Api, database: Database) -> None:
    of = duties(api)
    money = [{"source": "district_budget", "amount": 5}]
    unknown = [{"goal_id": NOBODY_ID, "value": 1}]
    rows = [
        {"obligation_id": of["xa-a"], "text": "đang làm", "percent": 40, "funding": money},
        {"obligation_id": of["xa-b"], "text": "đang làm", "funding": money, "measures": unknown},
        {"obligation_id": of["xa-c"], "text": "chưa làm"},
    ]
    answered = send(api, "/v1/progress-updates", rows)
    assert [row["status"] for row in answered["outcomes"]] == [201, 422, 201]
    listed = api.ok("GET", "/v1/progress-updates")["items"]
    assert {row["id"] for row in listed} == {
        row["progress_update_id"] for row in answered["outcomes"] if row["problem"] is None
    }
    with database.read() as connection:
        for kept, expected in ((ProgressUpdate, 2), (Funding, 1)):
            count = sa.select(sa.func.count()).select_from(table(kept))
            assert connection.execute(count).scalar_one() == expected
    assert obligation_of(api, "xa-b")["state"] == "assigned"


def test_a_batch_whose_answer_was_lost_is_sent_again_safely(api: Api) -> None:
    of = duties(api)
    rows = [{"obligation_id": each, "text": "đang làm"} for each in of.values()]
    first = send(api, "/v1/progress-updates", rows)
    assert send(api, "/v1/progress-updates", rows) == first
    assert len(api.ok("GET", "/v1/progress-updates")["items"]) == 3
    path = "/v1/progress-updates"
    api.refused("idempotency-key-required", 400, "POST", path, json={"rows": rows})


def test_what_is_no_batch_is_refused_as_a_whole(api: Api) -> None:
    of = duties(api)
    path, headers = "/v1/obligations/acknowledge", {"Idempotency-Key": "k"}
    twice = named(of["xa-a"], of["xa-a"])
    too_many = [{"obligation_id": NOBODY_ID[:-3] + f"{number:03}"} for number in range(201)]
    for rows in ([], twice, too_many, [{"obligation_id": of["xa-a"], "state": "accepted"}]):
        api.refused("invalid-request", 422, "POST", path, json={"rows": rows}, headers=headers)
    assert obligation_of(api, "xa-a")["state"] == "assigned"
