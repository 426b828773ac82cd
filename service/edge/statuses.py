"""Refusal → status: the one table of it, for problem documents and for pages."""

import sqlalchemy as sa
import structlog

from service.domain import (
    account_refusals,
    audit_refusals,
    erasure_refusals,
    errors,
    letter_refusals,
    recut_refusals,
    template_refusals,
)
from service.domain.errors import DomainError
from service.edge import refusals
from service.intake import refusals as intake
from service.intake.refusals import IntakeRefused

BUSY_SECONDS = 2
log = structlog.get_logger("dondoc.http")

STATUS: dict[type[DomainError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.StaleVersion: 412,
    errors.AlreadyExists: 409,
    errors.UnknownReference: 422,
    errors.InvalidValue: 422,
    errors.RegisterRequired: 422,
    errors.DirectiveNotDraft: 409,
    errors.DirectiveNotInForce: 409,
    errors.ItemsWithoutLead: 409,
    recut_refusals.ItemsUndecided: 409,
    errors.DirectiveIncomplete: 409,
    errors.CircularChain: 409,
    errors.MoveNotAllowed: 409,
    errors.NobodyToTell: 409,
    errors.NothingToTell: 409,
    errors.NotUnderWay: 409,
    errors.UnitEnded: 409,
    errors.NotCoordinator: 409,
    errors.LeadCoordinates: 409,
    errors.RequestEnded: 409,
    errors.DelegatedTooDeep: 409,
    errors.DueAfterParent: 409,
    errors.NotBelow: 409,
    errors.AbsencesOverlap: 409,
    errors.AlreadyAnswered: 409,
    errors.NoMoreExtensions: 409,
    errors.HeirsUndecided: 409,
    errors.ReorganisationNotOpen: 409,
    errors.EvidenceRequired: 422,
    errors.DueBeforeAssigned: 409,
    errors.SeriesEnded: 409,
    errors.LinkRefused: 409,
    errors.WordingRefused: 422,
    errors.RequestInProgress: 409,
    errors.KeyReused: 422,
    errors.KeyLivesTooLong: 422,
    errors.KeyNotAlone: 409,
    audit_refusals.NotUnderCheckpoint: 409,
    audit_refusals.LedgerBroken: 500,
    account_refusals.SignInRefused: 401,
    account_refusals.CodeRefused: 403,
    account_refusals.PasswordRefused: 422,
    account_refusals.SignsInElsewhere: 409,
    account_refusals.ClaimsNotMapped: 403,
    erasure_refusals.TextsErased: 409,
    erasure_refusals.PersonHoldsPosts: 409,
    erasure_refusals.PersonHoldsKeys: 409,
    erasure_refusals.PersonErasedAlready: 409,
    letter_refusals.NothingIsLate: 409,
    letter_refusals.TooManyLate: 409,
    template_refusals.TemplateRefused: 422,
    template_refusals.PdfNotMade: 406,
    refusals.Unauthenticated: 401,
    refusals.CrossSiteRefused: 403,
    refusals.WrongNetwork: 403,
    refusals.GrantRefused: 400,
    refusals.MalformedRequest: 400,
    refusals.InvalidRequest: 422,
    refusals.IdempotencyKeyRequired: 400,
    refusals.PreconditionRequired: 428,
    refusals.UnsupportedMediaType: 415,
    refusals.ContentTooLarge: 413,
    refusals.ServiceBusy: 503,
    refusals.ProviderUnreachable: 503,
    refusals.SignInNotFinished: 403,
    refusals.TooManyRequests: 429,
    refusals.ConcurrentChange: 409,
    refusals.MethodNotAllowed: 405,
    refusals.SecretKeyMissing: 409,
    refusals.InternalError: 500,
}
DOCUMENT_STATUS: dict[type[IntakeRefused], int] = {
    intake.EmptyDocument: 422,
    intake.UnreadableDocument: 422,
    intake.UnsupportedDocument: 415,
    intake.LegacyDocument: 415,
    intake.MismatchedDocument: 415,
    intake.EncryptedDocument: 422,
    intake.DocumentTooLarge: 413,
    intake.ArchiveBomb: 413,
    intake.ScannedDocument: 422,
    intake.DocumentTooSlow: 422,
    intake.SecretDocument: 422,
}
Refusal = type[DomainError] | type[IntakeRefused]


def status_of(kind: Refusal) -> int:
    """Return the status of a refusal."""
    if issubclass(kind, IntakeRefused):
        return DOCUMENT_STATUS.get(kind, 422)
    return STATUS[kind]


def refusal_of(error: sa.exc.SQLAlchemyError) -> DomainError:
    """Return what an error of the database is to whoever asked.

    Busy, slow or away is 503, two equal rows at once 409, what fits no column 422; the rest is ours.
    """
    if isinstance(error, sa.exc.TimeoutError | sa.exc.OperationalError | sa.exc.InterfaceError):
        log.warning("database_busy", error=type(error).__name__, reason=type(error.__cause__).__name__)
        return refusals.ServiceBusy(retry_after=BUSY_SECONDS)
    if isinstance(error, sa.exc.DataError):
        log.warning("value_refused", error=type(error.orig).__name__)
        return errors.InvalidValue(field="", detail="a value does not fit its place")
    if isinstance(error, sa.exc.IntegrityError):
        log.warning("concurrent_change", error=type(error.orig).__name__)
        return refusals.ConcurrentChange()
    log.error("database_error", exc_info=error)
    return refusals.InternalError()
