"""An operator at the machine: commands with settings of their own, which pay for no imports."""

import os
import shutil
from pathlib import Path
from unittest.mock import patch

from click.testing import Result
from typer.testing import CliRunner

from service.cli import app
from tests.databases import Templates


class Shell:
    """Runs commands of an installation in a folder; `environment` serves whoever starts a real process."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "office" / "dondoc.db"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")},
            "DONDOC_DATABASE_URL": f"sqlite:///{self.database}",
            "DONDOC_FILES": str(folder / "files"),
            "DONDOC_MAIL_FOLDER": str(folder / "mail"),
        }

    def run(self, *arguments: str, **settings: str) -> Result:
        """Run a command to its end, in this process; what it does not catch is the test's failure."""
        with patch.dict(os.environ, self.environment | settings, clear=True):
            return CliRunner().invoke(app, arguments, catch_exceptions=False)


def migrated(folder: Path, templates: Templates) -> Shell:
    """Return a shell for an office whose schema is there already, and nothing else."""
    shell = Shell(folder)
    shell.database.parent.mkdir(parents=True)
    with templates.copy("sqlite") as empty:
        shutil.copyfile(str(empty.url.database), shell.database)
    return shell


def set_up(folder: Path, templates: Templates) -> Shell:
    """Return a shell for an office that was set up (`dondoc init`)."""
    shell = migrated(folder, templates)
    assert shell.run("init", "--json").exit_code == 0
    return shell
