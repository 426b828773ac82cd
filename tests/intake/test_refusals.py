"""A bad file gets one clear answer, and the process that asked goes on."""

import contextlib
import io
import pickle
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from service.intake import (
    DEFAULT,
    ArchiveBomb,
    DocumentTooLarge,
    DocumentTooSlow,
    EmptyDocument,
    EncryptedDocument,
    IntakeRefused,
    Limits,
    MismatchedDocument,
    Proposal,
    ScannedDocument,
    SecretDocument,
    UnreadableDocument,
    UnsupportedDocument,
    read,
    read_safely,
    refusals,
)

from .documents import SEED, archive, docx, pdf

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
LOCKED_WORD = OLE + b"\0" * 1016 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
PARAGRAPH = "<w:p/>"


def bomb() -> bytes:
    """About 100 KB that unpack to 100 MB."""
    return docx(body="<w:p><w:r><w:t>" + "a" * 100_000_000 + "</w:t></w:r></w:p>")


def many_parts() -> bytes:
    return docx(["Kính gửi: UBND các xã."], parts={f"word/media/{i}.xml": "" for i in range(3000)})


def locked_zip() -> bytes:
    """A DOCX whose main part is marked as encrypted."""
    data = bytearray(docx(["Kính gửi"]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(signature, start + 4)
    return bytes(data)


def damaged(data: bytes) -> bytes:
    return data[: len(data) // 2]


BAD: dict[str, tuple[str, Callable[[], bytes], type[IntakeRefused]]] = {
    "nothing": ("a.txt", lambda: b"", EmptyDocument),
    "only spaces": ("a.txt", lambda: b" \r\n\t ", EmptyDocument),
    "only invisible characters": ("a.txt", "\u200b\ufeff".encode, EmptyDocument),
    "a Word file without a word": ("a.docx", lambda: docx(["", ""]), EmptyDocument),
    "binary garbage": ("a.docx", lambda: bytes(range(256)) * 40, UnreadableDocument),
    "garbage called text": (
        "a.txt",
        lambda: b"\xff\xfe\xfd" + bytes(range(200, 256)) * 9,
        UnreadableDocument,
    ),
    "NUL bytes in a text": ("a.txt", lambda: SEED.encode().replace(b"Cao", b"C\0o"), UnreadableDocument),
    "lone surrogates": ("a.txt", lambda: SEED.encode() + b"\xed\xa0\x80", UnreadableDocument),
    "a lone surrogate in UTF-16": ("a.txt", lambda: b"\xff\xfe" + b"a\0\x00\xd8b\0", UnreadableDocument),
    "invalid UTF-8": ("a.md", lambda: SEED.encode("utf-8")[:-1] + b"\xc3\x28", UnreadableDocument),
    "half a Word file": ("a.docx", lambda: damaged(docx(["Kính gửi"] * 400)), UnreadableDocument),
    "half a PDF": ("a.pdf", lambda: damaged(pdf(["So 12"])), UnreadableDocument),
    "broken XML": ("a.docx", lambda: docx(body="<w:p><w:r>"), UnreadableDocument),
    "an XML entity bomb": (
        "a.docx",
        lambda: archive({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
        UnreadableDocument,
    ),
    "more than 50 MB": ("a.txt", lambda: b"a" * 60_000_000, DocumentTooLarge),
    "a million empty paragraphs": ("a.docx", lambda: docx(body=PARAGRAPH * 1_000_000), DocumentTooLarge),
    "a hundred thousand paragraphs": (
        "a.docx",
        lambda: docx(body="".join(f"<w:p><w:r><w:t>{i:x}</w:t></w:r></w:p>" for i in range(100_000))),
        DocumentTooLarge,
    ),
    "a million lines": ("a.txt", lambda: b"a\n" * 1_000_000, DocumentTooLarge),
    "a text too long": ("a.txt", lambda: b"a b " * 1_000_000, DocumentTooLarge),
    "elements nested without end": ("a.docx", lambda: docx(body="<w:p>" * 100_000), DocumentTooLarge),
    "a zip bomb": ("a.docx", bomb, ArchiveBomb),
    "a zip of thousands of parts": ("a.docx", many_parts, ArchiveBomb),
    "a Word file with a password": ("a.docx", lambda: LOCKED_WORD, EncryptedDocument),
    "a zip with a password": ("a.docx", locked_zip, EncryptedDocument),
    "a PDF with a password": ("a.pdf", lambda: pdf(["So 12"], password="x"), EncryptedDocument),
    "a PDF of images": ("a.pdf", lambda: pdf([]), ScannedDocument),
    "a text called Word": ("a.docx", SEED.encode, MismatchedDocument),
    "a Word file called text": ("a.txt", lambda: docx(["Kính gửi"]), MismatchedDocument),
    "a Word file called PDF": ("a.pdf", lambda: docx(["Kính gửi"]), MismatchedDocument),
    "a PDF called picture": ("a.PNG", lambda: pdf(["So 12"]), MismatchedDocument),
    "an old spreadsheet": ("a.xls", lambda: OLE + b"\0" * 2000, UnsupportedDocument),
    "a damaged workbook": ("a.xlsx", lambda: archive({"xl/workbook.xml": "<a/>"}), UnreadableDocument),
    "a presentation": ("a.pptx", lambda: archive({"ppt/presentation.xml": "<a/>"}), UnsupportedDocument),
    "a picture": ("a.png", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, UnsupportedDocument),
    "a web page": ("a.html", lambda: b"<!DOCTYPE html><html></html>", UnsupportedDocument),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_clear_answer(name: str, tmp_path: Path) -> None:
    filename, build, expected = BAD[name]
    path = tmp_path / "upload"
    path.write_bytes(build())
    with pytest.raises(IntakeRefused) as refused:
        read_safely(path, filename)
    assert type(refused.value) is expected


@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "Mật", "Độ mật: Tối mật"])
@pytest.mark.parametrize("where", ["above the letterhead", "under the number", "beside the body's name"])
def test_a_secret_document_is_refused_and_nothing_of_it_is_told(stamp: str, where: str) -> None:
    text = SEED.replace("*", "")
    spots = {
        "above the letterhead": stamp + "\n\n" + text,
        "under the number": text.replace("Số: /UBND-VP", f"Số: /UBND-VP\n\n{stamp}"),
        "beside the body's name": text.replace("HUYỆN CAO LỘC", f"HUYỆN CAO LỘC          {stamp}", 1),
    }
    with pytest.raises(SecretDocument) as refused:
        read(spots[where].encode(), "letter.txt")
    assert refused.value.args == ()
    assert "Cao Lộc" not in f"{refused.value!r} {refused.value}"


def test_a_stamp_that_shares_its_line_counts() -> None:
    with pytest.raises(SecretDocument):
        read(SEED.replace("Số: /UBND-VP", "Số: /UBND-VP TỐI MẬT").encode(), "letter.txt")


def test_a_stamp_in_a_text_box_or_page_header_counts() -> None:
    stamp = "<w:p><w:r><w:t>TUYỆT MẬT</w:t></w:r></w:p>"
    box = f"<w:p><w:r><w:pict><w:txbxContent>{stamp}</w:txbxContent></w:pict></w:r></w:p>"
    header = f'<w:hdr xmlns:w="{_WORD}"><w:p><w:r><w:t>MẬT</w:t></w:r></w:p></w:hdr>'
    for data in (
        docx(body=box + _paragraphs()),
        docx(body=_paragraphs(), parts={"word/header1.xml": header}),
    ):
        with pytest.raises(SecretDocument):
            read(data, "letter.docx")


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _paragraphs() -> str:
    lines = [line for line in SEED.replace("*", "").split("\n") if line.strip()]
    return "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)


def test_a_letter_about_secrets_is_not_a_secret_letter() -> None:
    text = SEED.replace("tăng cường công tác phối hợp", "bảo vệ bí mật nhà nước, độ Mật và công tác phối hợp")
    assert isinstance(read(text.encode(), "letter.txt"), Proposal)


def test_a_child_that_does_not_come_back_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(("Giao Sở Tài chính rà soát, báo cáo " * 40_000).encode())
    with pytest.raises(DocumentTooSlow):
        read_safely(path, "letter.txt", Limits(wall_seconds=0.3))


def test_processor_time_and_memory_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(("Giao Sở Tài chính rà soát, báo cáo " * 50_000).encode())
    with pytest.raises(DocumentTooSlow):
        read_safely(path, "letter.txt", Limits(cpu_seconds=1, wall_seconds=30))
    with pytest.raises(DocumentTooSlow):
        read_safely(path, "letter.txt", Limits(memory_bytes=60_000_000))


def test_an_answer_beyond_its_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(SEED.encode())
    with pytest.raises(DocumentTooLarge):
        read_safely(path, "letter.txt", Limits(output_bytes=200))


def test_many_threads_may_read_at_once(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(SEED.encode())
    bad.write_bytes(b"\0\1\2")
    answers: list[str] = []

    def ask(path: Path) -> None:
        try:
            answers.append(read_safely(path, "letter.txt").header.symbol.text)  # type: ignore[union-attr]
        except IntakeRefused as refusal:
            answers.append(refusal.slug)

    threads = [threading.Thread(target=ask, args=(path,)) for path in [good, bad] * 6]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["UBND-VP"] * 6 + ["document-unreadable"] * 6


def test_the_reading_in_a_child_is_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    rules = "\n1. Giao Sở Y tế báo cáo ngày 15, 30 hằng tháng; hoàn thành trước 17h00 ngày 20/5/2024.\n"
    text = SEED.replace("\n**1.**", rules + "\n**1.**")
    path.write_bytes(text.encode())
    assert read_safely(path, "letter.md") == read(text.encode(), "letter.md")


def test_a_missing_file_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_safely(tmp_path / "nothing", "letter.txt")


def test_every_refusal_explains_itself_and_survives_pickling() -> None:
    leaves = IntakeRefused.__subclasses__()
    assert len({leaf.slug for leaf in leaves}) == len(leaves) == 11
    for leaf in leaves:
        assert leaf.slug.startswith("document-")
        assert leaf.__doc__
        assert leaf.__doc__ != IntakeRefused.__doc__
        copy = pickle.loads(pickle.dumps(leaf()))  # noqa: S301  our own bytes
        assert type(copy) is leaf
        assert str(copy) == leaf.title
    assert DEFAULT.upload_bytes == 50_000_000
    assert refusals.__doc__


def test_only_proposals_and_refusals_are_taken_from_a_child() -> None:
    from service.intake.sandbox import _unpickle

    for answer in (pickle.dumps(print), pickle.dumps(Path("x")), pickle.dumps("text"), b"\x80\x05junk"):
        with pytest.raises(UnreadableDocument):
            _unpickle(answer)


def test_a_bomb_inside_the_archive_is_measured_not_believed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("word/document.xml", "<a/>")
        target.writestr("word/styles.xml", " " * 30_000_000)
    with pytest.raises((ArchiveBomb, UnreadableDocument)), contextlib.closing(buffer):
        read(buffer.getvalue(), "a.docx")
