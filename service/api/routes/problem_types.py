"""What the `type` of a problem means, for the person who looks it up."""

from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from typing_extensions import TypedDict

from service.api.problems import explained, explanation, problems
from service.domain.errors import NotFound
from service.edge.answers import answer
from service.edge.statuses import Refusal, status_of

router = APIRouter(tags=["service"])
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p><code>{type}</code>, HTTP {status}</p>{text}
<p><a href="/problems">All problems</a></p></body></html>
"""


class ProblemTypeView(TypedDict):
    """One kind of problem."""

    type: str
    title: str
    status: int
    explanation: str


class ProblemTypeList(TypedDict):
    """Every kind of problem there is."""

    items: list[ProblemTypeView]


@router.get("/problems", response_model=ProblemTypeList)
async def list_problems() -> Response:
    """List every kind of problem that this service answers with."""
    return answer(ProblemTypeList, {"items": [_view(kind) for kind in explained().values()]})


@router.get(
    "/problems/{slug}",
    response_model=ProblemTypeView,
    responses={200: {"content": {"text/html": {}}}, **problems(NotFound)},
)
async def explain_problem(slug: str, request: Request) -> Response:
    """Explain one kind of problem, as JSON or, for a browser, as a page."""
    kind = explained().get(slug)
    if kind is None:
        raise NotFound(what="problem")
    view = _view(kind)
    if "text/html" not in request.headers.get("accept", ""):
        return answer(ProblemTypeView, view)
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in view["explanation"].split("\n\n"))
    facts = {name: escape(str(value)) for name, value in view.items()}
    return HTMLResponse(PAGE.format(**facts, text=paragraphs))


def _view(kind: Refusal) -> ProblemTypeView:
    return {
        "type": f"/problems/{kind.slug}",
        "title": kind.title,
        "status": status_of(kind),
        "explanation": explanation(kind),
    }
