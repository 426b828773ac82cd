"""The command line: everything an operator does. A command is imported when it is asked for."""

import gc
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Place(NamedTuple):
    """The file of a command, and what the command does in a sentence."""

    module: str
    tells: str


COMMANDS = {
    "init": Place(
        "office",
        "Make the database, a register, its first administrator's key and account; both are shown once.",
    ),
    "key": Place(
        "office",
        "Make one more administrator's key, as when the others have ended; the journal has it.",
    ),
    "account": Place("account", "People who sign in; the journal has what is done here."),
    "migrate": Place("office", "Bring the database to the schema of this version."),
    "check": Place(
        "office",
        "Say what keeps the service from working: settings, database, schema, channels.",
    ),
    "serve": Place("serve", "Serve until told to stop; on SIGTERM requests in flight are finished first."),
    "worker": Place(
        "worker",
        "Run a worker in this process; on SIGTERM what is in flight is finished first.",
    ),
    "units": Place("units", "Units, groups and people of the installation."),
    "register": Place("register", "The register: its opening balance."),
    "criteria": Place(
        "criteria",
        "Give every register the national sets of criteria that it has not; what it has stays as it is.",
    ),
    "reorganise": Place(
        "reorganise",
        "Enter a reorganisation of units; with `--carry-out` and nothing undecided, it also takes effect.",
    ),
    "parse": Place("parse", "Read a directive and print what would be proposed to the clerk."),
    "demo": Place(
        "demo",
        "Play a real letter on a simulated clock, then serve its office; exit 0 if all went as expected.",
    ),
    "mail": Place("mail", "Take in what mail servers report."),
    "backup": Place("backup", "Back up the database and the documents while the service runs."),
    "restore": Place(
        "backup",
        "Restore a backup into an empty database; it is proved before and after, and held until released.",
    ),
    "release": Place("backup", "Let a restored copy send from now on."),
    "drill": Place(
        "backup",
        "Restore a backup beside the office, prove it, throw it away; exit 1 if anything is amiss.",
    ),
    "doctor": Place("doctor", "Name every violation; exit 1 if there is one."),
    "person": Place("person", "Personal data: what is held about somebody; erasure."),
    "audit": Place("audit", "Prove that nothing in the ledger was changed."),
    "zalo": Place("zalo", "The Official Account, or the bot, of a register."),
    "fake": Place("fake", "Stand-ins on 127.0.0.1, to try channels without accounts."),
    "openapi": Place("contract", "Write the API's contract, or say that the committed one is stale."),
    "asyncapi": Place("asyncapi", "Write the contract of events, or say that the committed one is stale."),
    "permissions": Place("contract", "Print who may do what, and which action each route asks for."),
}


class Commands(TyperGroup):
    """Commands by name; the price of a heavy import is paid by its command alone."""

    def list_commands(self, _context: Any) -> list[str]:
        """Return the names, in the order of an office's life."""
        return list(COMMANDS)

    def get_command(self, _context: Any, name: str) -> Any:
        """Return what the list of commands says of one."""
        place = COMMANDS.get(name)
        return None if place is None else TyperCommand(name, help=place.tells)

    def resolve_command(self, context: Any, args: list[str]) -> Any:
        """Return the command that was asked for."""
        name, _, rest = super().resolve_command(context, args)
        return name, None if name is None else imported(name), rest


def imported(name: str) -> Any:
    """Return a command, ready to run."""
    module, tells = COMMANDS[name]
    gc.disable()  # an import leaves no garbage to search for
    found = getattr(import_module(f"service.cli.{module}"), name)
    gc.enable()
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name, group.help = name, tells
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
