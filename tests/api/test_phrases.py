"""A clerk says once what a phrase means; the next letter is read so, until somebody takes it back."""

from typing import Any

from tests.api.world import Api

LETTER = """ỦY BAN NHÂN DÂN
HUYỆN CAO LỘC

Số: {number}/UBND-VP
Cao Lộc, ngày 16 tháng 4 năm 2024
V/v rà soát tiêu chí nông thôn mới

Kính gửi: Các đơn vị miền núi

1. {unit} rà soát các tiêu chí, báo cáo trước ngày 30/5/2024.
2. Giao Văn phòng HĐND và UBND huyện tổng hợp kết quả.
"""
PHRASE = "Các đơn vị miền núi"


def first_item(api: Api, number: int, unit: str = PHRASE) -> tuple[str, dict[str, Any], str]:
    """Take a letter in; return its id, its first item and its version."""
    data = LETTER.format(number=number, unit=unit).encode()
    response = api.post("/v1/directives/intake", files={"file": ("letter.txt", data)})
    assert response.status_code == 201, response.text
    return response.json()["id"], response.json()["items"][0], response.headers["etag"]


def mention(item: dict[str, Any]) -> tuple[bool, list[tuple[str, str]]]:
    """Return whether the item's lead is certain, and what it may be."""
    (found,) = [each for each in item["mentions"] if each["role"] == "lead"]
    return found["certain"], [(each["code"], each["why"]) for each in found["candidates"]]


def remembered(api: Api, number: int, code: str = "cac-xa") -> None:
    draft, item, version = first_item(api, number)
    assert not mention(item)[0]
    order = [{"group_code": code, "role": "lead", "remember": PHRASE}]
    path = f"/v1/directives/{draft}/items/1/assignments"
    api.ok("PUT", path, json=order, headers={"If-Match": version})


def test_the_clerk_is_not_asked_twice_about_the_same_words(api: Api) -> None:
    remembered(api, 1)
    draft, item, _ = first_item(api, 2, unit="các  đơn vị miền núi")
    assert mention(item) == (True, [("cac-xa", "đã xác nhận")])
    whole = api.ok("POST", f"/v1/directives/{draft}/confirm-proposals", json={})
    assert [each["group_code"] for each in whole["items"][0]["assignments"]] == ["cac-xa"]


def test_what_was_confirmed_is_shown_with_who_and_when(api: Api) -> None:
    remembered(api, 1)
    (shown,) = api.ok("GET", "/v1/phrase-meanings", params={"q": "mien nui"})["items"]
    assert (shown["phrase"], shown["kind"], shown["code"]) == (PHRASE, "group", "cac-xa")
    assert shown["confirmed_by_name"] == "clerk"
    assert shown["revoked_at"] is None


def test_a_meaning_taken_back_is_a_question_again_and_stays_on_record(api: Api) -> None:
    remembered(api, 1)
    (shown,) = api.ok("GET", "/v1/phrase-meanings")["items"]
    path = f"/v1/phrase-meanings/{shown['id']}"
    api.refused("precondition-required", 428, "DELETE", path)
    ended = api.ok("DELETE", path, headers={"If-Match": '"v1"'})
    assert ended["revoked_at"] is not None
    api.refused("stale-version", 412, "DELETE", path, headers={"If-Match": '"v1"'})
    assert not mention(first_item(api, 2)[1])[0]
    assert api.ok("GET", "/v1/phrase-meanings")["items"] == []
    (kept,) = api.ok("GET", "/v1/phrase-meanings", params={"revoked": True})["items"]
    assert kept["id"] == shown["id"]


def test_a_new_meaning_ends_the_old_one(api: Api) -> None:
    remembered(api, 1)
    body = {"phrase": PHRASE, "unit_code": "xa-a"}
    api.ok("POST", "/v1/phrase-meanings", json=body)
    api.ok("POST", "/v1/phrase-meanings", json=body)
    assert mention(first_item(api, 2)[1]) == (True, [("xa-a", "đã xác nhận")])
    every = api.ok("GET", "/v1/phrase-meanings", params={"revoked": True})["items"]
    holds = {each["code"]: each["revoked_at"] is None for each in every}
    assert (len(every), holds) == (2, {"cac-xa": False, "xa-a": True})


def test_a_phrase_means_one_thing_that_exists(api: Api) -> None:
    path = "/v1/phrase-meanings"
    both = {"phrase": PHRASE, "unit_code": "xa-a", "group_code": "cac-xa"}
    api.refused("invalid-value", 422, "POST", path, json=both)
    api.refused("invalid-value", 422, "POST", path, json={"phrase": "…", "unit_code": "xa-a"})
    api.refused("unknown-reference", 422, "POST", path, json={"phrase": PHRASE, "unit_code": "no-such"})
    assert api.ok("GET", path, params={"revoked": True})["items"] == []


def test_another_spelling_of_a_unit_is_remembered_too(api: Api) -> None:
    api.ok("POST", "/v1/phrase-meanings", json={"phrase": "Xã An Bình (xã điểm)", "unit_code": "xa-a"})
    assert mention(first_item(api, 2, unit="UBND xã An Bình")[1])[0]
