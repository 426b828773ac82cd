"""What a command says when the office's rules do not allow what was asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from service.domain.errors import DomainError


@contextmanager
def in_words(console: Console) -> Iterator[None]:
    """Print a refusal with its facts and exit 1."""
    try:
        yield
    except DomainError as error:
        facts = ", ".join(f"{name}: {value}" for name, value in error.facts().items())
        console.print(f"{error.title}. {facts}", markup=False, style="red")
        raise typer.Exit(1) from None
