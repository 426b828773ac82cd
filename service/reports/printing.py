"""Documents as PDF, by LibreOffice where it is on the machine: bounded, with a profile for one document."""

import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from service.domain.template_refusals import PdfNotMade
from service.reports.package import UNPACKED_BYTES_MAX, require_plain

CPU_SECONDS, WALL_SECONDS = 60, 120.0
FILE_BYTES_MAX = 100_000_000
OPTIONS = ("--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault", "--nofirststartwizard")
ITEM = '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">\
<value>{value}</value></prop></item>'
PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + ITEM.format(path="Common/Security/Scripting", name="DisableMacrosExecution", value="true")
    + ITEM.format(path="Common/Security/Scripting", name="BlockUntrustedRefererLinks", value="true")
    + ITEM.format(path="Common/Security/Scripting", name="DisableActiveContent", value="true")
    + ITEM.format(path="Writer/Content/Update", name="Link", value="2")
    + "</oor:items>"
)
"""No macros, and nothing that a document refers to is looked up."""


def found(program: str) -> str | None:
    """Return where LibreOffice lies: a name is looked for on the path; None where it is not."""
    return shutil.which(program)


def printed(program: str, content: bytes) -> bytes:
    """Return a DOCX as PDF.

    Args:
        program: LibreOffice, by its name or where it lies.
        content: The document. One that is not plain text and pictures is not opened.

    Raises:
        PdfNotMade: LibreOffice is not here, or makes nothing of it in two minutes.
        TemplateRefused: The document refers to something outside.
    """
    at = found(program)
    if at is None:
        raise PdfNotMade(why="no_program")
    require_plain(content, bytes_max=UNPACKED_BYTES_MAX)
    with TemporaryDirectory(prefix="dondoc-") as name:
        folder = Path(name)
        source = folder / "document.docx"
        source.write_bytes(content)
        settings = folder / "profile" / "user"
        settings.mkdir(parents=True)
        (settings / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        profile = f"-env:UserInstallation={settings.parent.as_uri()}"
        _run([at, *OPTIONS, profile, "--convert-to", "pdf", "--outdir", name, str(source)], folder)
        try:
            return source.with_suffix(".pdf").read_bytes()
        except OSError:
            raise PdfNotMade(why="failed") from None


def _run(arguments: list[str], folder: Path) -> None:
    """Run a program to its end, or end it with everything that it started."""
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    environment["PATH"] = os.environ.get("PATH", os.defpath)
    with subprocess.Popen(  # noqa: S603  our own arguments
        arguments,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))
        try:
            process.wait(WALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise PdfNotMade(why="failed") from None
        finally:
            _end(process.pid)


def _end(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
