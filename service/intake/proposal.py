"""What intake proposes to the clerk: frozen facts of one document, each with the characters it came from.

`Proposal.to_json` is the contract of `dondoc parse --json` and of the draft directive. A `span` is
`[start, end]` into `text`, half-open, counted in characters of the NFC text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .envelope import Envelope

Json = dict[str, Any]
Role = Literal["lead", "coordinate", "report_to", "addressee"]
Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters of the restored text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text taken from the document: as it should be read, and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Basis:
    """A document that the directive rests on; `date` is ISO, perhaps partial, or None."""

    doc_type: str | None
    number: str | None
    symbol: str
    date: str | None
    issuer: str | None
    text: str
    span: Span

    def to_json(self) -> Json:
        """In the form of the contract."""
        return {
            "doc_type": self.doc_type,
            "number": self.number,
            "symbol": self.symbol,
            "date": self.date,
            "issuer": self.issuer,
            "text": self.text,
            "span": _pair(self.span),
        }


@dataclass(frozen=True, slots=True)
class Assigned:
    """A unit or group named in an item, and its role there.

    Attributes:
        unit: The name as it should be read ("Sở Tài chính" of "các Sở: Tài chính, Nội vụ").
        as_written: The phrase in the text that it was read from.
        collective: A class of units, not one body.
        via: It only passes the result on ("thông qua các sở chuyên ngành").
        named_in: "lead_in" when named by the sentence that introduces the list, else None.
    """

    unit: str
    role: Role
    collective: bool
    span: Span
    as_written: str
    via: bool = False
    named_in: str | None = None

    def to_json(self) -> Json:
        """In the form of the contract; flags that are off are left out."""
        out: Json = {
            "unit": self.unit,
            "role": self.role,
            "collective": self.collective,
            "span": _pair(self.span),
        }
        if self.as_written != self.unit:
            out["as_written"] = self.as_written
        if self.via:
            out["via"] = True
        if self.named_in:
            out["named_in"] = self.named_in
        return out


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as written and as read; `facts` are the fields that belong to its kind.

    Kinds (rule R16): date, period, relative_days, relative_working_days, recurring, ongoing, none.
    `confidence` is between 0 and 1; below 0.8 the clerk should look.
    """

    kind: str
    text: str = ""
    span: Span | None = None
    confidence: float = 1.0
    facts: tuple[tuple[str, Any], ...] = ()

    def fact(self, key: str) -> Any:
        """One field of its kind, or None."""
        return dict(self.facts).get(key)

    def to_json(self) -> Json:
        """In the form of the contract."""
        if self.span is None:
            return {"kind": self.kind}
        facts = {key: dict(value) if isinstance(value, Rule) else value for key, value in self.facts}
        return {
            "kind": self.kind,
            **facts,
            "text": self.text,
            "confidence": self.confidence,
            "span": _pair(self.span),
        }


class Rule(tuple[tuple[str, Any], ...]):
    """A recurrence as pairs; hashable, and a dictionary in JSON."""

    __slots__ = ()


