"""Every kind of fact there is, and patterns that name several of them."""

import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module

from service.domain import events
from service.domain.errors import UnknownReference
from service.domain.events.base import Event

ANY = "*"


@cache
def kinds() -> dict[str, type[Event]]:
    """Return the class of every kind, in the order of their names."""
    for module in pkgutil.iter_modules(events.__path__):
        if module.name != "catalogue":
            import_module(f"{events.__name__}.{module.name}")
    found = {each.kind: each for each in _below(Event) if "__slots__" in vars(each) and hasattr(each, "kind")}
    return {kind: found[kind] for kind in sorted(found)}


def _below(parent: type[Event]) -> Iterator[type[Event]]:
    """Give the classes below one, and what each of them was before it got its slots."""
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def matches(pattern: str, kind: str) -> bool:
    """Return if a pattern names a kind: `obligation.accepted.v1`, `obligation.*`, `*`."""
    if pattern.endswith(ANY):
        return kind.startswith(pattern[:-1])
    return kind == pattern


def selected(patterns: Iterable[str]) -> list[str]:
    """Return the kinds that any of the patterns names.

    Raises:
        UnknownReference: A pattern names nothing.
    """
    found = {pattern: [kind for kind in kinds() if matches(pattern, kind)] for pattern in patterns}
    if unknown := [pattern for pattern, named in found.items() if not named]:
        raise UnknownReference(field="type", codes=unknown)
    return sorted({kind for named in found.values() for kind in named})
