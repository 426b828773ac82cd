"""The main job, told with a client generated from the contract and nothing else.

python -m tests.client.story BASE_URL ADMIN_KEY LETTER      (with the generated `client` importable)
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from client import AuthenticatedClient
from client.api.directives import (
    assign_item,
    change_item,
    issue_directive,
    read_directive,
    read_readiness,
    take_in,
)
from client.api.keys import create_api_key
from client.api.obligations import (
    accept,
    acknowledge,
    list_obligations,
    read_obligation,
    report_progress,
    submit,
)
from client.api.units import define_group, register_unit
from client.models import (
    Acceptance,
    AssignmentBody,
    AssignmentRole,
    DocumentReference,
    GroupBody,
    IssueBody,
    ItemChange,
    KeyBody,
    KeyRole,
    ProgressReport,
    SubmissionOfResult,
    TakeInBody,
    UnitBody,
)
from client.types import File

UNITS = {
    "ubnd-huyen": ("UBND huyện Cao Lộc", "huyen"),
    "vpdp-ntm": ("Văn phòng Điều phối xây dựng NTM huyện", "van_phong"),
    "xa-bao-lam": ("UBND xã Bảo Lâm", "xa"),
    "xa-gia-cat": ("UBND xã Gia Cát", "xa"),
}


def good(response: Any, status: int) -> Any:
    """Return what an answer says; anything but the expected status ends the story."""
    if response.status_code != status:
        raise SystemExit(f"{response.status_code}, expected {status}: {response.content.decode()}")
    return response.parsed


def tell(base_url: str, key: str, letter: Path) -> None:
    """Intake, refusal, mapping, issue, acknowledgement, progress, submission, acceptance."""
    office = AuthenticatedClient(base_url=base_url, token=key)
    for code, (name, kind) in UNITS.items():
        good(register_unit.sync_detailed(client=office, body=UnitBody(code=code, name=name, kind=kind)), 201)
    members = ["xa-bao-lam", "xa-gia-cat"]
    group = GroupBody(code="cac-xa", name="UBND các xã", members=members)
    good(define_group.sync_detailed(client=office, body=group), 201)

    upload = TakeInBody(file=File(payload=BytesIO(letter.read_bytes()), file_name=letter.name))
    draft = good(take_in.sync_detailed(client=office, body=upload), 201)
    order = IssueBody.from_dict({"issuer_code": "ubnd-huyen", "issued_on": "2024-04-26"})
    refusal = good(issue_directive.sync_detailed(draft.id, client=office, body=order), 409)
    assert refusal.type_ == "/problems/items-without-lead", refusal
    assert refusal["items"] == ["1", "2"], refusal

    give(office, draft.id, "1", [AssignmentBody(role=AssignmentRole.LEAD, unit_code="vpdp-ntm")])
    give(office, draft.id, "2", [AssignmentBody(role=AssignmentRole.LEAD, group_code="cac-xa")])
    due = ItemChange.from_dict({"due_on": "2024-05-15"})
    version = etag(office, draft.id)
    good(change_item.sync_detailed(draft.id, "2", client=office, body=due, if_match=version), 200)
    assert good(read_readiness.sync_detailed(draft.id, client=office), 200).ready
    assert good(issue_directive.sync_detailed(draft.id, client=office, body=order), 200).obligations == 3

    made = KeyBody(name="xã Bảo Lâm", role=KeyRole.OFFICER, unit_code="xa-bao-lam")
    commune_key = good(create_api_key.sync_detailed(client=office, body=made), 201).api_key
    work(office, AuthenticatedClient(base_url=base_url, token=commune_key))


def work(office: AuthenticatedClient, commune: AuthenticatedClient) -> None:
    """The commune does its duty, the office agrees."""
    (duty,) = good(list_obligations.sync_detailed(client=commune), 200).items
    good(acknowledge.sync_detailed(duty.id, client=commune), 200)
    report = ProgressReport(text="Đã rà soát 5/10 thôn", percent=50)
    good(report_progress.sync_detailed(duty.id, client=commune, body=report), 201)
    evidence = DocumentReference.from_dict({"number": "45", "symbol": "BC-UBND", "issued_on": "2024-05-10"})
    result = SubmissionOfResult(text="Đã hoàn thành", document=evidence)
    good(submit.sync_detailed(duty.id, client=commune, body=result), 201)
    good(accept.sync_detailed(duty.id, client=commune, body=Acceptance()), 403)
    good(accept.sync_detailed(duty.id, client=office, body=Acceptance()), 200)
    done = good(read_obligation.sync_detailed(duty.id, client=commune), 200)
    assert done.state == "accepted", done
    assert len(done.timeline) >= 5, done.timeline


def give(office: AuthenticatedClient, directive_id: Any, item: str, body: list[AssignmentBody]) -> None:
    """Say who answers for an item, on the version just read."""
    version = etag(office, directive_id)
    good(assign_item.sync_detailed(directive_id, item, client=office, body=body, if_match=version), 200)


def etag(office: AuthenticatedClient, directive_id: Any) -> str:
    """Return the version of a directive as it is now."""
    return read_directive.sync_detailed(directive_id, client=office).headers["etag"]


if __name__ == "__main__":
    tell(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
