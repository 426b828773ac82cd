"""The whole site over one database: API and pages together; what `dondoc serve` runs."""

import gc

from fastapi import FastAPI

from service import logs
from service.api.app import create_app
from service.clock import Clock, SystemClock
from service.database import Database
from service.settings import Settings
from service.web.site import include_pages


def from_environment() -> FastAPI:
    """Return the site that the environment describes.

    What it is built of stays: searched for garbage, it would keep a request waiting for half a second.
    """
    logs.configure()
    settings = Settings()
    gc.disable()
    site = site_of(settings, Database.of(settings), SystemClock())
    gc.freeze()
    gc.enable()
    return site


def site_of(settings: Settings, database: Database, clock: Clock) -> FastAPI:
    """Return the site of one office."""
    site = create_app(settings, database, clock)
    include_pages(site)
    return site
