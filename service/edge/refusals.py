"""What the edge refuses before any rule is asked: one class a reason, as in `domain/errors.py`."""

from dataclasses import dataclass

from service.domain.errors import DomainError


@dataclass(kw_only=True, eq=False)
class Unauthenticated(DomainError):
    """The request shows no key and no session, or one that opens nothing: unknown, ended or revoked."""

    slug = "unauthenticated"
    title = "Sign in, or show a valid key (Authorization: Bearer)"
    is_wrong: bool


@dataclass(kw_only=True, eq=False)
class CrossSiteRefused(DomainError):
    """A change that a browser's session would open does not come from a page of this service.

    Send the session's token as `X-CSRF-Token`; `GET /v1/sessions/current` says it. Programs that show a
    key or a token in `Authorization` need none.
    """

    slug = "cross-site"
    title = "The request does not come from a page of this service"


@dataclass(kw_only=True, eq=False)
class WrongNetwork(DomainError):
    """The key is good, but may not be shown from the address that this request comes from."""

    slug = "wrong-network"
    title = "The key does not work from this network"


@dataclass(kw_only=True, eq=False)
class GrantRefused(DomainError):
    """No token is given; `error` says why in the words of RFC 6749, section 5.2."""

    slug = "grant-refused"
    title = "No token is given for this"
    error: str


@dataclass(kw_only=True, eq=False)
class MalformedRequest(DomainError):
    """The request cannot be read at all: broken JSON, text that is not UTF-8, nesting without end."""

    slug = "malformed-request"
    title = "The request cannot be read"
    detail: str


@dataclass(kw_only=True, eq=False)
class InvalidRequest(DomainError):
    """The request is readable but not of the shape that the contract asks for.

    `errors` says where (`in` body, query, path or header, and a JSON Pointer there) and what; it never
    repeats the value.
    """

    slug = "invalid-request"
    title = "The request does not have the right shape"
    errors: list[dict[str, str]]


@dataclass(kw_only=True, eq=False)
class IdempotencyKeyRequired(DomainError):
    """A batch must say that its repeat is the same one: send a new Idempotency-Key with each new batch."""

    slug = "idempotency-key-required"
    title = "Send an Idempotency-Key"


@dataclass(kw_only=True, eq=False)
class PreconditionRequired(DomainError):
    """A change must name the version it was decided on: send the ETag you read as If-Match."""

    slug = "precondition-required"
    title = "Send If-Match with the version you read"


@dataclass(kw_only=True, eq=False)
class UnsupportedMediaType(DomainError):
    """The body is of a type that this route does not read; `accepted` says which it does."""

    slug = "unsupported-media-type"
    title = "The body has the wrong type"
    accepted: str


@dataclass(kw_only=True, eq=False)
class ContentTooLarge(DomainError):
    """The body is larger than this route reads; `bytes_max` says how much that is."""

    slug = "content-too-large"
    title = "The body is too large"
    bytes_max: int


@dataclass(kw_only=True, eq=False)
class ServiceBusy(DomainError):
    """Everything that could do this is occupied. Nothing was changed; ask again after `Retry-After`."""

    slug = "service-busy"
    title = "Busy; ask again shortly"
    retry_after: int


@dataclass(kw_only=True, eq=False)
class ProviderUnreachable(DomainError):
    """The identity provider does not answer, so nothing it signed can be looked at. Ask again in a minute.

    Its keys serve for a day without it; whoever is signed in stays so.
    """

    slug = "provider-unreachable"
    title = "The identity provider does not answer"
    provider: str
    retry_after: int = 60


@dataclass(kw_only=True, eq=False)
class SignInNotFinished(DomainError):
    """The way through the identity provider did not end here; begin again.

    `why`: `not_begun` (another browser, too late, or twice), `refused` (the provider said no) or
    `not_believed` (what it sent is not what was asked for).
    """

    slug = "sign-in-not-finished"
    title = "Signing in was not finished; begin again"
    why: str


@dataclass(kw_only=True, eq=False)
class TooManyRequests(DomainError):
    """This key, its unit or the address (`limit`) asked more than `quota` times in the last minute. Nothing
    was done; ask again after `Retry-After`."""

    slug = "too-many-requests"
    title = "Too many requests in a minute"
    limit: str
    quota: int
    retry_after: int


@dataclass(kw_only=True, eq=False)
class ConcurrentChange(DomainError):
    """Somebody else entered the same at the same moment. Nothing was changed; look, then decide anew."""

    slug = "concurrent-change"
    title = "Somebody else did the same at the same moment"


@dataclass(kw_only=True, eq=False)
class MethodNotAllowed(DomainError):
    """The path exists, but not for this method; the header `Allow` says which it has."""

    slug = "method-not-allowed"
    title = "The path does not have this method"


@dataclass(kw_only=True, eq=False)
class SecretKeyMissing(DomainError):
    """Channel secrets are kept encrypted only: the operator has to set DONDOC_SECRET_KEY first."""

    slug = "secret-key-missing"
    title = "The service has no key to encrypt secrets with"


@dataclass(kw_only=True, eq=False)
class InternalError(DomainError):
    """A fault of ours. Nothing was changed; the log tells more under the same `request_id`."""

    slug = "internal-error"
    title = "Something is wrong on our side"
