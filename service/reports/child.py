"""Fills in an office's own template in a process with bounds; whatever the template does ends with it.

`python -m service.reports.child` reads a line of JSON (`kind`, and `values`: one after the other is filled
in, the last one is answered) and after it the template; it writes `+` and the DOCX, or `-` and the fault.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from service.domain.letter_rules import DocumentKind
from service.domain.template_refusals import TemplateFault, TemplateRefused
from service.reports.documents import filled
from service.reports.package import UNPACKED_BYTES_MAX, require_plain

CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS = 15, 1_000_000_000, 60.0
MADE, REFUSED = b"+", b"-"


def filled_apart(kind: DocumentKind, template: bytes, values: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the document of the last values; all must fit. A template that is not plain is not opened.

    Raises:
        TemplateRefused: Something is wrong with the template, or it takes too long.
    """
    order = json.dumps({"kind": kind, "values": values}).encode() + b"\n" + template
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "service.reports.child"],
            input=order,
            capture_output=True,
            env=environment,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TemplateRefused(fault=TemplateFault.TOO_SLOW, what=f"{WALL_SECONDS:.0f} s") from None
    answer, content = done.stdout[:1], done.stdout[1:]
    if answer == MADE:
        return content
    if answer == REFUSED:
        said = json.loads(content)
        raise TemplateRefused(fault=TemplateFault(said["fault"]), what=said["what"])
    if done.returncode >= 0:
        raise RuntimeError(f"a child that fills in templates ended with {done.returncode}")
    raise TemplateRefused(fault=TemplateFault.TOO_SLOW, what=f"{CPU_SECONDS} s")


def _restrict() -> None:
    """Bound processor time, memory and files; the kernel enforces all of them, also inside C code."""
    for kind, bound in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (bound, bound))


def _made(order: Mapping[str, Any], template: bytes) -> bytes:
    require_plain(template)
    made = b""
    for values in order["values"]:
        made = filled(DocumentKind(order["kind"]), template, values)
        require_plain(made, bytes_max=UNPACKED_BYTES_MAX)
    return made


def main() -> None:
    """Read one order, answer it."""
    _restrict()
    line, _, template = sys.stdin.buffer.read().partition(b"\n")
    try:
        answer = MADE + _made(json.loads(line), template)
    except TemplateRefused as refused:
        answer = REFUSED + json.dumps({"fault": refused.fault, "what": refused.what}).encode()
    except (MemoryError, RecursionError):
        answer = REFUSED + json.dumps({"fault": TemplateFault.TOO_LARGE, "what": ""}).encode()
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
