"""Where documents are written, by the office's own template or in the form of the service, few at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from service.domain.letter_rules import DocumentKind
from service.domain.reading.document_templates import TemplateRow
from service.edge.refusals import ServiceBusy
from service.files import blob_path
from service.reports.built_in import built_in
from service.reports.child import filled_apart
from service.reports.documents import filled
from service.reports.printing import found, printed
from service.reports.sample import sample
from service.settings import Settings

BUSY_SECONDS = 10


class WritingRoom:
    """Programs are started for at most as many documents at once as leave a thread for everybody else."""

    def __init__(self, settings: Settings) -> None:
        self._files, self._program = settings.files, settings.office_program
        most = min(settings.intake_processes, settings.database_pool_size - 1)
        self._places = BoundedSemaphore(max(1, most))

    def template(self, row: TemplateRow) -> bytes:
        """Return a template as a DOCX, or the form that comes with the service."""
        return built_in(row.kind) if row.sha256 is None else blob_path(self._files, row.sha256).read_bytes()

    def write(self, row: TemplateRow, values: Mapping[str, Any]) -> bytes:
        """Return a document by the template that holds.

        Raises:
            TemplateRefused: The office's own template cannot be filled in with this.
            ServiceBusy: Too many documents are being made.
        """
        if row.sha256 is None:
            return filled(row.kind, built_in(row.kind), values)
        return self._fill(row.kind, self.template(row), [values])

    def _fill(self, kind: DocumentKind, template: bytes, values: Sequence[Mapping[str, Any]]) -> bytes:
        with self._place():
            return filled_apart(kind, template, values)

    def attempt(self, kind: DocumentKind, template: bytes, today: Mapping[str, Any]) -> bytes:
        """Return the document of today that a sent template makes; values made up must fit it too.

        Raises:
            TemplateRefused: Something is wrong with the template.
            ServiceBusy: Too many documents are being made.
        """
        return self._fill(kind, template, [sample(kind), today])

    @property
    def prints(self) -> bool:
        """Return if documents can be made as PDF here."""
        return found(self._program) is not None

    def print(self, content: bytes) -> bytes:
        """Return a document as PDF.

        Raises:
            PdfNotMade: There is no program for it, or it failed.
            ServiceBusy: Too many documents are being made.
        """
        with self._place():
            return printed(self._program, content)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise ServiceBusy(retry_after=BUSY_SECONDS)
        try:
            yield
        finally:
            self._places.release()
