"""A rehearsed issue says by unit who gets what and who would be told, and leaves the draft a draft."""

from tests.api.world import Api, assign, draft


def test_a_rehearsed_issue_names_units_and_whom_it_would_tell_and_changes_nothing(api: Api) -> None:
    directive_id, _ = draft(api)
    assign(api, directive_id, "1", [{"group_code": "cac-xa", "role": "lead"}])
    assign(api, directive_id, "2", [{"unit_code": "xa-a", "role": "lead"}])
    person = {
        "code": "can-bo-a",
        "name": "Cán bộ xã A",
        "posts": [{"unit_code": "xa-a", "role": "officer"}],
        "addresses": [{"channel": "email", "address": "xa-a@example.vn"}],
    }
    api.ok("POST", "/v1/people", json=person)
    path, body = f"/v1/directives/{directive_id}/issue", {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    rehearsed = api.ok("POST", path, params={"dry_run": True}, json=body)
    shares = {share["unit"]["code"]: share for share in rehearsed["expected"]["units"]}
    assert sum(share["obligations"] for share in shares.values()) == rehearsed["obligations"]
    assert (shares["xa-a"]["obligations"], shares["xa-a"]["first_due_on"]) == (2, "2024-05-15")
    (told,) = shares["xa-a"]["recipients"]
    assert (told["person"]["code"], told["channel"], told["obligations"]) == ("can-bo-a", "email", 2)
    assert shares["xa-b"]["recipients"] == []
    assert api.ok("GET", f"/v1/directives/{directive_id}")["state"] == "draft"
    assert api.ok("POST", path, json=body)["expected"] is None
