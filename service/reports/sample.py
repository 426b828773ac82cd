"""Values that were never anybody's, in every place that a template may fill: it is tried on them first."""

from collections.abc import Mapping
from typing import Any

from service.domain.letter_rules import DocumentKind
from service.reports.template_names import NAMES, Named

ROWS = 2


def sample(kind: DocumentKind) -> dict[str, Any]:
    """Return values of a kind of document, with more than one row in each of its lists."""
    return _values(NAMES[kind])


def _values(names: Mapping[str, Named]) -> dict[str, Any]:
    return {name: _value(named) for name, named in names.items()}


def _value(named: Named) -> Any:
    one: Any = _values(named.fields) if named.fields else named.meaning
    return [one] * ROWS if named.is_list else one
