"""The sections of the site: each is shown to whoever may do something there."""

from typing import NamedTuple

from service.domain.errors import NotAllowed
from service.domain.people import Actor
from service.domain.permissions import Action
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


def _open_to(actor: Actor) -> list[tuple[str, str]]:
    found = []
    if actor.unit_id is not None and "read" in actor.scopes:
        found.append(("/work", marked("Việc của đơn vị")))
    if "read" in actor.scopes:
        found.append(("/duties", marked("Sổ theo dõi")))
    found.append(("/account", marked("Tài khoản")))
    return found
