"""`dondoc criteria`: the national sets of criteria for registers that were made before there were any."""

import typer
from sqlmodel import select

from service.clock import SystemClock
from service.database import Database
from service.domain.criterion_sets import give_national_sets
from service.domain.tables import Register
from service.settings import Settings


def criteria() -> None:
    """Give every register the national sets of criteria that it has not; what it has stays as it is."""
    now = SystemClock().now()
    with Database.of(Settings()) as database, database.write() as session:
        given = {
            register.code: give_national_sets(session, register.id, now=now)
            for register in session.exec(select(Register)).all()
        }
    for code, sets in given.items():
        typer.echo(f"{code}: {', '.join(sets) or 'nothing was missing'}")
