"""Documents that people open in Word: a template and values in, a DOCX out."""

import io
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from service.domain.letter_rules import DocumentKind
from service.domain.template_refusals import TemplateFault, TemplateRefused
from service.reports.template_names import NAMES, Names
from service.reports.template_rules import NotSoWritten, TemplateEnvironment

NEAR_MAX = 120
"""Characters of a template that are shown beside a fault."""


def filled(kind: DocumentKind, template: bytes, values: Mapping[str, Any]) -> bytes:
    """Return a DOCX template (docxtpl's notation) with values in their places, as a DOCX.

    Raises:
        TemplateRefused: It is no DOCX, is broken, or names something that it has no value for.
    """
    return filled_with(NAMES[kind], template, values)


def filled_with(names: Names, template: bytes, values: Mapping[str, Any]) -> bytes:
    """Return a template with values under given names in their places.

    Raises:
        TemplateRefused: As `filled`.
    """
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    content = io.BytesIO()
    try:
        document = _strict()(io.BytesIO(template))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            document.render(cast("dict[str, Any]", values), TemplateEnvironment(names), autoescape=True)
            document.save(content)
    except NotSoWritten as fault:
        raise TemplateRefused(fault=fault.fault, what=fault.what) from None
    except TemplateSyntaxError as fault:
        raise TemplateRefused(fault=TemplateFault.BROKEN, what=_near(fault)) from None
    except (UndefinedError, SecurityError) as fault:
        raise TemplateRefused(fault=TemplateFault.UNKNOWN_NAME, what=str(fault.message)) from None
    except (OpcError, LxmlError, KeyError, ValueError) as fault:
        raise TemplateRefused(fault=TemplateFault.NOT_DOCX, what=type(fault).__name__) from None
    return content.getvalue()


@cache
def _strict() -> Any:
    """Return docxtpl's template that does not mend what a crossed loop tears apart."""
    from docxtpl import DocxTemplate
    from lxml import etree

    class StrictTemplate(DocxTemplate):  # type: ignore[misc]
        def render_xml_part(self, *given: Any, **named: Any) -> str:
            rendered: str = super().render_xml_part(*given, **named)
            try:
                etree.fromstring(rendered.encode())
            except etree.XMLSyntaxError:
                raise TemplateRefused(fault=TemplateFault.CROSSED, what="{% … %}") from None
            return rendered

    return StrictTemplate


def _near(fault: TemplateSyntaxError) -> str:
    """Return what Jinja says of a fault, and the text where it stands, if docxtpl knows it."""
    lines = list(getattr(fault, "docx_context", ()))
    at = fault.lineno - 1 - max(fault.lineno - 4, 0)
    near = lines[at].strip() if at < len(lines) else ""
    return f"{fault.message} {near}".strip()[: 2 * NEAR_MAX]
