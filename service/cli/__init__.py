"""The command line: everything an operator does. A command is imported when it is asked for."""

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup


class Place(NamedTuple):
    """Where a command is written."""

    module: str
    name: str


COMMANDS = {
    "init": Place("service.cli.office", "init"),
    "key": Place("service.cli.office", "key"),
    "account": Place("service.cli.account", "account"),
    "migrate": Place("service.cli.office", "migrate"),
    "check": Place("service.cli.office", "check"),
    "serve": Place("service.cli.serve", "serve"),
    "worker": Place("service.cli.worker", "worker"),
    "units": Place("service.cli.units", "units"),
    "register": Place("service.cli.register", "register"),
    "criteria": Place("service.cli.criteria", "criteria"),
    "reorganise": Place("service.cli.reorganise", "reorganise"),
    "parse": Place("service.cli.parse", "parse"),
    "demo": Place("service.cli.demo", "demo"),
    "mail": Place("service.cli.mail", "mail"),
    "backup": Place("service.cli.backup", "backup"),
    "restore": Place("service.cli.backup", "restore"),
    "release": Place("service.cli.backup", "release"),
    "drill": Place("service.cli.backup", "drill"),
    "doctor": Place("service.cli.doctor", "doctor"),
    "person": Place("service.cli.person", "person"),
    "audit": Place("service.cli.audit", "audit"),
    "zalo": Place("service.cli.zalo", "zalo"),
    "fake": Place("service.cli.fake", "fake"),
    "openapi": Place("service.cli.contract", "openapi"),
    "asyncapi": Place("service.cli.asyncapi", "events"),
    "permissions": Place("service.cli.contract", "permissions"),
}


class Commands(TyperGroup):
    """Commands by name; the price of a heavy import is paid by its command alone."""

    def list_commands(self, _context: Any) -> list[str]:
        """Return the names, in the order of an office's life."""
        return list(COMMANDS)

    def get_command(self, _context: Any, name: str) -> Any:
        """Return a command, imported now."""
        place = COMMANDS.get(name)
        if place is None:
            return None
        found = getattr(import_module(place.module), place.name)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = name
            return group
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
        return typer.main.get_command(alone)


app = typer.Typer(
    cls=Commands, add_completion=False, no_args_is_help=True, pretty_exceptions_show_locals=False
)


@app.callback()
def begin() -> None:
    """Đôn đốc: turns signed directives into duties that named units cannot lose sight of."""
    from service.cli.key_files import adopt_key_files

    adopt_key_files()


def main() -> None:
    """Run a command."""
    app()
