"""Bring a database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from service.database import Database

FOLDER = Path(__file__).parent.parent / "migrations"


def config(connection: object) -> Config:
    """Return the migrations' configuration over an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


def upgrade(database: Database) -> None:
    """Apply every migration that the database has not seen."""
    with database.engine.connect() as connection:
        command.upgrade(config(connection), "head")
        connection.commit()
