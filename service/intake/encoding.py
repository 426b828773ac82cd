"""Text from bytes, strictly: what is no Unicode text is not guessed at."""

import codecs
import re

from .refusals import UnreadableDocument

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def decode(data: bytes) -> str:
    """Decode a text file strictly.

    Raises:
        UnreadableDocument: Not a Unicode encoding, or control characters that no text has.
    """
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument from error
    if _CONTROL.search(text):
        raise UnreadableDocument
    return text
