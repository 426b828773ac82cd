"""`dondoc worker`: reminds, escalates and sends, until told to stop."""

import gc

from service import logs
from service.notify.worker import run
from service.settings import Settings


def worker() -> None:
    """Run a worker in this process; on SIGTERM what is in flight is finished first."""
    logs.configure()
    gc.freeze()  # what was imported stays; a search for garbage would find nothing in it
    run(Settings())
