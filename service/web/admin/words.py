"""Roles in words that are translated; in Vietnamese they are those of messages and histories."""

from collections.abc import Mapping

from service.domain.escalation import Role
from service.domain.permissions import KeyRole
from service.web.language import marked

POST_WORDS: Mapping[Role, str] = {
    Role.OFFICER: marked("cán bộ đầu mối"),
    Role.CLERK: marked("văn thư"),
    Role.HEAD: marked("thủ trưởng"),
    Role.DEPUTY: marked("cấp phó"),
    Role.OFFICE_CHIEF: marked("chánh văn phòng"),
    Role.VICE_CHAIR: marked("phó chủ tịch phụ trách"),
    Role.CHAIR: marked("chủ tịch"),
}
ACCOUNT_WORDS: Mapping[KeyRole, str] = {
    KeyRole.ADMINISTRATOR: marked("quản trị viên"),
    KeyRole.CLERK: marked("văn thư"),
    KeyRole.OFFICER: marked("chuyên viên"),
    KeyRole.HEAD: marked("thủ trưởng"),
    KeyRole.LEADER: marked("lãnh đạo"),
    KeyRole.READER: marked("người xem"),
}
