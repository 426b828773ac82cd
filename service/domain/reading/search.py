"""Search without accents: what is typed is folded and looked for in columns that were folded when written."""

from service.domain.text import fold

ESCAPE = "\\"


def pattern(typed: str | None) -> str:
    """Return the LIKE pattern for what somebody typed; it matches anywhere in a folded column."""
    folded = fold(typed or "")
    for special in (ESCAPE, "%", "_"):
        folded = folded.replace(special, ESCAPE + special)
    return f"%{folded}%"
