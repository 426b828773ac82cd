"""`dondoc parse FILE`: show what intake reads in a document, without a database."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.intake import Deadline, IntakeRefused, Item, Proposal, read_safely

REFUSED = 2
"""Exit code when the document was not read."""

ROLES = {"lead": "chủ trì", "coordinate": "phối hợp", "report_to": "báo cáo", "addressee": "được hướng dẫn"}
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
    _print_items(console, proposal)
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


def _print_items(console: Console, proposal: Proposal) -> None:
    table = Table("Mục", "Nội dung", "Đơn vị", "Thời hạn")
    for item in proposal.walk():
        mark = "[bold green]●[/bold green] " if item.tracked else "  "
        text = item.text if len(item.text) <= 120 else item.text[:119] + "…"
        table.add_row(mark + escape(item.path), escape(text), escape(_units(item)), escape(_deadlines(item)))
    console.print(table)


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
