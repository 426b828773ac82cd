"""A developer generates a client from the contract and does the main job with it, against real processes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.databases import Templates

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "openapi" / "openapi.json"
LETTER = ROOT / "service" / "demo" / "cao-loc-2024.docx"
BIN = Path(sys.executable).parent
CONFIG = Path(__file__).with_name("generator.yml")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the generated package `client` lies."""
    folder = tmp_path_factory.mktemp("generated")
    generate = [BIN / "openapi-python-client", "generate", "--path", CONTRACT]
    options = ["--meta", "none", "--output-path", folder / "client", "--config", CONFIG, "--fail-on-warning"]
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    subprocess.run([*generate, *options], check=True, capture_output=True, env=environment, cwd=folder)
    return folder


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Run `dondoc serve` with its worker for the length of the block; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [BIN / "dondoc", "serve", "--port", port], env=environment, stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                    break
            except httpx.ConnectError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(120)


@contextmanager
def office(kind: str, templates: Templates, folder: Path) -> Iterator[tuple[str, str]]:
    """Serve an office that was only just set up; give its address and the administrator's key."""
    with templates.copy(kind) as database:
        environment = {
            **os.environ,
            "DONDOC_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "DONDOC_FILES": str(folder / "files"),
            "DONDOC_MAIL_FOLDER": str(folder / "mail"),
            "DONDOC_SECRET_KEY": "kXTtx1h5WqD0cSVP5m0RSkGVVXmzrBnrHy7LUTtDzDM=",
        }
        init = subprocess.run(
            [BIN / "dondoc", "init", "--json"], env=environment, check=True, capture_output=True
        )
        with serving(environment) as url:
            yield url, json.loads(init.stdout)["api_key"]


def said(command: list[str | Path], folder: Path, **environment: str) -> None:
    """Run a program; what it says is the reason if it fails."""
    told = subprocess.run(
        command,
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_main_job_over_http_alone(
    kind: str, generated: Path, templates: Templates, tmp_path: Path
) -> None:
    with office(kind, templates, tmp_path) as (url, key):
        story: list[str | Path] = [sys.executable, "-m", "tests.client.story", url, key, LETTER]
        said(story, ROOT, PYTHONPATH=f"{generated}:{ROOT}")


@pytest.fixture
def typescript(tmp_path: Path) -> Path:
    """Return a folder with the story in TypeScript and the tools it is made with."""
    modules = BIN.parent / "typescript" / "node_modules"
    assert modules.is_dir(), "run `make .venv/typescript/installed`"
    folder = tmp_path / "typescript"
    shutil.copytree(ROOT / "tests" / "client" / "typescript", folder)
    (folder / "node_modules").symlink_to(modules)
    return folder


def test_a_linter_of_contracts_finds_nothing(typescript: Path) -> None:
    said(["node", "lint.mjs", CONTRACT], typescript)


def test_the_main_job_in_typescript(templates: Templates, typescript: Path, tmp_path: Path) -> None:
    tools = typescript / "node_modules" / ".bin"
    generate: list[str | Path] = [tools / "openapi-typescript", CONTRACT, "-o", "contract.ts"]
    said([*generate, "--default-non-nullable", "false"], typescript)
    said([tools / "tsc"], typescript)
    with office("sqlite", templates, tmp_path) as (url, key):
        said(["node", "compiled/story.js", url, key, LETTER], typescript)
