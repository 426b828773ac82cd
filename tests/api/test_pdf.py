"""Documents as PDF: where LibreOffice is on the machine, and a plain no where it is not."""

import io
import shutil
from pathlib import Path

import pypdfium2
import pytest

from service.domain.template_refusals import PdfNotMade, TemplateFault, TemplateRefused
from service.reports import printing
from service.settings import Settings
from tests.api.test_document_templates import related
from tests.api.test_register_file import book
from tests.api.world import Api
from tests.small_docx import docx

__all__ = ["book"]
needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not on this machine (libreoffice-writer-nogui)"
)


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Return settings under which LibreOffice is not found, where a test says so."""
    missing = "without_office" in request.node.name
    return settings.model_copy(update={"office_program": "/nowhere/soffice"}) if missing else settings


@needs_office
def test_a_report_is_printed_with_its_days_on_its_pages(book: Api) -> None:
    answered = book.get("/v1/reports/late.docx?format=pdf")
    assert (answered.status_code, answered.headers["content-type"]) == (200, "application/pdf")
    assert answered.headers["content-disposition"].endswith('.pdf"')
    pages = pypdfium2.PdfDocument(io.BytesIO(answered.content))
    words = " ".join(pages[0].get_textpage().get_text_bounded().split())
    assert "03/06/2024" in words, "letters with two marks may be drawn in another font, and are not asked for"
    assert "15/05/2024" in words
    assert pages[0].get_width() > pages[0].get_height(), "the list lies across the page"


def test_without_office_there_is_the_docx_and_one_clear_no(book: Api) -> None:
    refused = book.refused("pdf-not-made", 406, "GET", "/v1/reports/progress.docx?format=pdf")
    assert refused["why"] == "no_program"
    assert book.get("/v1/reports/progress.docx?format=docx").status_code == 200


def test_a_document_that_refers_to_another_host_is_not_opened() -> None:
    with pytest.raises(TemplateRefused) as refused:
        printing.printed("true", related("image", "http://x.test/a.png", ' TargetMode="External"'))
    assert refused.value.fault is TemplateFault.OUTSIDE


def test_a_program_that_never_ends_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, told = tmp_path / "soffice", tmp_path / "told"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {told}\nwait\n")
    program.chmod(0o700)
    monkeypatch.setattr(printing, "WALL_SECONDS", 2.0)
    with pytest.raises(PdfNotMade) as refused:
        printing.printed(str(program), docx("x"))
    assert refused.value.why == "failed"
    status = Path(f"/proc/{told.read_text().strip()}/stat")
    assert not status.exists() or status.read_text().split()[2] == "Z"
