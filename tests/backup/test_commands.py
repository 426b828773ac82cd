"""The commands of an operator whose machine is gone."""

from pathlib import Path

import pytest

from tests.databases import Templates
from tests.shell import Shell, set_up


@pytest.fixture
def shell(tmp_path: Path, templates: Templates) -> Shell:
    """Return a shell for an office that was set up."""
    return set_up(tmp_path, templates)


def test_an_office_comes_back_on_another_machine_step_by_step(shell: Shell, tmp_path: Path) -> None:
    done = shell.run("backup", str(tmp_path / "backups" / "monday"))
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "secret key" in done.stdout
    assert not list((tmp_path / "backups").rglob("*key*")), "a backup opens no channel"
    refused = shell.run("restore", str(tmp_path / "backups" / "monday"))
    assert refused.exit_code == 1
    assert "not empty" in refused.stdout

    other = {"DONDOC_DATABASE_URL": f"sqlite:///{tmp_path}/other/dondoc.db"}
    restored = shell.run("restore", str(tmp_path / "backups" / "monday"), **other)
    assert restored.exit_code == 0, restored.stdout + restored.stderr
    assert "dondoc release" in restored.stdout
    held = shell.run("check", **other)
    assert held.exit_code == 1
    assert "dondoc release" in held.stderr
    assert "held since" in shell.run("doctor", **other).stdout
    assert shell.run("release", **other).exit_code == 0
    assert shell.run("check", **other).exit_code == 0


def test_a_drill_is_one_command(shell: Shell) -> None:
    done = shell.run("drill")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "nothing sent" in done.stdout
