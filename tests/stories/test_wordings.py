"""The chief of office wants reminders in the office's own words, and to see later what was sent."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from service.domain.errors import StaleVersion
from service.domain.reading import telling
from service.domain.tables import Delivery, table
from service.domain.wording import DEFAULTS, WordingKind
from service.domain.wordings import set_wording
from tests.district import District

ISSUE = DEFAULTS[WordingKind.ISSUE]
delivery = table(Delivery)


def reword(office: District, opening: str, version: int | None = None) -> None:
    texts = replace(ISSUE, opening=opening)
    with office.database.write() as session:
        set_wording(
            session, office.chair, WordingKind.ISSUE, texts, reason="theo ý kiến lãnh đạo", version=version,
            now=office.now(),
        )  # fmt: skip


def test_messages_are_worded_by_the_version_that_holds_and_deliveries_say_which(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    reword(office, "Thường trực huyện giao {so_viec} việc:", version=0)
    office.give(due="2024-03-29", units=["xa-b"])
    office.worker.round()
    reword(office, "{co_quan} chuyển {so_viec} việc:", version=1)
    office.give(due="2024-03-29", units=["xa-c"])
    office.worker.round()
    assert office.told_of("2024-03-04", "xa-a.officer").startswith("Đơn vị của đồng chí có 1 việc mới")
    assert office.told_of("2024-03-04", "xa-b.officer").startswith("Thường trực huyện giao 1 việc:")
    assert office.told_of("2024-03-04", "xa-c.officer").startswith("van-phong chuyển 1 việc:")
    with office.database.read() as connection:
        ids = connection.execute(sa.select(delivery.c.id).order_by(delivery.c.id)).scalars().all()
        used = [telling.one_delivery(connection, office.chair, each)[1] for each in ids]
    assert sorted(each.version if each else 0 for each in used) == [0, 1, 2]


def test_two_people_who_reword_at_once_do_not_overwrite_each_other(office: District) -> None:
    reword(office, "Một:", version=0)
    with pytest.raises(StaleVersion):
        reword(office, "Hai:", version=0)


def test_other_kinds_and_other_messages_keep_their_words(office: District) -> None:
    reword(office, "Giao việc:")
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 6))
    told = office.told_of("2024-03-06", "xa-a.officer")
    assert told.startswith("Đồng chí có 1 việc cần xem và xử lý:")
    assert "chưa xác nhận đã nhận" in told
