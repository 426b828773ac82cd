"""By which templates an office writes its documents, as it goes out."""

from collections.abc import Iterator
from datetime import datetime

from typing_extensions import TypedDict

from service.domain.letter_rules import DocumentKind
from service.domain.reading.document_templates import TemplateRow
from service.reports.template_names import NAMES, Names


class DocumentTemplateVersion(TypedDict):
    """One version of a template; `is_own` says whether the office wrote it, or the service's form holds.

    Version 0 was there before anybody set a template.
    """

    kind: DocumentKind
    version: int
    is_own: bool
    file_name: str | None
    size: int | None
    sha256: str | None
    made_by_name: str | None
    made_at: datetime | None


class DocumentTemplateName(TypedDict):
    """A name that a template may use; one with a dot is a field, of each of a list's rows where it is one."""

    name: str
    meaning: str
    is_list: bool


class DocumentTemplateView(DocumentTemplateVersion):
    """The template that holds, and the names that one of its kind may use."""

    names: list[DocumentTemplateName]


class DocumentTemplateList(TypedDict):
    """The template that holds for each kind of document."""

    items: list[DocumentTemplateView]


class DocumentTemplatePage(TypedDict):
    """Versions of the template of a kind, the newest first; version 0 is not among them."""

    items: list[DocumentTemplateVersion]
    next: str | None


def version_view(row: TemplateRow) -> DocumentTemplateVersion:
    """Return one version."""
    return {
        "kind": row.kind,
        "version": row.version,
        "is_own": row.sha256 is not None,
        "file_name": row.file_name,
        "size": row.size,
        "sha256": row.sha256,
        "made_by_name": row.made_by_name,
        "made_at": row.made_at,
    }


def template_view(row: TemplateRow) -> DocumentTemplateView:
    """Return the template that holds."""
    return {**version_view(row), "names": list(_names(NAMES[row.kind], ""))}


def _names(names: Names, owner: str) -> Iterator[DocumentTemplateName]:
    for name, named in names.items():
        yield {"name": owner + name, "meaning": named.meaning, "is_list": named.is_list}
        yield from _names(named.fields, f"{owner}{name}.")
