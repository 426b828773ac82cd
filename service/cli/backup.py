"""`dondoc backup`, `restore`, `release`, `drill`: an office kept twice, and proof that it works."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.backup import drill as drills
from service.backup.making import make
from service.backup.manifest import MANIFEST, BackupRefused, Manifest
from service.backup.restoring import restore as bring_back
from service.cli.person import listed
from service.clock import SystemClock
from service.database import Database
from service.domain import holds
from service.domain.erasing_people import apply_again
from service.domain.tables import Unsent
from service.settings import Settings

NO_KEYS = (
    "The secret key (DONDOC_SECRET_KEY or secret.key) is not in it: keep it apart; no channel opens without."
)
AFTER_RESTORE = (
    "Nothing leaves this copy until `dondoc release`; make sure first that the original has ended."
)

console = Console()


def backup(
    target: Annotated[Path, typer.Argument(help="Folder to make; one that exists is refused.")],
) -> None:
    """Back up the database and the documents while the service runs."""
    settings = Settings()
    with _database(settings) as database:
        manifest = make(database, settings.files, target, now=SystemClock().now)
    _show(target, manifest)
    console.print(NO_KEYS, markup=False)


def restore(
    source: Annotated[Path, typer.Argument(help="Folder of a backup.", exists=True, file_okay=False)],
    reapply: Annotated[
        Path | None,
        typer.Option(help="What was erased (`dondoc person erasures`) is erased here too.", exists=True),
    ] = None,
) -> None:
    """Restore a backup into an empty database; it is proved before and after, and held until released."""
    settings = Settings()
    with _database(settings) as database:
        erased = _erased(reapply)
        restored = bring_back(source, database, settings.files, now=SystemClock().now())
        if erased:
            _erase_again(database, erased)
    _show(source, restored.manifest)
    faults = [*restored.differences, *(f"{v.check}: {v.count} — {v.promise}" for v in restored.violations)]
    for fault in faults:
        console.print(f"✗ {fault}", style="red", markup=False)
    console.print(AFTER_RESTORE, markup=False)
    if faults:
        raise typer.Exit(1)


def _erased(file: Path | None) -> list[tuple[str, str]]:
    try:
        return listed(file) if file else []
    except ValueError as error:
        raise BackupRefused(str(error)) from None


def _erase_again(database: Database, erased: list[tuple[str, str]]) -> None:
    with database.write() as session:
        people, texts = apply_again(session, erased, now=SystemClock().now())
    database.scrub()
    console.print(f"Erased again: {people} people, {texts} texts.")


def release(
    unsent: Annotated[
        Unsent,
        typer.Option(
            help="What may have been sent before the restoring: `list` gives it to people, `send` sends it."
        ),
    ] = Unsent.LIST,
) -> None:
    """Let a restored copy send from now on."""
    with _database(Settings()) as database, database.write() as session:
        released = holds.release(session, unsent=unsent, now=SystemClock().now())
    if released is None:
        console.print("Nothing is held.")
        return
    console.print(f"Released; {released.listed} messages that may have been sent before wait for a person.")


def drill(
    source: Annotated[
        Path | None, typer.Argument(help="A backup, or a folder of backups; without it one is made.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where there is room for two copies of the office.")
    ] = None,
) -> None:
    """Restore a backup beside the office, prove it, throw it away; exit 1 if anything is amiss."""
    settings = Settings()
    with _database(settings) as database:
        chosen = source if source is None or (source / MANIFEST).is_file() else drills.newest(source)
        done = drills.drill(database, settings, SystemClock(), backup=chosen, folder=folder)
    _show(chosen or Path("a backup made for this"), done.manifest)
    console.print(
        f"backup {done.backup_seconds:.1f} s, restore {done.restore_seconds:.1f} s,"
        f" proof {done.proof_seconds:.1f} s",
        markup=False,
    )
    for fault in done.faults:
        console.print(f"✗ {fault}", style="red", markup=False)
    if done.faults:
        raise typer.Exit(1)
    console.print("✓ restored, nothing amiss, nothing sent")


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """Give the office's database; what stands in the way is said in a sentence, and exits 1."""
    try:
        with Database.of(settings) as database:
            yield database
    except (BackupRefused, OSError) as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None


def _show(where: Path, manifest: Manifest) -> None:
    rows = sum(manifest.counts.values())
    console.print(
        f"{where}: {manifest.database} of {manifest.made_at.isoformat()}, schema {manifest.revision},"
        f" {rows} rows, {manifest.documents} documents ({manifest.bytes} bytes),"
        f" ledger {manifest.position} {manifest.chain}",
        markup=False,
    )
    for digest in manifest.lost:
        console.print(f"✗ document {digest} is not what its row says", style="red", markup=False)
