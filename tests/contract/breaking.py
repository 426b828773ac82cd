"""What a change of the contract would break for those who programmed against an earlier one.

Whatever a client may send today it may send tomorrow, and tomorrow's answers hold nothing it could not read.
A new operation, an optional field, a further field or a further value of a word in an answer breaks nobody.
An operation that was marked `deprecated` in a release may be gone in a later one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
PROSE = frozenset({"description", "summary", "examples", "example", "title", "tags", "info", "servers"})
NAMES = frozenset({"properties", "schemas", "parameters", "headers", "patternProperties"})
"""Under these, `title` and the like are names that somebody gave."""

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
FORMS = ("pattern", "format", "uniqueItems", "multipleOf", "contentMediaType")


def promise(value: Any, under: str = "") -> Any:
    """Return a contract without its prose and its refusals: what is left is what a program relies on."""
    if isinstance(value, list):
        return [promise(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: part for name, part in value.items() if under in NAMES or name not in PROSE}
    if under == "responses":
        kept = {status: answer for status, answer in kept.items() if status.startswith("2")}
    return {name: promise(part, name) for name, part in kept.items()}


def broken(old: Document, new: Document) -> list[str]:
    """Return every promise of the old contract that the new one does not keep, in words."""
    return sorted(set(_Comparison(old, new).operations()))


class _Comparison:
    """An old and a new contract; `giver` stands for what is sent, `taker` for what must take it."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._known: dict[tuple[int, int], list[str]] = {}

    def operations(self) -> Iterator[str]:
        for path, methods in self._old["paths"].items():
            for method, operation in methods.items():
                where = f"{method.upper()} {path}"
                present = self._new["paths"].get(path, {}).get(method)
                if present is not None:
                    yield from self._operation(operation, present, where)
                elif not operation.get("deprecated"):
                    yield f"{where}: is gone and was not deprecated before"

    def _operation(self, old: Document, new: Document, where: str) -> Iterator[str]:
        if old.get("operationId") != new.get("operationId"):
            yield f"{where}: has another operationId"
        if not old.get("security") and new.get("security"):
            yield f"{where}: needs a key"
        yield from self._parameters(old, new, where)
        yield from self._body(old.get("requestBody", {}), new.get("requestBody", {}), where)
        for status, response in old["responses"].items():
            if status.startswith("2"):
                yield from self._answer(response, new["responses"].get(status), f"{where} {status}")

    def _parameters(self, old: Document, new: Document, where: str) -> Iterator[str]:
        before, after = (
            {(each["in"], each["name"]): each for each in self._all(document, operation)}
            for document, operation in ((self._old, old), (self._new, new))
        )
        for place, parameter in after.items():
            if place not in before and parameter.get("required"):
                yield f"{where}: requires {' '.join(place)}"
        for place, parameter in before.items():
            name = f"{where}: {' '.join(place)}"
            if place not in after:
                yield f"{name} is gone"
                continue
            if after[place].get("required") and not parameter.get("required"):
                yield f"{name} is required"
            yield from self._unfit(parameter["schema"], after[place]["schema"], name, sent=True)

    def _all(self, document: Document, operation: Document) -> list[Document]:
        return [_resolved(document, each) for each in operation.get("parameters", [])]

    def _body(self, old: Document, new: Document, where: str) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield f"{where}: requires a body"
        for kind, content in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                yield f"{where}: takes no {kind}"
                continue
            taker = new["content"][kind].get("schema", {})
            yield from self._unfit(content.get("schema", {}), taker, f"{where} body", sent=True)

    def _answer(self, old: Document, new: Document | None, where: str) -> Iterator[str]:
        if new is None:
            yield f"{where}: is not answered"
            return
        for kind, content in new.get("content", {}).items():
            if kind not in old.get("content", {}):
                yield f"{where}: is {kind}"
                continue
            taker = old["content"][kind].get("schema", {})
            yield from self._unfit(content.get("schema", {}), taker, f"{where} answer", sent=False)

    def _unfit(self, giver: Document, taker: Document, where: str, *, sent: bool) -> list[str]:
        """Return what of the giver the taker would not take. `sent`: a client gives what it gave before."""
        here, there = (self._old, self._new) if sent else (self._new, self._old)
        given, taken = _resolved(here, giver), _resolved(there, taker)
        pair = (id(given), id(taken))
        if pair not in self._known:
            self._known[pair] = []
            self._known[pair] = self._alternatives(given, taken, sent=sent)
        return [f"{where}{found}" for found in self._known[pair]]

    def _alternatives(self, given: Document, taken: Document, *, sent: bool) -> list[str]:
        if not {"anyOf", "oneOf"} & (given.keys() | taken.keys()):
            return list(self._shape(given, taken, sent=sent))
        found: list[str] = []
        for one in _choices(given):
            tries = [self._unfit(one, other, "", sent=sent) for other in _choices(taken)]
            best: list[str] = min(tries, key=len)
            found += best
        return found

    def _shape(self, given: Document, taken: Document, *, sent: bool) -> Iterator[str]:
        types, accepted = _types(given), _types(taken)
        if accepted and not (types and types <= accepted):
            yield f": {_words(types)} where {_words(accepted)} is read"
            return
        yield from self._values(given, taken, sent=sent)
        for name in LOWER:
            if name in taken and given.get(name, float("-inf")) < taken[name]:
                yield f": {name} {given.get(name)} against {taken[name]}"
        for name in UPPER:
            if name in taken and given.get(name, float("inf")) > taken[name]:
                yield f": {name} {given.get(name)} against {taken[name]}"
        for name in FORMS:
            if name in taken and given.get(name) != taken[name]:
                yield f": {name} {given.get(name)} against {taken[name]}"
        if "items" in given and "items" in taken:
            yield from self._unfit(given["items"], taken["items"], "/*", sent=sent)
        yield from self._fields(given, taken, sent=sent)

    def _values(self, given: Document, taken: Document, *, sent: bool) -> Iterator[str]:
        allowed, possible = _words_of(taken), _words_of(given)
        if allowed is None or (possible is not None and possible <= allowed):
            return
        if possible is None or sent:
            yield f": {_words((possible or set()) - allowed) or 'any value'} is not among the values"

    def _fields(self, given: Document, taken: Document, *, sent: bool) -> Iterator[str]:
        fields, known = given.get("properties", {}), taken.get("properties", {})
        for name in sorted(set(taken.get("required", ())) - set(given.get("required", ()))):
            yield f"/{name}: is required" if sent else f"/{name}: is not always there"
        if not sent:
            yield from (f"/{name}: is gone" for name in sorted(known.keys() - fields.keys()))
        for name, field in fields.items():
            if name in known:
                yield from self._unfit(field, known[name], f"/{name}", sent=sent)
            elif taken.get("additionalProperties") is False and sent:
                yield f"/{name}: is not taken"
        further, read = given.get("additionalProperties"), taken.get("additionalProperties")
        if isinstance(further, dict) and isinstance(read, dict):
            yield from self._unfit(further, read, "/<any>", sent=sent)


def _resolved(document: Document, schema: Document) -> Document:
    while "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def _choices(schema: Document) -> list[Document]:
    found: list[Document] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return found


def _types(schema: Document) -> set[str]:
    named = schema.get("type", [])
    found = {named} if isinstance(named, str) else set(named)
    return found | {"integer"} if "number" in found else found


def _words_of(schema: Document) -> set[str] | None:
    if "const" in schema:
        return {str(schema["const"])}
    return {str(each) for each in schema["enum"]} if "enum" in schema else None


def _words(values: set[str]) -> str:
    return ", ".join(sorted(values))
