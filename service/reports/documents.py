"""Documents that people open in Word: a template and values in, a DOCX out."""

import io
import warnings
from collections.abc import Mapping
from typing import Any, cast

from service.reports.template_rules import FAULTS, TemplateEnvironment


class TemplateFault(Exception):
    """A template cannot be filled in; the words say what is wrong with it."""


def filled(template: bytes, values: Mapping[str, Any]) -> bytes:
    """Return a DOCX template (docxtpl's notation) with values in their places, as a DOCX.

    Raises:
        TemplateFault: It is no DOCX, is broken, or names something that it has no value for.
    """
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate
    from lxml.etree import LxmlError

    content = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(template))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            document.render(cast("dict[str, Any]", values), TemplateEnvironment(), autoescape=True)
            document.save(content)
    except FAULTS as fault:
        raise TemplateFault(str(fault.message or fault)) from None
    except (OpcError, LxmlError, KeyError, ValueError) as fault:
        raise TemplateFault(f"the document cannot be read: {type(fault).__name__}") from None
    return content.getvalue()
