"""DKIM signatures (RFC 6376), for offices whose relay does not sign; needs the extra `dondoc[dkim]`."""

from dataclasses import dataclass

SIGNED = (
    *(b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"in-reply-to", b"references"),
    *(b"mime-version", b"content-type", b"content-transfer-encoding", b"list-id", b"auto-submitted"),
)
"""Headers that are signed where they are there."""


class SignatureImpossible(ValueError):
    """The library is not installed, or the key is none."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs messages for a domain; its public key stands in DNS under `selector._domainkey.domain`."""

    domain: str
    selector: str
    key: bytes

    def __post_init__(self) -> None:
        """Sign once, so that a key that cannot is found when the channel is set up.

        Raises:
            SignatureImpossible: Nothing can be signed.
        """
        self.sign(b"From: a@example.test\r\nSubject: x\r\n\r\nx\r\n")

    def sign(self, content: bytes) -> bytes:
        """Return a message with its signature before it.

        Raises:
            SignatureImpossible: It cannot be signed.
        """
        try:
            import dkim
        except ImportError:
            raise SignatureImpossible("signing needs the extra `dondoc[dkim]`") from None
        try:
            header: bytes = dkim.sign(
                content,
                self.selector.encode(),
                self.domain.encode(),
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=_present(content),
            )
        except (dkim.DKIMException, ValueError) as error:
            raise SignatureImpossible(f"the key cannot sign: {type(error).__name__}") from None
        return header + content


def _present(content: bytes) -> list[bytes]:
    head = content.partition(b"\r\n\r\n")[0].lower()
    names = {line.partition(b":")[0] for line in head.split(b"\r\n")}
    return [name for name in SIGNED if name in names]
