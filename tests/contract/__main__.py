"""`python -m tests.contract release`: promise the present contract, when a version of it is released."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.contract.breaking import promise

OPENAPI = Path(__file__).parents[2] / "openapi"
PRESENT, RELEASED = OPENAPI / "openapi.json", OPENAPI / "released.json"


def main() -> int:
    """Write the promise; anything but `release` is a mistake."""
    if sys.argv[1:] != ["release"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    present = json.loads(PRESENT.read_text(encoding="utf-8"))
    kept = promise(present)
    kept["components"].pop("securitySchemes")
    parts = [f'"version":{_line(present["info"]["version"])}', f'"paths":{_lines(kept["paths"])}']
    kinds = ",\n".join(f'"{kind}":{_lines(parts)}' for kind, parts in sorted(kept["components"].items()))
    RELEASED.write_text("{" + ",\n".join([*parts, f'"components":{{{kinds}}}']) + "}\n", encoding="utf-8")
    return 0


def _lines(parts: dict[str, Any]) -> str:
    """Return an object with a line for each of its parts, so that a later release shows what it changed."""
    return "{\n" + ",\n".join(f"{_line(name)}:{_line(part)}" for name, part in sorted(parts.items())) + "}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
