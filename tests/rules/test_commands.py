"""The list of commands: what it says is true, and asking for it costs no import of the service."""

import subprocess
import sys

import pytest

from service.cli import COMMANDS, imported

LISTED = """
import sys
from typer.testing import CliRunner
from service.cli import app
listed = CliRunner().invoke(app, ["--help"])
print(listed.exit_code, "doctor" in listed.stdout, "sqlalchemy" in sys.modules)
"""

pytestmark = pytest.mark.rules


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    first, _, _ = imported(name).help.partition("\n\n")
    assert " ".join(first.split()) == COMMANDS[name].tells


def test_nobody_waits_for_the_service_to_read_the_list() -> None:
    told = subprocess.run([sys.executable, "-c", LISTED], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["0", "True", "False"]
