"""Statistics at a cut-off, the duties behind each number, published tables, and files of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.base import PageQuery
from service.api.bodies.statistics import (
    CellQuery,
    FundingQuery,
    PublicationBody,
    PublicationQuery,
    StatisticsQuery,
    known_by,
)
from service.api.files import FILE, FileKind, file_answer
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.tables import question, sheet, table
from service.api.views.statistics import (
    DutyPage,
    FundingSums,
    PublicationPage,
    PublicationReference,
    PublicationView,
    StatisticsView,
    duty_view,
    funding_sums,
    shown_with,
)
from service.domain import statistics as actions
from service.domain.errors import AlreadyExists, NotFound
from service.domain.figures import Denominator
from service.domain.permissions import Action
from service.domain.reading import funding, publications, scoring, statistics
from service.domain.reading.publications import PublicationRow
from service.domain.reading.statistics import By, Question
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import adapter, answer
from service.edge.context import Now
from service.edge.reads import Reads, SnapshotReads
from service.edge.work import Work

router = APIRouter(prefix="/v1", tags=["statistics"], route_class=StrictRoute)


@router.get("/statistics", response_model=StatisticsView)
def read_statistics(asked: Annotated[StatisticsQuery, Query()], reads: SnapshotReads) -> Response:
    """Count the duties that you may see, in cells that sum to the total."""
    with reads as connection:
        wanted = question(asked, reads.now)
        view = table(connection, reads.actor, wanted, asked.by, asked.denominator, now=reads.now)
        return answer(StatisticsView, view)


@router.get("/statistics/duties", response_model=DutyPage)
def list_duties_of_a_cell(asked: Annotated[CellQuery, Query()], reads: SnapshotReads) -> Response:
    """List by name the duties that a number of the table counts, such as the undated and silent."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        wanted, policy = question(asked, reads.now), scoring.current(connection, reads.actor).policy
        rows, last = statistics.duties(
            connection,
            reads.actor,
            wanted,
            policy,
            cell=asked.cell,
            beyond=asked.beyond,
            after=after,
            limit=asked.limit,
        )
        view: DutyPage = {
            "items": [duty_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
            "cut_off": wanted.cut_off,
            "as_of": wanted.as_of or reads.now,
        }
        return answer(DutyPage, view)


@router.get("/statistics/funding", response_model=FundingSums)
def read_funding(asked: Annotated[FundingQuery, Query()], reads: SnapshotReads) -> Response:
    """Sum up the money that units told of, by source: of each duty the newest word by the cut-off."""
    with reads as connection:
        wanted = question(asked, reads.now)
        lines = funding.sums(connection, reads.actor, wanted, asked.by)
        as_of = wanted.as_of or reads.now
        view = funding_sums(lines, cut_off=wanted.cut_off, as_of=as_of, by=asked.by)
        return answer(FundingSums, view)


@router.post(
    "/statistics/publications",
    status_code=201,
    response_model=PublicationView,
    responses=problems(AlreadyExists),
)
def publish_statistics(body: PublicationBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Publish a table: it is kept as it is, whatever is entered or corrected afterwards."""
    actor.require(Action.PUBLISH_STATISTICS)
    with work as session:
        wanted = Question(cut_off=body.cut_off, as_of=known_by(body.as_of, now))
        made = table(session.connection(), actor, wanted, body.by, Denominator.ALL, now=now)
        content = adapter(StatisticsView).dump_python(made, mode="json")
        row = actions.publish(
            session, actor, cut_off=body.cut_off, as_of=made["as_of"], by=body.by, content=content, now=now
        )
        kept = PublicationRow._make(getattr(row, name) for name in PublicationRow._fields)
        view: PublicationView = {**_reference(kept), "published": made, "now": None}
        return work.answer(PublicationView, view, status=201)


@router.get("/statistics/publications", response_model=PublicationPage)
def list_publications(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the published tables, the newest first."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        rows, last = publications.page(connection, reads.actor, after=after, limit=asked.limit)
        view: PublicationPage = {
            "items": [_reference(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(PublicationPage, view)


@router.get(
    "/statistics/publications/{publication_id}", response_model=PublicationView, responses=problems(NotFound)
)
def read_publication(
    publication_id: UUID, asked: Annotated[PublicationQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return a table as it was published and, with `compare=true`, what is known of that day now."""
    with reads as connection:
        row = publications.one(connection, reads.actor, publication_id)
        kept: StatisticsView = adapter(StatisticsView).validate_python(row.content)
        again = None
        if asked.compare:
            wanted = Question(cut_off=row.cut_off)
            again = table(connection, reads.actor, wanted, By(row.by), asked.denominator, now=reads.now)
        view: PublicationView = {
            **_reference(row),
            "published": shown_with(kept, asked.denominator),
            "now": again,
        }
        return answer(PublicationView, view)


@router.get("/reports/statistics.{kind}", response_class=Response, responses=FILE)
def report_statistics(
    kind: FileKind, asked: Annotated[StatisticsQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return the month-end table as a file for office programs."""
    with reads as connection:
        wanted = question(asked, reads.now)
        view = table(connection, reads.actor, wanted, asked.by, asked.denominator, now=reads.now)
    return file_answer(sheet(view), kind, name=f"so-lieu-{view['cut_off']}")


def _reference(row: PublicationRow) -> PublicationReference:
    return {
        "id": row.id,
        "cut_off": row.cut_off,
        "as_of": row.as_of,
        "by": By(row.by),
        "published_by": row.published_by,
        "published_at": row.published_at,
    }
