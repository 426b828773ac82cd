"""`dondoc person`: what is held about one person, and its erasure."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import to_json
from rich.console import Console

from service.api.views.personal_data import PersonalDataView, personal_data_view
from service.cli.refusals import in_words
from service.cli.units import acting_by_hand
from service.clock import SystemClock
from service.database import Database
from service.domain import erasing_people
from service.domain.reading import personal_data
from service.settings import Settings

person = typer.Typer(no_args_is_help=True)
console = Console()

NOT_SCRUBBED = "Somebody is reading all the time: the worker writes the file anew within an hour."

Code = Annotated[str, typer.Argument(help="The person's code.")]
Register = Annotated[str | None, typer.Option(help="Code of the register, where there are several.")]


@person.command()
def export(
    code: Code,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON document.")] = False,
    register: Register = None,
) -> None:
    """Print everything that is held about a person, and texts that may speak of the person."""
    now = SystemClock().now()
    with Database.of(Settings()) as database, in_words(console):
        with database.write() as session:
            actor = acting_by_hand(session, register)
        with database.snapshot(patiently=True) as connection:
            found = personal_data.of_person(connection, actor, code, now=now, is_bounded=False)
    view = personal_data_view(found)
    if as_json:
        typer.echo(to_json(view, indent=1).decode())
        return
    _print(view)


@person.command()
def erase(
    code: Code,
    basis: Annotated[str, typer.Option(help="A request's number, a decision; it names no person.")],
    register: Register = None,
) -> None:
    """Take a person's name, code, addresses and traces away; posts must have ended before."""
    now = SystemClock().now()
    with Database.of(Settings()) as database, in_words(console):
        with database.write() as session:
            actor = acting_by_hand(session, register)
            found = erasing_people.erase_person(session, actor, code, basis=basis, version=None, now=now)
            left = found.code
        typer.echo(f"{code} is {left} now.")
        if not database.scrub():
            typer.echo(NOT_SCRUBBED)


@person.command()
def erasures(file: Annotated[Path, typer.Argument(help="Where to write it, as JSON lines.")]) -> None:
    """Write what was erased, as ids: keep it apart from backups, for `restore --reapply`."""
    with Database.of(Settings()) as database, database.snapshot(patiently=True) as connection:
        lines = [json.dumps({what: name}) for what, name in erasing_people.erasures(connection)]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    typer.echo(f"{len(lines)} erasures")


def listed(file: Path) -> list[tuple[str, str]]:
    """Return the erasures in a file that `erasures` wrote.

    Raises:
        ValueError: It is none.
    """
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        if not isinstance(given, dict) or len(given) != 1 or not given.keys() <= {"person", "text"}:
            raise ValueError(f"{file} is no list of erasures: {line}")
        found += [(what, str(name)) for what, name in given.items()]
    return found


def _print(view: PersonalDataView) -> None:
    typer.echo(f"{view['code']}  {view['name']}")
    for name, rows in view["records"].items():
        typer.echo(f"{name:24} {len(rows)}")
    for each in view["mentions"]:
        typer.echo(f"? {each['place']} {each['position'] or ''} {each['name']}: {each['text']}")
