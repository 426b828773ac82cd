"""A security officer asks what the product is made of, and whether a version with a known hole is in it."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)


def test_the_list_of_parts_names_every_pinned_package_with_its_hashes(tmp_path: Path) -> None:
    written = tmp_path / "sbom.json"
    program = Path(sys.executable).parent / "cyclonedx-py"
    command = [program, "requirements", ROOT / "requirements.lock", "--pyproject", ROOT / "pyproject.toml"]
    options = ["--output-reproducible", "--of", "JSON", "-o", written]
    subprocess.run([*command, *options], check=True, capture_output=True)
    document = json.loads(written.read_text(encoding="utf-8"))
    assert document["metadata"]["component"]["name"] == "dondoc"
    pinned = dict(PINNED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    assert {part["name"]: part["version"] for part in document["components"]} == pinned
    for part in document["components"]:
        assert part["externalReferences"][0]["hashes"], part["name"]
