"""Reading must not depend on which programs the machine happens to have."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Look for converters and recognisers in an empty folder, which a test may fill."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder
