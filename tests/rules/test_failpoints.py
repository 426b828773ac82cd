"""Points at which tests kill the process: all in one list, and nothing where nobody asked for it."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from service import failpoints

ROOT = Path(__file__).parents[2]
JOBS = ("sweep", "plan", "apply_next", "sequence", "fan_out")
"""Jobs of a worker name their points themselves."""

pytestmark = pytest.mark.rules


def passages() -> Counter[str]:
    """Return how often the code passes which point by name."""
    found = Counter[str]()
    for path in (ROOT / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "failpoint":
                (name,) = node.args
                found[name.value if isinstance(name, ast.Constant) else ast.unparse(name)] += 1
    return found


def test_every_point_is_listed_and_stands_in_one_place() -> None:
    expected = {name: 1 for name in failpoints.POINTS if name.partition(".")[0] not in JOBS}
    for moment in ("before_commit", "after_commit"):
        assert {f"{job}.{moment}" for job in JOBS} <= set(failpoints.POINTS)
        expected[f"f'{{work.__name__}}.{moment}'"] = 1
    assert passages() == expected


def test_there_are_enough_of_them() -> None:
    assert len(set(failpoints.POINTS)) == len(failpoints.POINTS) >= 25


def test_a_point_costs_one_look_at_an_empty_table_when_nobody_armed_it() -> None:
    seen: list[str] = []

    def look(frame: FrameType, event: str, _argument: Any) -> Any:
        frame.f_trace_opcodes = True
        seen.append(event)
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        failpoints.failpoint("delivery.after_send")
    finally:
        sys.settrace(before)
    assert seen.count("call") == 1, "it calls nothing"
    assert seen.count("opcode") < 10


def test_a_point_that_does_not_exist_cannot_be_armed() -> None:
    with pytest.raises(ValueError, match=r"delivery\.never"):
        failpoints.arm("delivery.never:2")


def test_an_armed_process_dies_at_its_passage_and_not_before() -> None:
    code = (
        "from service.failpoints import failpoint\n"
        "for n in range(3):\n"
        "    failpoint('delivery.after_send')\n"
        "    failpoint('delivery.after_claim')\n"
        "    print(n, flush=True)\n"
    )
    armed = {"DONDOC_FAILPOINT": "delivery.after_claim:2", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=armed, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (-9, "0\n")
