"""Bodies about links by which a directive is overseen without an account."""

from typing import Annotated

from pydantic import Field

from service.api.bodies.base import Body, Day, FilledLine
from service.domain.oversight_links import LIFE, LIFE_MAX, PURPOSE_MAX


class OversightLinkBody(Body):
    """Whom a directive is opened to, and until when."""

    purpose: Annotated[FilledLine, Field(max_length=PURPOSE_MAX)] = Field(
        description="A body, a delegation or a post; no person's name."
    )
    until_on: Day | None = Field(
        None,
        description=(
            f"The last day on which the link opens anything: at most {LIFE_MAX.days} days ahead; "
            f"{LIFE.days} days ahead where absent."
        ),
    )
