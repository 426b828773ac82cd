"""`dondoc parse FILE`: show what intake reads in a document, without a database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from service.intake import Deadline, IntakeRefused, Item, Proposal, Span, read_safely

REFUSED = 2
"""Exit code when the document was not read."""

ROLES = {"lead": "chủ trì", "coordinate": "phối hợp", "report_to": "báo cáo", "addressee": "được hướng dẫn"}
STYLES = {"lead": "bold green", "coordinate": "cyan", "report_to": "yellow", "addressee": "dim"}
SEVERITIES = {"info": "cyan", "warning": "yellow", "error": "red"}


def parse(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="DOCX, PDF, XLSX, TXT, MD, edXML, DOC"
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the proposal as JSON and nothing else.")
    ] = False,
) -> None:
    """Read a directive and print what would be proposed to the clerk."""
    try:
        proposal = read_safely(file, file.name)
    except IntakeRefused as refusal:
        typer.echo(f"{refusal.slug}: {refusal.title}", err=True)
        raise typer.Exit(REFUSED) from refusal
    if as_json:
        typer.echo(json.dumps(proposal.to_json(), ensure_ascii=False, indent=1))
        return
    console = Console()
    _print_header(console, proposal)
    _print_document(console, proposal)
    _print_findings(console, proposal)


def _print_header(console: Console, proposal: Proposal) -> None:
    facts = proposal.to_json()
    table = Table(show_header=False, box=None)
    number = f"{facts['number'] or '…'}/{facts['symbol'] or '…'}"
    signer = " ".join(filter(None, (facts["signer"]["title"], facts["signer"]["name"])))
    rows = {
        "Cơ quan": facts["issuing_body"],
        "Loại, số": f"{facts['doc_type'] or '…'} {number}",
        "Ngày": facts["issued_on"] or facts["issued_partial"],
        "Trích yếu": facts["subject"],
        "Kính gửi": "; ".join(facts["addressees"]),
        "Căn cứ": "; ".join(basis["text"] for basis in facts["basis"]),
        "Người ký": signer,
    }
    for name, value in rows.items():
        table.add_row(f"[bold]{name}[/bold]", escape(value or "—"))
    console.print(table)


def _print_document(console: Console, proposal: Proposal) -> None:
    """Each paragraph of the document, marked, and beside it what was read there."""
    table = Table("Văn bản", "Mục", "Đơn vị", "Thời hạn", box=SIMPLE, padding=(0, 1))
    table.columns[0].ratio, table.columns[2].ratio = 3, 2
    marks = list(_marks(proposal))
    items = sorted(proposal.walk(), key=lambda item: item.span.start)
    start = 0
    for line in proposal.text.split("\n"):
        end = start + len(line)
        shown = Text(line)
        for span, style in marks:
            if span.start < end and start < span.end:
                shown.stylize(style, max(span.start - start, 0), span.end - start)
        here = [item for item in items if start <= item.span.start <= end]
        table.add_row(shown, *(Text("\n".join(map(said, here))) for said in (_path, _units, _deadlines)))
        start = end + 1
    console.print(table)


def _marks(proposal: Proposal) -> Iterator[tuple[Span, str]]:
    """Which characters something was read from, and how they are shown."""
    for start, end in proposal.header.spans().values():
        yield Span(start, end), "bold"
    for phrase in (*proposal.addressees, *proposal.recipients):
        yield phrase.span, "underline"
    for item in proposal.walk():
        for assigned in item.assigned:
            yield assigned.span, STYLES[assigned.role]
        for deadline in (item.deadline, *item.more_deadlines):
            if deadline.span:
                yield deadline.span, "bold magenta"


def _path(item: Item) -> str:
    return f"● {item.path}" if item.tracked else item.path


def _units(item: Item) -> str:
    named = [f"{a.unit} ({ROLES[a.role]})" for a in item.assigned]
    return "; ".join(named) or ("theo mục trên" if item.inherits and item.task else "—")


def _deadlines(item: Item) -> str:
    real: list[Deadline] = [d for d in (item.deadline, *item.more_deadlines) if d.text]
    return "; ".join(d.text for d in real) or "—"


def _print_findings(console: Console, proposal: Proposal) -> None:
    for finding in proposal.findings:
        colour = SEVERITIES[finding.severity]
        console.print(f"[{colour}]{finding.code}[/{colour}] {escape(finding.message)}", highlight=False)
