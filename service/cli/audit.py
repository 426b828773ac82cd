"""`dondoc audit`: prove that nothing in the ledger was changed, here or where somebody else reads it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from service.cli.key_files import AUDIT_KEY, key_file, new_signer, write_key_file
from service.database import Database
from service.domain import audit_file
from service.domain.audit_refusals import LedgerBroken, NotUnderCheckpoint
from service.domain.checks import ledger as checks
from service.domain.errors import NotFound
from service.domain.notes import KeyRefused, Ring
from service.domain.reading import audit as reading
from service.domain.verifying import Broken, Verified
from service.settings import Settings

audit = typer.Typer(no_args_is_help=True)
Key = Annotated[str, typer.Option(help="Public keys, or a file with them; else those of DONDOC_AUDIT_KEY.")]
HEAD = b'{"dondoc_audit"'
"""What an export begins with, and a proof does not."""


@audit.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="An export or a proof; else the database.")] = None,
    key: Key = "",
    anchor: Annotated[
        list[Path] | None, typer.Option(help="Checkpoints that were kept elsewhere: an anchor file, a mail.")
    ] = None,
) -> None:
    """Name the first place that is not what was signed; exit 1 if there is one."""
    with _refusals():
        ring = _ring(key)
        kept = [note for path in anchor or [] for note in _anchored(path)]
        if file is None:
            with _stored() as connection:
                _say(reading.verify_stored(connection, ring, kept))
                _require_sound(connection)
        elif _is_export(file):
            with file.open("rb") as lines:
                _say(audit_file.verify_export(lines, ring, anchors=kept))
        else:
            typer.echo(f"✓ {audit_file.verify_document(file.read_text(encoding='utf-8'), ring)}")


@audit.command()
def export(file: Annotated[Path, typer.Argument(help="Where to write it, as JSON lines.")]) -> None:
    """Write every entry that is under a checkpoint, and the checkpoints; `verify` needs nothing else."""
    with _refusals(), _stored() as connection:
        lines = reading.export(connection, _ring(""))
        head = next(lines)
        with file.open("w", encoding="utf-8", newline="\n") as out:
            out.write(head)
            out.writelines(lines)


@audit.command()
def prove(
    position: Annotated[int, typer.Argument(min=1, help="Of the entry in the ledger.")],
) -> None:
    """Print the proof of one entry: anybody with the public key can check it with `verify`."""
    with _refusals(), _stored() as connection:
        found = reading.prove(connection, reading.entry_at(connection, position))
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


@audit.command()
def key(
    new: Annotated[bool, typer.Option("--new", help="Sign with a new key from now on.")] = False,
) -> None:
    """Print the public keys, the newest first. Of a key that was replaced only the public part is kept."""
    with _refusals():
        if new:
            _renew(Settings())
        for public in _ring("").keys.values():
            typer.echo(public.text())


def _renew(settings: Settings) -> None:
    text = os.environ.get(AUDIT_KEY, "")
    ring = Ring.read(text) if text else None
    path, signer = key_file(settings, AUDIT_KEY), new_signer(settings, ring)
    kept = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    if text != kept:
        typer.echo(f"{AUDIT_KEY} is set by hand: put this in front of it.\n{signer.text()}", err=True)
        return
    older = [public.text() for public in ring.keys.values()] if ring else []
    os.environ[AUDIT_KEY] = "\n".join([signer.text(), *older])
    write_key_file(path, os.environ[AUDIT_KEY])
    typer.echo(f"{path} is new: start the workers again, and give auditors the public keys.", err=True)


def _ring(given: str) -> Ring:
    text = given or os.environ.get(AUDIT_KEY, "")
    if not text:
        raise KeyRefused(f"there is no key: give --key, or set {AUDIT_KEY} (`dondoc audit key --new`)")
    try:
        return Ring.read(text)
    except KeyRefused:
        if not given or not Path(given).is_file():
            raise
    return Ring.read(Path(given).read_text(encoding="utf-8"))


def _is_export(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(HEAD)) == HEAD


def _anchored(path: Path) -> list[str]:
    text = path.read_bytes().decode()
    if path.suffix == ".eml":
        body = message_from_string(text, policy=default).get_body(("plain",))
        text = body.get_content() if body is not None else ""
    found = audit_file.anchored(text)
    if not found:
        raise Broken(1, f"no checkpoint is in {path}")
    return found


def _say(found: Verified) -> None:
    typer.echo(f"✓ {found.entries} entries are what was signed, under {found.checkpoints} checkpoints")
    if found.texts or found.erased:
        typer.echo(f"  {found.texts} texts beside them are what was sealed, {found.erased} were erased")
    if found.entries > found.signed:
        typer.echo(f"  the last {found.entries - found.signed} of them wait for the next one")
    if found.anchors:
        typer.echo(f"  as {found.anchors} checkpoints that were kept elsewhere say too")
    else:
        typer.echo("  whether an end is missing only --anchor tells")


def _require_sound(connection: Connection) -> None:
    """Look for events that no place speaks of."""
    for name, check in checks.checks().items():
        if row := connection.execute(check.broken).first():
            raise Broken(1, f"{name}: {check.promise}, and see {' '.join(map(str, row))}")


@contextmanager
def _stored() -> Iterator[Connection]:
    with Database.of(Settings()) as database, database.snapshot(patiently=True) as connection:
        yield connection


@contextmanager
def _refusals() -> Iterator[None]:
    """End with 1 and a sentence where something is not what was signed, with 2 where nothing can be said."""
    try:
        yield
    except (Broken, LedgerBroken) as error:
        sentence = str(error) if isinstance(error, Broken) else f"position {error.position}: {error.title}"
        typer.echo(f"✗ {sentence}", err=True)
        raise typer.Exit(1) from None
    except (KeyRefused, NotUnderCheckpoint, NotFound, OSError, UnicodeDecodeError) as error:
        typer.echo(getattr(error, "title", "") or str(error), err=True)
        raise typer.Exit(2) from None
