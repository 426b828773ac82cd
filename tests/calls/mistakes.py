"""What clients send in place of what they mean: values, texts, tags, keys, places, methods and types."""

from typing import Any

OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, 1.0, 2**53, -(2**63), 10**30, 1713139200, "", " ", "x", "1", "true",
    "null", [], {}, [1], ["x"], {"a": 1}, [None], [[]],
)  # fmt: skip

TEXTS = (
    "", " ", "\t", "\n", "a\u0000b", "a\ud800b", "\udfff", "a\u0007", "x" * 301, "x" * 20_001, "😀" * 100,
    "a\nb", "2024-4-1", "20240401", "2024-02-30", "2024-04-15T00:00:00", "2024-04-15T00:00:00Z",
    "1713139200", "9999-12-31", "0001-01-01", "2024-04-15 09:00:00+07:00", "2024-04-15T09:00+07:00",
    "2024-04-15T25:00:00Z", "2024-04-15T09:00:00", "01890000000070008000000000000000",
    "urn:uuid:01890000-0000-7000-8000-000000000000", "{01890000-0000-7000-8000-000000000000}",
    "01890000-0000-7000-8000-00000000000", "../../etc/passwd", "' OR 1=1 --", "%s%n", "${x}", "{0}",
    "\u202egnud", "\ufeff", "ＸＡ－Ａ", "xa-a ", "XA-A", "http://[", "http://a@b/", "javascript:x", "24:00",
    "7:30", "*.*", "İ", "ß", "\u2028", "-0", "1e5", "٣", "NaN", "Infinity", "0x10", "1_0",
)  # fmt: skip
"""Texts that some field takes for something that it is not."""

ASKED = (
    "", " ", "x", "0", "-1", "201", "1e3", "1.5", "99999999999999999999", "%00", "%ff", "%ed%a0%80", "true",
    "null", "2024-02-30", "2024-4-1", "1713139200", "20240401", "2024-04-15T00:00:00",
    "2024-04-15T00:00:00Z", "W10", "e30", "AAAA", "%E2%80%AE", "a%0Ab", "[]",
    "01890000000070008000000000000000", "x" * 400, "%2B1", "+1", "٣", "1_0", "%",
)  # fmt: skip
"""Values for parameters of the query, as they stand in the request line."""

NAMES = (
    "unknown", "limit%00", "__proto__", "LIMIT", "limit[]", "register", "dry_run", "%ff", "",
)  # fmt: skip

TAGS = (
    "", '"v0"', '"v999999999"', '"v9999999999"', "v1", 'W/"v1"', '"v1", "v2"', '"x"', '"v-1"', '"v1',
    "*, *", "\t", '"v٣"', '"v1"x', "\x00",
)  # fmt: skip

KEYS = (
    "", "x" * 201, "a\x00b", "a\tb", "é", "\x7f", "  ", "k" * 200,
)  # fmt: skip

BEARERS = (
    "", "Bearer", "Bearer ", "Bearer x", "Basic eDp4", "Bearer dondoc_x_y", "bearer  {}", "Bearer {}x",
    "Digest",
)  # fmt: skip

PLACES = (
    "x", "7", "%00", "%ff", "..", ".", "%2e%2e", "%2F", "a%2Fb", "x" * 500, "%E2%80%AE",
    "01890000000070008000000000000000", "{01890000-0000-7000-8000-000000000000}",
    "01890000-0000-7000-8000-000000000000", "0", "-1", "9223372036854775808", "99999999999999999999", "1.0",
    "٣", "a b", "a%20b", "%", "null", "xa-%C3%A1", "%0A", "urn:uuid:01890000-0000-7000-8000-000000000000",
    "XA-A", "1_0", "+1", "%2B1", "01",
)  # fmt: skip

METHODS = (
    "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "POST", "GET", "BREW", "get", "CONNECT",
)  # fmt: skip

TYPES = (
    "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "",
    "application/json; charset=utf-16", "application/jsonx", "application/problem+json", "APPLICATION/JSON",
    "application/json;", "*/*", "application/json, text/plain",
)  # fmt: skip