NO_DEADLINE = Deadline("none")


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item, a dash or an unnumbered demand, with what stands under it.

    `text` is everything of its own after the label; `span` covers it with the label.
    """

    label: str
    path: str
    text: str
    span: Span
    task: bool
    closing: bool
    tracked: bool
    inherits: bool
    assigned: tuple[Assigned, ...]
    deadline: Deadline
    more_deadlines: tuple[Deadline, ...]
    items: tuple["Item", ...]

    def walk(self) -> Iterator["Item"]:
        """This item and all below it, in reading order."""
        yield self
        for item in self.items:
            yield from item.walk()

    def to_json(self) -> Json:
        """In the form of the contract."""
        return {
            "label": self.label,
            "path": self.path,
            "text": self.text,
            "span": _pair(self.span),
            "task": self.task,
            "assigned": [a.to_json() for a in self.assigned],
            "inherits": self.inherits,
            "tracked": self.tracked,
            "closing": self.closing,
            "deadline": self.deadline.to_json(),
            "more_deadlines": [d.to_json() for d in self.more_deadlines],
            "items": [i.to_json() for i in self.items],
        }


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: `on_behalf` is the outermost of TM, KT, TL, TUQ, Q; `chain` the lines with such marks."""

    on_behalf: str | None
    chain: tuple[str, ...]
    title: str | None
    name: str | None
    span: Span

    def to_json(self) -> Json:
        """In the form of the contract."""
        return {
            "on_behalf": self.on_behalf,
            "chain": list(self.chain),
            "title": self.title,
            "name": self.name,
            "span": _pair(self.span),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What the clerk should know: `message` is one Vietnamese sentence.

    `where` is a field, an item's path, or the number of another document that the finding is about.
    """

    code: str
    severity: Severity
    message: str
    where: str

    def to_json(self) -> Json:
        """In the form of the contract."""
        return {"code": self.code, "severity": self.severity, "message": self.message, "where": self.where}


@dataclass(frozen=True, slots=True)
class Header:
    """The letterhead and title; a missing field is None and a finding."""

    number: Phrase | None
    symbol: Phrase | None
    issued_on: str | None
    issued_partial: str | None
    issued_span: Span | None
    place: Phrase | None
    doc_type: str | None
    doc_type_span: Span | None
    issuing_body: Phrase | None
    parent_body: Phrase | None
    subject: Phrase | None
    urgency: Phrase | None
    secrecy: Phrase | None

    def spans(self) -> dict[str, list[int]]:
        """Where each field stands, by its name in the contract."""
        issued = "issued_on" if self.issued_on else "issued_partial"
        spans = {name: phrase.span for name, phrase in self.phrases().items() if phrase}
        also = {issued: self.issued_span, "doc_type": self.doc_type_span}
        return {name: _pair(span) for name, span in {**spans, **also}.items() if span}

    def phrases(self) -> dict[str, Phrase | None]:
        """The fields that are phrases of the text."""
        return {name: getattr(self, name) for name in _PHRASES}


_PHRASES = ("number", "symbol", "place", "issuing_body", "parent_body", "subject", "urgency", "secrecy")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One document as read, before a person has confirmed anything."""

    text: str
    header: Header
    addressees: tuple[Phrase, ...]
    basis: tuple[Basis, ...]
    items: tuple[Item, ...]
    recipients: tuple[Phrase, ...]
    signer: Signer | None
    findings: tuple[Finding, ...]
    envelope: Envelope | None = None

    def walk(self) -> Iterator[Item]:
        """All items, in reading order."""
        for item in self.items:
            yield from item.walk()

    def to_json(self) -> Json:
        """In the form of the contract (design, section 6), with the text and the header's spans."""
        head = self.header
        values = {name: phrase.text if phrase else None for name, phrase in head.phrases().items()}
        signer = self.signer.to_json() if self.signer else _NOBODY
        return {
            "number": values["number"],
            "symbol": values["symbol"],
            "issued_on": head.issued_on,
            "issued_partial": head.issued_partial,
            "place": values["place"],
            "doc_type": head.doc_type,
            "issuing_body": values["issuing_body"],
            "parent_body": values["parent_body"],
            "subject": values["subject"],
            "urgency": values["urgency"],
            "secrecy": values["secrecy"],
            "addressees": [a.text for a in self.addressees],
            "basis": [b.to_json() for b in self.basis],
            "items": [i.to_json() for i in self.items],
            "recipients": [r.text for r in self.recipients],
            "signer": dict(signer),
            "findings": [f.to_json() for f in self.findings],
            "envelope": self.envelope.to_json() if self.envelope else None,
            "spans": {
                **head.spans(),
                "addressees": [_pair(a.span) for a in self.addressees],
                "recipients": [_pair(r.span) for r in self.recipients],
            },
            "text": self.text,
        }


_NOBODY: Json = {"on_behalf": None, "chain": [], "title": None, "name": None, "span": None}


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]
