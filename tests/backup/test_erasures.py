"""An older backup brings back who was erased since; a list that holds no personal data erases them again."""

import json
from pathlib import Path

import pytest

from service.domain.erasing_people import apply_again, erasures
from service.domain.reading import audit
from service.domain.returns import give_back
from tests.actions.test_erasure import CODE, NAME, erase, exported, lived, lying_about
from tests.audit.test_texts import REASON, duty, place_of, told
from tests.audit.test_texts import erase as erase_text
from tests.backup.copies import back_up, second_life
from tests.databases import Templates
from tests.district import COMMUNES, District
from tests.shell import Shell, set_up
from tests.tampers.played import PUBLIC, seal

__all__ = ["lived"]


def test_who_was_erased_after_the_backup_is_erased_again_in_the_copy(lived: District, tmp_path: Path) -> None:
    with lived.database.write() as session:
        give_back(
            session,
            lived.officer(COMMUNES[0]),
            duty(lived),
            reason=REASON,
            proposed_unit_code=None,
            version=None,
            now=lived.now(),
        )
    seal(lived)
    back_up(lived, tmp_path / "backup")
    left = erase(lived)
    erase_text(lived, place_of(lived))
    with lived.database.read() as connection:
        listed = list(erasures(connection))
    assert [what for what, _ in listed] == ["person", "text"]
    assert NAME not in json.dumps(listed, ensure_ascii=False)
    with second_life(lived, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        assert exported(copy).person.name == NAME, "the backup brings it back"
        for people, texts in ((1, 1), (0, 0)):
            with copy.database.write() as session:
                assert apply_again(session, listed, now=copy.now()) == (people, texts)
        copy.database.scrub()
        assert lying_about(copy) == []
        assert exported(copy, left).person.name.startswith("(đã xóa)")
        copy.worker.sequence()
        (facts,) = told(copy)
        assert facts["erased"] == ["reason"]
        with copy.database.snapshot() as connection:
            assert audit.verify_stored(connection, PUBLIC, ()).erased == 1


@pytest.fixture
def shell(tmp_path: Path, templates: Templates) -> Shell:
    """Return a shell for an office that was set up, with one person whose post has ended."""
    made = set_up(tmp_path, templates)
    units, people = tmp_path / "units.csv", tmp_path / "people.csv"
    units.write_text("code,name,kind\nxa-a,UBND xã A,xa\n", encoding="utf-8")
    people.write_text(
        "code,name,unit_code,role,valid_from,valid_to,email\n"
        f"{CODE},{NAME},xa-a,officer,2024-01-01,2024-02-01,rieng@cao-loc.test\n",
        encoding="utf-8",
    )
    loaded = made.run("units", "load", str(units), "--people", str(people))
    assert loaded.exit_code == 0, loaded.stdout + loaded.stderr
    return made


def test_an_operator_exports_erases_and_erases_again_after_a_restore(shell: Shell, tmp_path: Path) -> None:
    held = json.loads(shell.run("person", "export", CODE, "--json").stdout)
    assert (held["name"], [row["address"] for row in held["records"]["address"]]) == (
        NAME,
        ["rieng@cao-loc.test"],
    )
    assert NAME in shell.run("person", "export", CODE).stdout
    assert shell.run("person", "erase", "khong-co", "--basis", "Đơn số 7").exit_code == 1
    assert shell.run("backup", str(tmp_path / "monday")).exit_code == 0
    done = shell.run("person", "erase", CODE, "--basis", "Đơn số 7")
    assert done.exit_code == 0, done.stdout + done.stderr
    left = done.stdout.split()[2]
    assert shell.run("person", "export", CODE).exit_code == 1
    assert "(đã xóa)" in shell.run("person", "export", left).stdout
    files = list((tmp_path).glob("**/dondoc.db*"))
    assert files
    assert not [each for each in files if NAME.encode() in each.read_bytes()]

    kept = tmp_path / "erasures.jsonl"
    assert shell.run("person", "erasures", str(kept)).exit_code == 0
    assert NAME not in kept.read_text(encoding="utf-8")
    other = {"DONDOC_DATABASE_URL": f"sqlite:///{tmp_path}/other/copy.db"}
    restored = shell.run("restore", str(tmp_path / "monday"), "--reapply", str(kept), **other)
    assert restored.exit_code == 0, restored.stdout + restored.stderr
    assert "Erased again: 1 people, 0 texts." in restored.stdout
    assert not [each for each in (tmp_path / "other").glob("copy.db*") if NAME.encode() in each.read_bytes()]

    kept.write_text('{"somebody": "x"}\n', encoding="utf-8")
    third = {"DONDOC_DATABASE_URL": f"sqlite:///{tmp_path}/third/copy.db"}
    refused = shell.run("restore", str(tmp_path / "monday"), "--reapply", str(kept), **third)
    assert (refused.exit_code, "no list of erasures" in refused.stdout.replace("\n", " ")) == (1, True)
    assert not (tmp_path / "third" / "copy.db").exists(), "nothing was restored"
