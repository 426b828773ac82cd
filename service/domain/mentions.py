"""Units that a document names, as read, beside what they may be in the registry."""

from collections.abc import Mapping
from typing import Any

from service.domain.mapping import Registry


def read_mention(registry: Registry, assigned: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mention with its candidates.

    Args:
        registry: Units and groups of the day.
        assigned: As the intake gives it: `unit`, `role`, `collective`, `span`.

    Returns:
        The same with `candidates` (kind, code, name, why) and `certain`: exactly one thing bears the name.
    """
    collective = bool(assigned.get("collective"))
    found = registry.resolve(str(assigned["unit"]), collective=collective)
    candidates = [{"kind": c.kind, "code": c.code, "name": c.name, "why": c.why} for c in found.candidates]
    return {
        "unit": assigned["unit"],
        "role": assigned["role"],
        "collective": collective,
        "span": assigned.get("span"),
        "candidates": candidates,
        "certain": found.certain,
    }
