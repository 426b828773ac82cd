"""The sections of the site: each is shown to whoever may do something there."""

from typing import NamedTuple

from service.domain.errors import NotAllowed
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.web.language import marked


class Section(NamedTuple):
    """One entry of the navigation."""

    path: str
    label: str
    is_here: bool


def sections(actor: Actor, path: str) -> list[Section]:
    """Return what a person may open, in the order in which an office works."""
    return [Section(at, label, path == at or path.startswith(f"{at}/")) for at, label in _open_to(actor)]


def home(actor: Actor) -> str:
    """Return the page that a person's work begins with."""
    return _open_to(actor)[0][0]


def may(actor: Actor, action: Action) -> bool:
    """Return if somebody may do this in the register."""
    try:
        actor.require(action)
    except NotAllowed:
        return False
    return True


LEADERS = frozenset({KeyRole.HEAD, KeyRole.LEADER})
"""They look at the figures of their own unit and of those below it."""
LOOKERS_ON = LEADERS | {KeyRole.READER}
"""They may belong to a unit whose conclusions another one keeps track of."""


def _open_to(actor: Actor) -> list[tuple[str, str]]:
    reads, administers = "read" in actor.scopes, may(actor, Action.ADMINISTER)
    sections = (
        ("/work", marked("Việc của đơn vị"), reads and actor.unit_id is not None),
        ("/intake", marked("Nhập văn bản"), may(actor, Action.DRAFT_DIRECTIVE)),
        ("/duties", marked("Sổ theo dõi"), reads),
        ("/untold", marked("Chưa báo được"), may(actor, Action.VIEW_DELIVERIES)),
        ("/board", marked("Bảng điều hành"), may(actor, Action.VIEW_OBLIGATION) or actor.role in LEADERS),
        ("/oversight", marked("Giám sát"), may(actor, Action.OVERSEE) or actor.role in LOOKERS_ON),
        ("/admin", marked("Quản trị"), administers),
        ("/admin/templates", marked("Mẫu văn bản"), may(actor, Action.SET_TEMPLATES) and not administers),
        ("/account", marked("Tài khoản"), True),
    )
    return [(at, label) for at, label, is_open in sections if is_open]
