"""`dondoc asyncapi`: what is told to other systems, as it is committed."""

import json

import typer

from service.cli.contract import ROOT, Check, compare

DOCUMENT = ROOT / "openapi" / "asyncapi.json"


def document() -> str:
    """Return the document."""
    from service.api.asyncapi import asyncapi

    return json.dumps(asyncapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def asyncapi(check: Check = False) -> None:
    """Write the contract of events, or say that the committed one is stale."""
    if check:
        compare(DOCUMENT, document(), "dondoc asyncapi")
        return
    DOCUMENT.write_text(document(), encoding="utf-8")
    typer.echo(f"{DOCUMENT.relative_to(ROOT)} written")
