"""ZBS templates as Zalo has approved them: their state, their parameters, and whether a message fits them.

A text that is too long is cut at a word, with an ellipsis, counted after Unicode NFC. What cannot be cut - a
link, a day where a day is asked for - makes the message go by another way, and the reason says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from service.domain.tables import USABLE_TEMPLATE
from service.domain.text import nfc, shorten
from service.notify.channel import Outgoing
from service.notify.channels.zalo.payloads import EMPTY, PART_LENGTHS_MAX, Part, without_mentions

DAY = re.compile(r"(\d{2}:\d{2}(:\d{2})? )?\d{1,2}/\d{1,2}/\d{4}")
FRESH_FOR = timedelta(hours=6)
LOOK_AGAIN = timedelta(minutes=15)
"""At a template that cannot be used: somebody may have repaired it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as it is registered; `length_max` 0 where Zalo names none."""

    name: str
    kind: str = "STRING"
    length_max: int = 0
    length_min: int = 0
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template as Zalo described it at `fetched_at`."""

    template_id: str
    name: str
    status: str
    reason: str
    parameters: tuple[Parameter, ...]
    fetched_at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Return whether Zalo should be asked again."""
        return now - self.fetched_at >= (FRESH_FOR if self.status == USABLE_TEMPLATE else LOOK_AGAIN)


class TemplateStore(Protocol):
    """Where an account's templates are kept, shared by all workers and shown to administrators."""

    def read(self, template_id: str) -> KnownTemplate | None:
        """Return what is known of a template."""
        ...

    def save(self, known: KnownTemplate) -> None:
        """Keep what Zalo said, durably."""
        ...


@dataclass(frozen=True, slots=True)
class Fitted:
    """Values that the template takes; `shortened` names those that were cut for it."""

    values: Mapping[str, str]
    shortened: tuple[str, ...] = ()


class Unfit(ValueError):
    """The message cannot go by this template; the sentence says why."""


def fit(known: KnownTemplate | None, parts: Mapping[Part, str], outgoing: Outgoing) -> Fitted:
    """Return the values of a message for a template.

    Args:
        known: None where nobody could ask: then the usual limits of the types hold.
        parts: Our part → the name under which the template registers it.
        outgoing: The message.

    Raises:
        Unfit: A parameter that nothing fills, or a value that cannot be cut.
    """
    registered = known.parameters if known else tuple(Parameter(name) for name in parts.values())
    part_of = {name: part for part, name in parts.items()}
    missing = [each.name for each in registered if each.is_required and each.name not in part_of]
    if missing:
        raise Unfit(f"the template asks for {', '.join(missing)}, which nothing fills")
    filled = [(each, part_of[each.name]) for each in registered if each.name in part_of]
    values = {each.name: _value(each, part, outgoing) for each, part in filled}
    cut = tuple(
        each.name for each, part in filled if values[each.name] not in {EMPTY, _whole(part, outgoing)}
    )
    return Fitted(values, cut)


def _whole(part: Part, outgoing: Outgoing) -> str:
    return outgoing.link if part == "link" else nfc(without_mentions(str(getattr(outgoing, part))))


def _value(parameter: Parameter, part: Part, outgoing: Outgoing) -> str:
    whole = _whole(part, outgoing)
    length_max = parameter.length_max or PART_LENGTHS_MAX[part]
    value = whole if part == "link" else shorten(whole, length_max) or EMPTY  # half a link leads nowhere
    faults = {
        f"takes {length_max} characters": len(value) > length_max,
        f"wants {parameter.length_min} characters": len(value) < parameter.length_min,
        "takes a day only": parameter.kind == "DATE" and not DAY.fullmatch(value),
        "takes a number only": parameter.kind == "NUMBER" and not value.isdecimal(),
    }
    for fault, holds in faults.items():
        if holds:
            raise Unfit(f"{parameter.name} {fault}, the message has {len(whole)} characters")
    return value


def read_template(template_id: str, data: Mapping[str, Any], at: datetime) -> KnownTemplate:
    """Return a template as `/template/info/v2` describes it; what is not understood is left out."""
    return KnownTemplate(
        template_id=template_id,
        name=_text(data.get("templateName")),
        status=_text(data.get("status")) or USABLE_TEMPLATE,
        reason=_text(data.get("reason")),
        parameters=tuple(_parameters(data.get("listParams"))),
        fetched_at=at,
    )


def _parameters(listed: object) -> Iterator[Parameter]:
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and _text(each.get("name")):
            yield Parameter(
                name=_text(each["name"]),
                kind=_text(each.get("type")).upper() or "STRING",
                length_max=_count(each.get("maxLength")),
                length_min=_count(each.get("minLength")),
                is_required=each.get("require") is not False,
            )


def _text(value: object) -> str:
    return " ".join(value.split())[:300] if isinstance(value, str) else ""


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
