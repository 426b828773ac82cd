"""What a clerk does to an issued directive on its page: done, looked at first, refused, or not offered."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.domain.lifecycle import State
from service.domain.permissions import KeyRole
from tests.deadlines import AFTER_EVENT
from tests.deadlines import give as give_counted
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

OUTSIDE = {"number": "45", "symbol": "QĐ-UBND", "issued_on": "2024-03-04"}
SINCE = {"effective_on": "2024-03-04", "reason": "Rà soát lại"}
BASIS = OUTSIDE | SINCE
DEEDS = ("assign", "deadline", "occurrence", "correct", "amend", "revoke")
CHANGES: dict[str, dict[str, Any]] = {
    "assign": BASIS | {"item": "1", "role.0": "lead", "target.0": "", "other.0": "xa-c"},
    "deadline": OUTSIDE | {"item": ["1"], "due_on": "2024-04-26", "reason": "Lùi theo huyện"},
    "correct": BASIS | {"place.0": "1", "wrong.0": "Việc số", "right.0": "Nhiệm vụ số"},
    "amend": BASIS | {"item": ["2"], "understood": "1"},
    "revoke": BASIS | {"understood": "1"},
}


@pytest.fixture
def letter(office: District) -> UUID:
    """A letter of two items, each of two communes."""
    return office.give(due="2024-03-29", items=2, units=["xa-a", "xa-b"])


@pytest.fixture
def desk(office: District) -> Desk:
    """The clerk of the office."""
    return Desk.of(office)


def change(desk: Desk, letter: UUID, deed: str, *, status: int = 200, **given: Any) -> str:
    """Send the form of a deed from the page; return the page that follows."""
    path = f"/directives/{letter}/changes"
    return desk.send(path, f"{path}/{deed}", status=status, **(CHANGES.get(deed, {}) | given))


def offered(desk: Desk, letter: UUID) -> list[str]:
    """Return the deeds whose forms the page has."""
    page = desk.open(f"/directives/{letter}/changes")
    return [action.rpartition("/")[2] for action, _ in Forms(page).found if "/changes/" in action]


def test_the_page_is_reached_from_the_directive_and_the_likeliest_form_stands_open(
    letter: UUID, desk: Desk
) -> None:
    path = f"/directives/{letter}/changes"
    assert f'href="{path}"' in desk.open(f"/directives/{letter}")
    page = desk.open(path)
    assert offered(desk, letter) == ["assign", "deadline", "correct", "amend", "revoke"]
    assert re.findall(r'<details id="(\w+)" open', page) == ["assign"]
    assert re.findall(r'<details id="(\w+)" open', desk.open(f"{path}?deed=revoke")) == ["revoke"]
    assert "Chưa có thay đổi nào" in read(page)


def test_a_forgotten_unit_is_seen_with_its_day_before_it_is_given(
    office: District, letter: UUID, desk: Desk
) -> None:
    page = change(desk, letter, "assign", only_look="1")
    words = read(page)
    assert "Số nhiệm vụ mới sẽ được giao: 1." in words
    assert "xa-c 1 29/03/2024" in words
    assert "xa-a 1" not in words, "who has the item already gets nothing"
    assert 'name="other.0" value="xa-c"' in page
    assert office.duties("xa-c") == []
    done = read(change(desk, letter, "assign"))
    assert "Đã giao bổ sung. Số nhiệm vụ mới: 1." in done
    assert "Giao bổ sung mục 1 theo văn bản số 45/QĐ-UBND ngày 04/03/2024: 1 nhiệm vụ Rà soát lại" in done
    assert [item for item, _ in office.duties("xa-c")] == ["1"]


def test_a_unit_of_another_day_and_a_coordinator_are_given_by_name(
    office: District, letter: UUID, desk: Desk
) -> None:
    both = {"due_on.0": "2024-05-03", "role.1": "coordinate", "target.1": "", "other.1": "van-phong"}
    assert "xa-c 1 03/05/2024" in read(change(desk, letter, "assign", only_look="1", **both))
    change(desk, letter, "assign", **both)
    assert office.duty("xa-c", "1").due_on == date(2024, 5, 3)
    assert office.duties("van-phong") == []


def test_another_document_moves_the_deadline_of_the_items_that_are_ticked(
    office: District, letter: UUID, desk: Desk
) -> None:
    seen = read(change(desk, letter, "deadline", only_look="1"))
    assert "Số nhiệm vụ sẽ đổi hạn: 2." in seen
    assert "xa-a 1 26/04/2024" in seen
    assert office.duty("xa-a", "1").due_on == date(2024, 3, 29)
    done = read(change(desk, letter, "deadline"))
    assert "Đã đổi thời hạn. Số nhiệm vụ đổi hạn: 2." in done
    assert "Đổi hạn mục 1 thành 26/04/2024 theo văn bản số 45/QĐ-UBND" in done
    assert "Lùi theo huyện" in done
    days = [office.duty("xa-a", item).due_on for item in ("1", "2")]
    assert days == [date(2024, 4, 26), date(2024, 3, 29)]


def test_a_document_of_the_register_is_chosen_as_the_basis(
    office: District, letter: UUID, desk: Desk
) -> None:
    office.clock.at += timedelta(minutes=1)
    later = office.give(due=None, units=["xa-a"])
    assert f'<option value="{later}">' in desk.open(f"/directives/{letter}/changes")
    none = dict.fromkeys(OUTSIDE, "")
    done = read(change(desk, letter, "deadline", basis_id=str(later), **none))
    assert "Số nhiệm vụ đổi hạn: 2." in done
    twice = read(change(desk, letter, "deadline", status=422, basis_id=str(later)))
    assert "chỉ một trong hai" in twice


def test_what_was_waited_for_is_offered_only_while_something_waits(office: District, desk: Desk) -> None:
    letter = give_counted(office, AFTER_EVENT, "xa-a", "xa-b")
    path = f"/directives/{letter}/changes"
    assert '<details id="occurrence" open' in desk.open(path)
    said = {"item": ["1"], "event": "Sở ban hành hướng dẫn", "happened_on": "2024-03-04"}
    seen = read(change(desk, letter, "occurrence", only_look="1", **said))
    assert "Số nhiệm vụ sẽ bắt đầu tính hạn: 2." in seen
    assert "xa-b 1 14/03/2024" in seen
    done = read(change(desk, letter, "occurrence", **said | {"number": "7"}))
    assert "Số nhiệm vụ bắt đầu tính hạn: 2." in done
    assert "Ghi nhận “Sở ban hành hướng dẫn” ngày 04/03/2024: 2 nhiệm vụ có hạn" in done
    assert office.duty("xa-a", "1").due_on == date(2024, 3, 14)
    assert "occurrence" not in offered(desk, letter)


def test_a_directive_that_ended_waits_for_nothing(office: District, desk: Desk) -> None:
    letter = give_counted(office, AFTER_EVENT, "xa-a")
    change(desk, letter, "revoke")
    assert offered(desk, letter) == []


def test_days_are_asked_where_the_letter_does_not_say_how_many(office: District, desk: Desk) -> None:
    deadline = {name: value for name, value in AFTER_EVENT.items() if name not in ("days", "pace")}
    letter = give_counted(office, deadline, "xa-a")
    said = {"item": ["1"], "event": "Có hướng dẫn", "happened_on": "2024-03-04"}
    page = change(desk, letter, "occurrence", status=422, **said)
    assert "xin ghi số ngày" in read(page)
    assert 'value="Có hướng dẫn"' in page
    change(desk, letter, "occurrence", **said | {"days": "5", "pace": "working_days"})
    assert office.duty("xa-a", "1").due_on == date(2024, 3, 11)


def test_a_slip_of_the_pen_is_corrected_beside_the_text(office: District, letter: UUID, desk: Desk) -> None:
    second = {"place.1": "", "wrong.1": "của huyện", "right.1": "của tỉnh"}
    done = read(change(desk, letter, "correct", **second))
    assert "Đã ghi đính chính." in done
    assert "Mục 1: “Việc số” → “Nhiệm vụ số” “của huyện” → “của tỉnh” Rà soát lại" in done
    assert "Việc của huyện" in done, "the text is what was signed"
    page = change(desk, letter, "correct", status=422, **{"wrong.0": "Không có chữ này"})
    assert "không có đúng cụm từ sai" in read(page)
    assert "Không có chữ này</textarea>" in page
    assert "Xin ghi cụm từ sai" in read(change(desk, letter, "correct", status=422, **{"right.0": ""}))


def test_items_are_taken_out_and_not_offered_again(office: District, letter: UUID, desk: Desk) -> None:
    assert "Số nhiệm vụ sẽ bị thu hồi: 2." in read(change(desk, letter, "amend", only_look="1"))
    page = change(desk, letter, "amend", status=422, understood="")
    assert "Xin đánh dấu đã hiểu rõ" in read(page)
    assert 'name="item" value="2" checked' in page
    done = change(desk, letter, "amend")
    assert "Đã ghi việc bỏ mục. Số nhiệm vụ thu hồi: 2." in read(done)
    assert "Bỏ mục 2 theo văn bản số 45/QĐ-UBND" in read(done)
    states = [office.duty("xa-a", item).state for item in ("1", "2")]
    assert states == [State.ASSIGNED, State.WITHDRAWN]
    ticks = re.findall(r'name="item" value="(\w+)"', done)
    assert ticks == ["1", "1"], "neither to move its deadline nor to take it out again"
    given = done[done.index('<details id="assign"') : done.index('<details id="deadline"')]
    assert '<option value="2">' not in given


def test_a_revocation_says_first_what_ends_and_needs_a_tick(
    office: District, letter: UUID, desk: Desk
) -> None:
    words = read(desk.open(f"/directives/{letter}/changes"))
    assert "Nhiệm vụ đang mở sẽ bị thu hồi: 4" in words
    seen = read(change(desk, letter, "revoke", understood="", only_look="1"))
    assert "Số nhiệm vụ sẽ bị thu hồi: 4." in seen
    assert "xa-b 2 29/03/2024" in seen
    page = change(desk, letter, "revoke", status=422, understood="")
    assert "Xin đánh dấu đã hiểu rõ" in read(page)
    assert "Rà soát lại</textarea>" in page
    assert office.duty("xa-a", "1").state is State.ASSIGNED
    done = read(change(desk, letter, "revoke"))
    assert "Số nhiệm vụ thu hồi: 4." in done
    assert "đã bị bãi bỏ" in done
    assert "Văn bản không còn hiệu lực và không còn nhiệm vụ nào đang mở." in done
    assert office.duty("xa-a", "1").state is State.WITHDRAWN
    assert offered(desk, letter) == []


@pytest.mark.parametrize(
    ("deed", "given", "status", "said"),
    [
        ("assign", {"other.0": "xã lạ"}, 422, "(xã lạ)"),
        ("assign", {"other.0": ""}, 422, "Xin ghi đơn vị chưa có mục này"),
        ("assign", {"other.0": "xa-a"}, 422, "đơn vị đã được giao thì không giao lại"),
        ("assign", {"due_on.0": "2024-03-01"}, 409, "xin ghi hạn riêng"),
        ("assign", {"effective_on": "2024-03-05"}, 422, "phải từ ngày ban hành văn bản đến hôm nay"),
        ("deadline", {"item": []}, 422, "Xin chọn ít nhất một mục."),
        ("deadline", {"due_on": "2024-03-01"}, 409, "Thời hạn mới trước ngày ban hành"),
        ("deadline", {"due_on": "mai"}, 422, "Xin chọn thời hạn."),
        ("deadline", {"issued_on": ""}, 422, "Căn cứ: xin chọn văn bản trong sổ"),
        ("revoke", {"reason": ""}, 422, "Xin ghi lý do."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_keeps_what_was_typed(
    letter: UUID, desk: Desk, deed: str, given: dict[str, Any], status: int, said: str
) -> None:
    page = change(desk, letter, deed, status=status, **given)
    assert said in read(page)
    assert re.findall(r'<details id="(\w+)" open', page) == [deed]
    assert 'name="symbol" maxlength="80" value="QĐ-UBND"' in page
    assert "Chưa có thay đổi nào" in read(desk.open(f"/directives/{letter}/changes"))


def test_of_two_clerks_the_second_is_told_and_loses_nothing(
    office: District, letter: UUID, desk: Desk
) -> None:
    action = f"/directives/{letter}/changes/revoke"
    stale = dict(Forms(desk.open(f"/directives/{letter}/changes")).found)[action]
    change(Desk.of(office), letter, "correct")
    told = desk.site.post(action, data=stale | CHANGES["revoke"], headers=FROM_A_PAGE)
    assert told.status_code == 412
    assert "Nội dung đã thay đổi sau khi bạn mở trang." in read(told.text)
    assert "Rà soát lại</textarea>" in told.text
    assert office.duty("xa-a", "1").state is State.ASSIGNED


@pytest.mark.parametrize(("role", "unit"), [(KeyRole.OFFICER, "van-phong"), (KeyRole.CLERK, "xa-a")])
def test_whoever_may_not_change_it_is_offered_nothing_and_refused(
    office: District, letter: UUID, desk: Desk, role: KeyRole, unit: str
) -> None:
    other = Desk.of(office, role, unit)
    path = f"/directives/{letter}/changes"
    assert path not in other.open(f"/directives/{letter}")
    other.open(path, status=403)
    fields = dict(Forms(other.open("/account")).found)["/sign-out"]
    for deed in DEEDS:
        for look in ({}, {"only_look": "1"}):
            sent = (
                fields | CHANGES.get(deed, {"item": ["1"], "event": "x", "happened_on": "2024-03-04"}) | look
            )
            answer = other.site.post(f"{path}/{deed}", data=sent, headers=FROM_A_PAGE)
            assert answer.status_code == 403
    assert "Chưa có thay đổi nào" in read(desk.open(path))


def test_a_draft_has_no_such_page_and_an_unknown_deed_does_nothing(
    office: District, letter: UUID, desk: Desk
) -> None:
    draft = office.draft({"subject": "Dự thảo", "items": [{"label": "1", "text": "Việc"}]})
    desk.open(f"/directives/{draft}/changes", status=404)
    fields = dict(Forms(desk.open(f"/directives/{letter}/changes")).found)[
        f"/directives/{letter}/changes/revoke"
    ]
    sent = desk.site.post(f"/directives/{letter}/changes/delete", data=fields, headers=FROM_A_PAGE)
    assert sent.status_code == 404
