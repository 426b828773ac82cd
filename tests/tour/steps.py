"""What a story is made of: calls of operations, and deeds of people and programs that call nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.tour.office import Office

Names = dict[str, str]
Deed = Callable[["Office"], None]


class Step(NamedTuple):
    """A call of one operation.

    In every text `$name.path` stands for what an earlier answer said: `name` is its step's, `path` leads into
    its body by names and places.

    Args:
        operation: The name of the route.
        who: The step whose answer holds the caller's key; `session`: a browser; empty: nobody.
        at: Parameters of the path.
        query: Parameters of the query.
        sent: What `httpx` is to send: `json`, `data`, `files`, `content`, `headers`; or what makes that when
            the step's turn comes.
        name: By which later steps know the answer; the operation's where empty.
    """

    operation: str
    who: str = ""
    at: Names = {}  # noqa: RUF012 - never changed
    query: Names = {}  # noqa: RUF012
    sent: dict[str, Any] | Callable[["Office"], dict[str, Any]] = {}  # noqa: RUF012
    name: str = ""

    @property
    def label(self) -> str:
        """Return by which name the answer is known."""
        return self.name or self.operation


Chapter = tuple[Step | Deed, ...]


def body(content: Any) -> dict[str, Any]:
    """Return a JSON body."""
    return {"json": content}


def reason(words: str) -> dict[str, Any]:
    """Return a body that says why."""
    return {"json": {"reason": words}}


def file(name: str, text: str, media: str = "text/csv") -> dict[str, Any]:
    """Return an upload of one file."""
    return {"files": {"file": (name, text.encode(), media)}}
