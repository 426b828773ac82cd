"""Registers: their keeper and escalation policies, and who it is that asks."""

from fastapi import APIRouter, Request, Response

from service.api.bodies.base import CodeInPath
from service.api.bodies.registers import KeeperBody, PolicyBody, RegisterBody, RulesBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.registers import (
    MeView,
    PolicyChangeView,
    PolicyList,
    RegisterList,
    RegisterView,
    policy_change_view,
    policy_view,
    register_view,
)
from service.domain import errors, policies
from service.domain import registers as actions
from service.domain.calendar import office_day
from service.domain.permissions import Action
from service.domain.reading import accounts, registers
from service.domain.reading.visibility import require_reading
from service.domain.units import unit_by_code
from service.edge.actor import CurrentActor, CurrentHolder
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.work import RehearsedWork, Work

router = APIRouter(prefix="/v1", tags=["registers"], route_class=StrictRoute)


@router.get("/me", response_model=MeView, tags=["keys"])
def read_me(reads: Reads, held: CurrentHolder) -> Response:
    """Say who asks, by key or account, in which register, and as what."""
    with reads as connection:
        own = registers.own_register(connection, reads.actor, today=office_day(reads.now))
        who = accounts.principal(connection, reads.actor.principal_id)
        view: MeView = {
            "principal_id": reads.actor.principal_id,
            "name": who.name,
            "role": reads.actor.role,
            "scopes": sorted(reads.actor.scopes),
            "unit_code": who.unit_code,
            "is_keeper": reads.actor.is_keeper,
            "key_expires_at": held.key_expires_at,
            "register": register_view(own),
        }
        return answer(MeView, view)


@router.get("/registers", response_model=RegisterList)
def list_registers(reads: Reads) -> Response:
    """List the registers that the key opens."""
    with reads as connection:
        rows = registers.registers(connection, reads.actor, today=office_day(reads.now))
        return answer(RegisterList, {"items": [register_view(row) for row in rows]})


@router.post(
    "/registers", status_code=201, response_model=RegisterView, responses=problems(errors.AlreadyExists)
)
def create_register(
    request: Request, body: RegisterBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Open a register; only the installation's administrator may."""
    with work as session:
        if actor.unit_id is not None:
            raise errors.NotAllowed(action=Action.ADMINISTER)
        actor.require(Action.ADMINISTER)
        row = actions.create_register(session, code=body.code, name=body.name, now=now)
        view = register_view(registers.one_register(session.connection(), row.id, today=office_day(now)))
        response = work.answer(RegisterView, view, status=201, version=row.version)
    context(request).keys.forget()
    return response


@router.get("/registers/{register_code}", response_model=RegisterView, responses=problems(errors.NotFound))
def read_register(register_code: CodeInPath, reads: Reads) -> Response:
    """Return one register with the unit that keeps it today."""
    with reads as connection:
        require_reading(reads.actor, Action.VIEW_DIRECTIVE)
        own = registers.own_register(connection, reads.actor, today=office_day(reads.now))
        if own.code != register_code:
            raise errors.NotFound(what="register")
        return answer(RegisterView, register_view(own), version=own.version)


@router.put(
    "/registers/{register_code}/keeper",
    response_model=RegisterView,
    responses=problems(errors.NotFound, errors.UnknownReference, errors.AlreadyExists),
)
def set_keeper(
    *,
    request: Request,
    register_code: CodeInPath,
    body: KeeperBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Hand the register to a unit from a day on."""
    with work as session:
        own = registers.own_register(session.connection(), actor, today=office_day(now))
        if own.code != register_code:
            raise errors.NotFound(what="register")
        actor.require(Action.ADMINISTER)
        errors.require_current(version, own.version)
        unit = unit_by_code(session, body.unit_code, body.from_on)
        actions.set_keeper(session, actor, unit, from_on=body.from_on, now=now)
        row = registers.own_register(session.connection(), actor, today=office_day(now))
        response = work.answer(RegisterView, register_view(row), version=row.version)
    context(request).keys.forget()
    return response


@router.put(
    "/registers/{register_code}/rules",
    response_model=RegisterView,
    responses=problems(errors.NotFound),
)
def set_rules(
    *,
    register_code: CodeInPath,
    body: RulesBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Say how long a return may wait, what silence means, and how many extensions are granted."""
    with work as session:
        own = registers.own_register(session.connection(), actor, today=office_day(now))
        if own.code != register_code:
            raise errors.NotFound(what="register")
        actions.change_rules(
            session,
            actor,
            return_days=body.return_days,
            silent_return=body.silent_return,
            extensions_max=body.extensions_max,
            version=version,
            now=now,
        )
        row = registers.own_register(session.connection(), actor, today=office_day(now))
        return work.answer(RegisterView, register_view(row), version=row.version)


@router.get("/escalation-policies", response_model=PolicyList)
def list_policies(reads: Reads) -> Response:
    """List the escalation policies in force."""
    with reads as connection:
        found = registers.policies(connection, reads.actor)
        return answer(PolicyList, {"items": [policy_view(whole) for whole in found]})


@router.put(
    "/escalation-policies",
    response_model=PolicyChangeView,
    responses=problems(errors.NotFound, errors.InvalidValue),
)
def change_policy(
    body: PolicyBody, actor: CurrentActor, version: IfMatchRequired, work: RehearsedWork, now: Now
) -> Response:
    """Remind by a new version of a policy from now on, and by choice for what runs already.

    `If-Match` names the version that `GET /v1/escalation-policies` shows of the policy.
    """
    with work as session:
        done = policies.change_policy(session, actor, body.order(), version=version, now=now)
        session.flush()
        found = registers.policies(session.connection(), actor)
        whole = next(each for each in found if each.id == done.policy_id)
        view = policy_change_view(whole, done)
        return work.answer(PolicyChangeView, view, version=done.version)
