"""What a reader asks of the book: the names in an address are those of the API, so files say the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from service.domain.errors import InvalidValue
from service.domain.lifecycle import State, Timeliness
from service.domain.permissions import Relation
from service.domain.reading.obligation_pages import Filter, Sort, Stage

READ: dict[str, Callable[[str], Any]] = {
    "q": str,
    "unit": str,
    "timeliness": Timeliness,
    "state": State,
    "stage": Stage,
    "relation": Relation,
    "directive_id": UUID,
    "field": str,
    "source": str,
    "period": str,
    "due_from": date.fromisoformat,
    "due_before": date.fromisoformat,
}
"""Name in the address → how its value is read; each is a field of `Filter`."""

LENGTH_MAX = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the book; `given` is how it stands in the address, without what was left empty."""

    wanted: Filter
    sort: Sort
    given: Mapping[str, str]

    def query(self, **more: str) -> str:
        """Return the question as the end of an address; what is named anew counts, empty leaves out."""
        values = {**self.given, **more}
        return urlencode({name: value for name, value in values.items() if value})


def asked(params: Mapping[str, str]) -> Asked:
    """Return what an address asks for.

    Raises:
        InvalidValue: A value is none of its kind.
    """
    given = {name: params.get(name, "").strip()[:LENGTH_MAX] for name in (*READ, "sort")}
    given = {name: value for name, value in given.items() if value}
    wanted = {name: _read(READ[name], name, value) for name, value in given.items() if name != "sort"}
    sort = _read(Sort, "sort", given.get("sort", Sort.NEWEST))
    return Asked(Filter(**wanted), sort, given)


def asked_by(query: str) -> Asked:
    """Return what the end of an address asks for, when it is to hold filters of the book and nothing else.

    Raises:
        InvalidValue: It is none, names something else or one thing twice, or a value is none of its kind.
    """
    try:
        pairs = parse_qsl(query, errors="strict", max_num_fields=len(READ) + 1)
    except ValueError:
        raise InvalidValue(field="query", detail="no end of an address") from None
    given = dict(pairs)
    if len(given) < len(pairs) or given.keys() - READ.keys() - {"sort"}:
        raise InvalidValue(field="query", detail="names what is no filter, or one filter twice")
    return asked(given)


def _read(kind: Callable[[str], Any], name: str, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise InvalidValue(field=name, detail="none of its kind") from None


def as_query(wanted: Filter, sort: Sort) -> str:
    """Return the end of an address that asks for something."""
    given = {name: getattr(wanted, name) for name in READ}
    return urlencode(
        {name: str(value) for name, value in {**given, "sort": sort}.items() if value is not None}
    )
