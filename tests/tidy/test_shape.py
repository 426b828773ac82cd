"""The shape of the code, as a test: so that nobody has to say it in a review."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "service").rglob("*.py"))
FILE_MAX, FUNCTION_MAX = 400, 60


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= FILE_MAX
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= FUNCTION_MAX, f"{node.name} has {length} lines"


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (r"\.commit\(", {"service/database.py", "service/migrate.py"}),
        (r"datetime\.now\(|date\.today\(|utcnow\(", {"service/clock.py", "service/fakes/zalo_world.py"}),
        (r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b", set()),
        (r"\btime\.sleep\(", {"service/notify/accounts.py", "service/fakes/zalo.py"}),
    ],
)
def test_some_things_happen_in_one_place_only(pattern: str, allowed: set[str]) -> None:
    found = {str(p.relative_to(ROOT)) for p in SOURCES if re.search(pattern, p.read_text(encoding="utf-8"))}
    assert found <= allowed


def test_migrations_have_one_head_and_git_sees_two() -> None:
    versions = (ROOT / "migrations" / "versions").glob("*.py")
    revisions = {re.search(r'revision = "(\w+)"', p.read_text(encoding="utf-8")).group(1) for p in versions}  # type: ignore[union-attr]
    assert (ROOT / "migrations" / "HEAD").read_text(encoding="utf-8").strip() == max(revisions)


@pytest.mark.parametrize(
    "command",
    ["bench", "calls", "chaos", "drills", "fuzz", "permissions", "pictures", "scanners", "tampers", "tour"],
)
def test_a_command_of_the_tests_starts(command: str) -> None:
    """Nobody runs them every day, so nobody sees that a name they use is gone."""
    assert import_module(f"tests.{command}.__main__").__doc__
