"""`dondoc audit`: here, and offline where there is nothing but a file and a public key."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from service.cli import app
from service.cli.key_files import AUDIT_KEY
from service.domain import audit_file
from service.domain.notes import Ring
from service.domain.reading import audit
from tests.district import District
from tests.plays import Plays
from tests.tampers.played import NEW, OLD, PUBLIC, RING, STRANGER, an_office, ledger_of, play, seal

KEYS = ",".join(key.text() for key in PUBLIC.keys.values())


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


@pytest.fixture
def signed(office: District, plays: Plays, monkeypatch: pytest.MonkeyPatch) -> District:
    """An office that was played under checkpoints, as the commands find it."""
    plays.after(play, office, on=office.stage)
    monkeypatch.setenv("DONDOC_DATABASE_URL", office.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("DONDOC_FILES", str(office.settings.files))
    monkeypatch.setenv(AUDIT_KEY, f"{NEW.text()},{OLD.public.text()}")
    return office


@pytest.fixture
def elsewhere(signed: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an export and a proof, where there is neither database nor key."""
    export, proof = tmp_path / "export.jsonl", tmp_path / "proof.json"
    assert run("export", export).exit_code == 0
    proof.write_text(run("prove", 7).output, encoding="utf-8")
    monkeypatch.setenv("DONDOC_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/none.db")
    monkeypatch.delenv(AUDIT_KEY)
    return tmp_path


def test_the_database_is_verified_where_it_is(signed: District) -> None:
    done = run("verify")
    assert done.exit_code == 0, done.output
    assert "106 entries are what was signed, under 5 checkpoints" in done.output
    assert "whether an end is missing only --anchor tells" in done.output
    signed.give(due="2024-04-12", units=["xa-a"])
    signed.worker.sequence()
    assert "of them wait for the next one" in run("verify").output


def test_an_export_is_verified_offline_with_the_public_key_only(elsewhere: Path) -> None:
    export, keys = elsewhere / "export.jsonl", elsewhere / "keys.txt"
    keys.write_text(KEYS.replace(",", "\n"), encoding="utf-8")
    for key in (KEYS, keys):
        done = run("verify", export, "--key", key)
        assert (done.exit_code, done.output[:13]) == (0, "✓ 106 entries"), done.output
    assert run("verify", export).exit_code == 2, "nothing can be said without a key"
    assert run("verify", export, "--key", STRANGER.public.text()).exit_code == 1
    lines = export.read_bytes().splitlines(keepends=True)
    lines[20] = lines[20].replace(b'"seq":', b'"seq":1')
    export.write_bytes(b"".join(lines))
    done = run("verify", export, "--key", KEYS)
    assert (done.exit_code, done.output) == (1, "✗ position 15: the leaf is not the hash of the entry\n")


def test_a_proof_is_verified_offline_with_the_public_key_only(elsewhere: Path) -> None:
    proof = elsewhere / "proof.json"
    done = run("verify", proof, "--key", KEYS)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("✓ entry 7 is under checkpoint 5 of 2024-03-08T")
    given = json.loads(proof.read_text(encoding="utf-8"))
    proof.write_text(json.dumps(given | {"seq": given["seq"] + 1}), encoding="utf-8")
    done = run("verify", proof, "--key", KEYS)
    assert (done.exit_code, done.output[:12]) == (1, "✗ position 7")
    proof.write_text("", encoding="utf-8")
    assert run("verify", proof, "--key", KEYS).exit_code == 1


def test_a_cut_off_end_is_noticed_by_what_was_kept_elsewhere(elsewhere: Path, signed: District) -> None:
    """An anchor file, whose last line was torn, or a mail with other words around the checkpoint."""
    whole, export = ledger_of(signed.database), elsewhere / "export.jsonl"
    notes = whole.notes
    size = whole.checkpoints[2].size
    head = audit_file.header_line(PUBLIC.origin, 3, size).encode()
    export.write_bytes(b"".join([head, *whole.lines[1:4], *whole.lines[6:][:size]]))
    assert run("verify", export, "--key", KEYS).exit_code == 0
    lines, mail, empty = elsewhere / "anchor.jsonl", elsewhere / "mail.txt", elsewhere / "empty"
    lines.write_text("".join(map(audit_file.checkpoint_line, notes))[:-9], encoding="utf-8")
    mail.write_text(f"Kính gửi thanh tra:\n\n{notes[4]}\nTrân trọng".replace("\n", "\r\n"), encoding="utf-8")
    empty.touch()
    for kept in (lines, mail):
        done = run("verify", export, "--key", KEYS, "--anchor", kept)
        assert done.exit_code == 1
        assert done.output.startswith(f"✗ position {size + 1}: anchored checkpoint"), done.output
    done = run("verify", export, "--key", KEYS, "--anchor", empty)
    assert (done.exit_code, "no checkpoint is in" in done.output) == (1, True)


def test_an_event_without_a_place_is_named(signed: District) -> None:
    with signed.database.write() as session:
        connection = session.connection()
        if signed.database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("DROP TRIGGER event_unsequenced")
        columns = "register_id, kind, subject_id, payload, actor_id, recorded_at"
        connection.exec_driver_sql(
            f"INSERT INTO event (seq, {columns}) SELECT 900, {columns} FROM event WHERE seq = 5"
        )
    done = run("verify")
    assert (done.exit_code, "event-without-place" in done.output) == (1, True), done.output


def test_keys_are_replaced_and_only_the_public_part_of_the_older_one_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_office(tmp_path) as office:
        monkeypatch.setenv("DONDOC_DATABASE_URL", str(office.database.url))
        monkeypatch.setenv(AUDIT_KEY, "")
        first = run("key", "--new")
        assert first.exit_code == 0, first.output
        kept = tmp_path / "audit.key"
        assert kept.stat().st_mode & 0o777 == 0o600
        seal(office, Ring.read(kept.read_text(encoding="utf-8")))
        assert run("key", "--new").exit_code == 0
        text = kept.read_text(encoding="utf-8")
        assert text.count("PRIVATE+KEY") == 1
        office.give(due="2024-04-12", units=["xa-a"])
        assert seal(office, Ring.read(text)) == 1
        public = run("key").output
        assert len(public.split()) == 2
        with office.database.snapshot() as connection:
            assert audit.verify_stored(connection, Ring.read(public), ()).checkpoints == 2
        monkeypatch.setenv(AUDIT_KEY, RING.signer.text() if RING.signer else "")
        by_hand = run("key", "--new")
        assert "is set by hand" in by_hand.output
        assert kept.read_text(encoding="utf-8") == text


def test_what_cannot_be_read_is_said_in_a_sentence(signed: District, tmp_path: Path) -> None:
    for arguments in (
        ("prove", 999),
        ("verify", "--key", "x"),
        ("verify", tmp_path / "none"),
        ("export", tmp_path),
    ):
        done = run(*arguments)
        assert (done.exit_code, done.output.count("\n")) == (2, 1), done.output
