"""Facts about directives that carry out others."""

from dataclasses import dataclass

from service.domain.events.base import Code, Event, Official


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveLinked(Event):
    """Somebody said what items of a directive carry out; `origins` in words, none if nothing any more."""

    kind = "directive.linked.v1"
    items: list[Code]
    origins: list[Official]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCarriedOut(Event):
    """Another directive carries out items of this one from now on; `directive` in words."""

    kind = "directive.carried_out.v1"
    items: list[Code]
    directive: Official
