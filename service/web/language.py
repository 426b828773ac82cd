"""Pages in two languages: Vietnamese as the templates have it, English from the catalogues in `locale/en`.

The catalogues are read as they stand when the service starts; nothing is compiled beforehand.
"""

import io
from collections.abc import Callable, Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.web.assets import versioned
from service.web.duty_words import badges
from service.web.shown import FILTERS

HERE = Path(__file__).parent
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "language"


def marked(sentence: str) -> str:
    """Return a sentence that stands in Python and is translated where it is shown."""
    return sentence


def language_of(request: Request) -> str:
    """Return the language that somebody chose; Vietnamese for whoever chose none."""
    chosen = request.cookies.get(COOKIE, "vi")
    return chosen if chosen in LANGUAGES else "vi"


def translator(language: str) -> Callable[[str], str]:
    """Return what puts a Vietnamese sentence into a language."""
    return _catalogue(language).gettext


def render(language: str, template: str, facts: Mapping[str, Any]) -> str:
    """Return a page in a language."""
    return environment(language).get_template(template).render(facts)


@cache
def environment(language: str) -> Environment:
    """Return the templates in one language; what a template names and nobody gave is a fault."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.filters.update(FILTERS)
    made.globals.update(asset=versioned, badges=badges, language=language, languages=LANGUAGES)
    made.install_gettext_translations(_catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    return made


@cache
def _catalogue(language: str) -> NullTranslations:
    """Return one catalogue of all files of a language."""
    found = NullTranslations()
    for path in sorted((HERE / "locale" / language).glob("*.po")):
        compiled = io.BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        part = GNUTranslations(compiled)
        part.add_fallback(found)
        found = part
    return found
