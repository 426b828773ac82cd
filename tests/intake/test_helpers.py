"""Old Word files and scans are read by other programs where these are installed; here they are stand-ins."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from service.intake import EncryptedDocument, LegacyDocument, ScannedDocument, UnreadableDocument, read

from .offices import READ, plan, task_table
from .pdfs import Page, document
from .test_tables import annex_of, facts

OLE = bytes.fromhex("D0CF11E0A1B11AE1").ljust(512, b"\0")
FIB = b"\xec\xa5".ljust(512, b"\0")
DOC = OLE + FIB + "WordDocument".encode("utf-16-le")
OFFICE = """
    while [ "$1" != --outdir ]; do shift; done
    cp "$(dirname "$0")/prepared.docx" "$2/document.docx"
"""
ANTIWORD = """
    printf '|UBND TỈNH QUẢNG NGÃI        |CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\\n'
    printf '|Số: 12/UBND-VP              |Quảng Ngãi, ngày 05 tháng 01 năm 2026 |\\n\\n'
    printf '1. Giao Sở Y tế rà soát.\\n'
"""
TESSERACT = """
    if [ "$1" = --list-langs ]; then echo vie; exit; fi
    head -c 2 | grep -q P5 && echo '1. Giao Sở Y tế rà soát.'
    cat > /dev/null
"""
HANGS = """
    if [ "$1" = --list-langs ]; then echo vie; exit; fi
    echo $$ > "$(dirname "$0")/pid"
    exec sleep 60
"""


def bench(folder: Path, **programs: str) -> Path:
    """A folder with programs, and the few that their scripts need."""
    folder.mkdir(exist_ok=True)
    for name, script in programs.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{textwrap.dedent(script)}", encoding="utf-8")
        path.chmod(0o755)
    return folder


@pytest.fixture
def programs(no_programs: Path) -> Path:
    """The only folder in which programs are looked for."""
    return no_programs


def test_without_a_converter_an_old_word_file_gets_one_clear_answer(programs: Path) -> None:
    with pytest.raises(LegacyDocument) as refused:
        read(DOC, "thu.doc")
    assert "DOCX" in str(refused.value)
    assert "LibreOffice" in (LegacyDocument.__doc__ or "")


def test_a_converted_word_file_reads_like_the_new_one(programs: Path) -> None:
    bench(programs, soffice=OFFICE)
    (programs / "prepared.docx").write_bytes(plan(task_table))
    assert facts(annex_of(read(DOC, "ke-hoach.doc")).items) == list(READ)


def test_a_conversion_that_gives_nothing_is_a_damaged_file(programs: Path) -> None:
    bench(programs, soffice="exit 1")
    with pytest.raises(UnreadableDocument):
        read(DOC, "thu.doc")


def test_antiword_gives_the_text_and_says_what_may_be_lost(programs: Path) -> None:
    bench(programs, antiword=ANTIWORD)
    proposal = read(DOC, "thu.doc")
    header = proposal.header
    assert (header.number and header.number.text, header.issued_on) == ("12", "2026-01-05")
    assert [item.text for item in proposal.walk()] == ["Giao Sở Y tế rà soát."]
    assert "converted-without-tables" in {f.code for f in proposal.findings}


def test_an_encrypted_word_file_is_told_before_anything_is_started(programs: Path) -> None:
    with pytest.raises(EncryptedDocument):
        read(OLE + FIB[:11] + b"\x01" + FIB[12:] + "WordDocument".encode("utf-16-le"), "thu.doc")


def test_a_scan_is_recognised_and_said_to_be(programs: Path) -> None:
    bench(programs, tesseract=TESSERACT)
    proposal = read(document([Page()]), "thu.pdf")
    assert [item.text for item in proposal.walk()] == ["Giao Sở Y tế rà soát."]
    assert "text-recognised" in {f.code for f in proposal.findings}


def test_only_the_pages_without_text_are_recognised(programs: Path) -> None:
    bench(programs, tesseract=TESSERACT)
    with_text = Page().text(80, 700, "Kính gửi: UBND các xã.")
    proposal = read(document([with_text, Page()]), "thu.pdf")
    assert [a.text for a in proposal.addressees] == ["UBND các xã"]
    (finding,) = (f for f in proposal.findings if f.code == "text-recognised")
    assert finding.message.startswith("Trang 2 ")


def test_without_a_recogniser_or_its_language_a_scan_is_refused(programs: Path) -> None:
    with pytest.raises(ScannedDocument):
        read(document([Page()]), "thu.pdf")
    bench(programs, tesseract="echo eng")
    with pytest.raises(ScannedDocument):
        read(document([Page()]), "thu.pdf")


CHILD = """
from pathlib import Path
from service.intake import IntakeRefused, Limits, read_safely
try:
    print(read_safely(Path({path!r}), {name!r}, Limits(wall_seconds=2.0, helped_seconds={helped})).text)
except IntakeRefused as refusal:
    print(refusal.slug)
"""


def read_in_child(path: Path, programs: Path, *, helped: float = 20.0) -> str:
    """What a process with these programs says of a file that it reads in a child."""
    script = CHILD.format(path=str(path), name=path.name, helped=helped)
    environment = {**os.environ, "PATH": str(programs)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip() or done.stderr


def test_a_child_may_convert_although_it_may_not_write_otherwise(tmp_path: Path) -> None:
    programs = bench(tmp_path / "programs", soffice=OFFICE)
    (programs / "prepared.docx").write_bytes(plan(paragraphs=("1. Giao Sở Y tế rà soát.",)))
    (tmp_path / "thu.doc").write_bytes(DOC)
    assert "1. Giao Sở Y tế rà soát." in read_in_child(tmp_path / "thu.doc", programs)


@pytest.mark.parametrize(("name", "program"), [("thu.doc", "soffice"), ("thu.pdf", "tesseract")])
def test_a_program_that_hangs_is_ended_with_its_child(tmp_path: Path, name: str, program: str) -> None:
    programs = bench(tmp_path / "programs", **{program: HANGS})
    (tmp_path / name).write_bytes(DOC if name.endswith("doc") else document([Page()]))
    assert read_in_child(tmp_path / name, programs, helped=2.0) == "document-too-slow"
    pid = int((programs / "pid").read_text(encoding="ascii"))
    for _ in range(50):
        if not _runs(pid):
            break
        time.sleep(0.1)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_program_gets_longer_than_the_reading_itself(tmp_path: Path) -> None:
    programs = bench(tmp_path / "programs", soffice="sleep 4\n" + OFFICE.strip())
    (programs / "prepared.docx").write_bytes(plan(paragraphs=("1. Giao Sở Y tế rà soát.",)))
    (tmp_path / "thu.doc").write_bytes(DOC)
    assert "1. Giao Sở Y tế rà soát." in read_in_child(tmp_path / "thu.doc", programs)
