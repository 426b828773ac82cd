"""`dondoc parse`: JSON for machines, a page for people, one line for a refusal."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from service.cli.parse import REFUSED, parse
from service.demo.letters import BUILT

app = typer.Typer()
app.command()(parse)
runner = CliRunner()


def test_json_is_all_that_is_printed() -> None:
    result = runner.invoke(app, [str(BUILT), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["symbol"] == "UBND-VP"
    assert "Cao Lộc" in result.stdout


def test_people_see_items_units_and_findings() -> None:
    result = runner.invoke(app, [str(BUILT)], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for shown in (
        "ỦY BAN NHÂN DÂN HUYỆN CAO LỘC",
        "UBND cấp xã",
        "basis-date-suspicious",
        "Nguyễn Văn Thịnh",
    ):
        assert shown in result.stdout


def test_people_see_each_paragraph_with_its_reading_beside_it() -> None:
    result = runner.invoke(app, [str(BUILT)], env={"COLUMNS": "400"})
    (line,) = [
        row
        for row in result.stdout.split("\n")
        if "Văn phòng Điều phối xây dựng NTM huyện" in row and "●" in row
    ]
    assert "(chủ trì)" in line


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_refusal_is_one_line_on_the_error_stream(tmp_path: Path, flags: list[str]) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")
    result = runner.invoke(app, [str(path), *flags])
    assert result.exit_code == REFUSED
    assert result.stdout == ""
    assert result.stderr == "document-empty: The document is empty\n"
