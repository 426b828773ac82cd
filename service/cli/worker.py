"""`dondoc worker`: reminds, escalates and sends, until told to stop."""

from service import logs
from service.notify.worker import run
from service.settings import Settings


def worker() -> None:
    """Run a worker in this process; on SIGTERM what is in flight is finished first."""
    logs.configure()
    run(Settings())
