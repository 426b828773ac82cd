"""The labelled documents beside the repository, when they are there, are read as people read them."""

import importlib.util
import json
from types import ModuleType

import pytest

from service.demo.letters import BUILT
from service.intake import read

from .documents import CORPUS, SEED

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="no labelled documents here")


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(scorer: ModuleType, name: str, data: bytes, filename: str) -> dict[str, float]:
    """The scorer's figures for one document; those without anything to find are left out."""
    label = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    score = scorer.Score()
    scorer.grade(label, read(data, filename).to_json(), score)
    result: dict[str, float] = score.result()
    return {key: value for key, value in result.items() if key != "core"}


@pytest.mark.parametrize("filename", ["letter.txt", "letter.md", "letter.docx"])
def test_the_seed_scores_one_in_every_figure(scorer: ModuleType, filename: str) -> None:
    data = BUILT.read_bytes() if filename.endswith(".docx") else SEED.encode()
    assert set(figures(scorer, "cao-loc-2024", data, filename).values()) == {1.0}


@pytest.mark.parametrize("name", [path.stem for path in sorted(CORPUS.glob("*.json"))])
def test_the_other_letters_stay_as_well_read_as_they_are(scorer: ModuleType, name: str) -> None:
    data = (CORPUS / f"{name}.txt").read_bytes()
    result = figures(scorer, name, data, f"{name}.txt")
    assert all(value == 1.0 for key, value in result.items() if key != "recipients")
    assert result["recipients"] >= 0.95
