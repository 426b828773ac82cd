"""A real OpenID provider as a process: `oidc-provider`, the certified one for Node.js, by its lock file."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "oidc_provider"
MISSING = "Node.js 18 or newer and npm are needed for the real OpenID provider: `make test` installs them"


def install(folder: Path) -> Path:
    """Install the provider into a folder, as the lock file has it; return where it was installed."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not there. {MISSING}")
    for name in ("package.json", "package-lock.json", "provider.mjs"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=100)
    if done.returncode != 0:
        pytest.fail(f"oidc-provider cannot be installed. {MISSING}. npm says: {done.stderr[-1000:]}")
    return folder


@contextmanager
def running(folder: Path, order: Mapping[str, Any]) -> Iterator[str]:
    """Run a provider for the length of the block; give its issuer."""
    command = ["node", "provider.mjs", json.dumps(order)]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        if not line:
            pytest.fail(f"the provider does not start. {MISSING}. It says: {process.stderr.read()[-1000:]}")
        try:
            yield str(json.loads(line)["issuer"])
        finally:
            process.stdin.close()
            process.wait(timeout=20)
