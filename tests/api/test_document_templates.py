"""Templates that an office edits in Word: they are tried before they hold, and can do nothing but write."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from service.database import Database
from service.domain.letter_rules import DocumentKind
from service.domain.tables import Event, table
from service.domain.template_refusals import TemplateFault, TemplateRefused
from service.reports.built_in import built_in
from service.reports.child import filled_apart
from service.reports.documents import filled
from service.reports.package import UNPACKED_BYTES_MAX, WORD, require_plain
from service.reports.sample import sample
from tests.api.test_documents import cells, document_of, template
from tests.api.test_register_file import CUT_OFF, book
from tests.api.world import Api

__all__ = ["book"]
event = table(Event)
LATE, URGING = "/v1/document-templates/late_list", "/v1/document-templates/urging"
OUR_LIST = ("Họp giao ban: {{ so_nhiem_vu }} việc chậm", "{%p for viec in nhiem_vu %}", "{{ viec.don_vi }}",
            "{%p endfor %}")  # fmt: skip


def sent(content: bytes, name: str = "mau.docx") -> dict[str, Any]:
    return {"files": {"file": (name, content, WORD)}}


def at(version: int) -> dict[str, Any]:
    return {"headers": {"If-Match": f'"v{version}"'}}


def paragraphs(made: Any) -> list[str]:
    return [each.text for each in made.paragraphs]


def test_an_office_writes_its_list_by_its_own_template_and_goes_back(book: Api, database: Database) -> None:
    first = book.ok("PUT", LATE, **sent(template(*OUR_LIST), "giao-ban.docx"), **at(0))
    assert (first["version"], first["is_own"], first["file_name"]) == (1, True, "giao-ban.docx")
    expected = ["Họp giao ban: 2 việc chậm", "UBND xã Công Sơn", "UBND xã Bảo Lâm"]
    assert paragraphs(document_of(book, "/v1/reports/late.docx")) == expected
    assert len(document_of(book, "/v1/reports/progress.docx").tables) == 4, "other kinds stay as they were"
    back = book.ok("POST", f"{LATE}/take-back", **at(1))
    assert (back["version"], back["is_own"], back["file_name"]) == (2, False, None)
    assert len(cells(document_of(book, "/v1/reports/late.docx").tables[1])) == 3
    assert paragraphs(document_of(book, f"{LATE}/template.docx?version=1"))[0] == OUR_LIST[0]
    versions = book.ok("GET", f"{LATE}/history")["items"]
    assert [(each["version"], each["file_name"]) for each in versions] == [(2, None), (1, "giao-ban.docx")]
    assert {each["made_by_name"] for each in versions} == {"clerk"}
    with database.read() as connection:
        kinds = connection.execute(sa.select(event.c.kind).order_by(event.c.seq)).scalars().all()
    assert kinds[-2:] == [
        "register.document_template_set.v1",
        "register.document_template_taken_back.v1",
    ]


def test_a_letter_that_was_drafted_is_written_by_the_template_of_the_office(book: Api) -> None:
    letter = book.ok("POST", "/v1/letters", json={"kind": "urging"})
    ours = template("Kính gửi: {{ kinh_gui | join('; ') }}", "{{ trich_yeu }}")
    book.ok("PUT", URGING, **sent(ours), **at(0))
    made = document_of(book, f"/v1/letters/{letter['id']}/letter.docx")
    assert paragraphs(made)[0] == "Kính gửi: UBND xã Bảo Lâm; UBND xã Công Sơn"


@pytest.mark.parametrize("written", list(DocumentKind))
def test_the_form_of_the_service_is_a_template_that_gives_the_same_document(
    book: Api, written: DocumentKind
) -> None:
    path = f"/v1/document-templates/{written}"
    shipped = book.get(f"{path}/template.docx").content
    assert shipped == built_in(written)
    tried = book.post(f"{path}/preview", **sent(shipped))
    assert tried.status_code == 200, tried.text
    made = Document(io.BytesIO(tried.content))
    reports = {DocumentKind.LATE_LIST: "late", DocumentKind.PROGRESS: "progress"}
    if written in reports:
        known = document_of(book, f"/v1/reports/{reports[written]}.docx?cut_off={CUT_OFF}")
        assert paragraphs(made) == paragraphs(known)
        assert [cells(each) for each in made.tables] == [cells(each) for each in known.tables]
    assert book.ok("GET", f"{path}/history")["items"] == [], "trying keeps nothing"


def test_two_who_send_a_template_at_once_do_not_undo_each_other(book: Api) -> None:
    book.ok("PUT", LATE, **sent(template("một")), **at(0))
    book.refused("stale-version", 412, "PUT", LATE, **sent(template("hai")), **at(0))
    book.refused("precondition-required", 428, "PUT", LATE, **sent(template("ba")))
    book.refused("stale-version", 412, "POST", f"{LATE}/take-back", **at(0))
    assert paragraphs(document_of(book, "/v1/reports/late.docx")) == ["một"]


def test_the_list_of_templates_names_what_each_may_use(book: Api) -> None:
    items = {each["kind"]: each for each in book.ok("GET", "/v1/document-templates")["items"]}
    assert list(items) == [kind.value for kind in DocumentKind]
    assert {each["version"] for each in items.values()} == {0}
    names = {each["name"]: each["is_list"] for each in items["progress"]["names"]}
    assert (names["nhiem_vu"], names["nhiem_vu.noi_dung"], names["tong.qua_han"]) == (True, False, False)
    assert "kinh_gui" not in names


def test_only_who_words_messages_sets_templates(book: Api) -> None:
    book.speak_for("officer_a").refused("not-allowed", 403, "GET", "/v1/document-templates")
    book.refused("not-allowed", 403, "PUT", LATE, **sent(template("x")), **at(0))
    book.speak_for("leader").ok("PUT", LATE, **sent(template("x")), **at(0))


@pytest.mark.parametrize(
    ("lines", "fault", "what"),
    [
        (["{{ don_vy }}"], "unknown_name", "don_vy"),
        (["{%p for v in nhiem_vu %}", "{{ v.noi_dug }}", "{%p endfor %}"], "unknown_name", "v.noi_dug"),
        (["{% if ngay %}a{% else %}{{ ten_la }}{% endif %}"], "unknown_name", "ten_la"),
        (["{%p for v in nhiem_vu %}", "{{ v.noi_dung }}"], "broken", "endfor"),
        (["{{ ngay"], "broken", "ngay"),
        (["{% for v in ngay %}{% endfor %}"], "not_a_list", "ngay"),
        (["{{ nhiem_vu }}"], "not_allowed", "nhiem_vu"),
        (["{{ ngay * 9 }}"], "not_allowed", "mul"),
    ],
)
def test_what_is_wrong_in_a_template_is_named_and_nothing_is_kept(
    book: Api, lines: list[str], fault: str, what: str
) -> None:
    refused = book.refused("template-refused", 422, "PUT", LATE, **sent(template(*lines)), **at(0))
    assert (refused["fault"], what in refused["what"]) == (fault, True), refused
    assert book.ok("GET", f"{LATE}/history")["items"] == []


def test_a_loop_that_begins_in_a_table_and_ends_below_it_is_refused_and_not_mended() -> None:
    document, content = Document(), io.BytesIO()
    document.add_table(rows=1, cols=2).rows[0].cells[0].text = "{% for viec in nhiem_vu %}"
    document.add_paragraph("{% endfor %}")
    document.save(content)
    with pytest.raises(TemplateRefused) as refused:
        filled(DocumentKind.LATE_LIST, content.getvalue(), sample(DocumentKind.LATE_LIST))
    assert refused.value.fault is TemplateFault.CROSSED


def altered(change: Callable[[dict[str, bytes]], None], content: bytes | None = None) -> bytes:
    """Return a plain DOCX after its parts were changed."""
    with zipfile.ZipFile(io.BytesIO(content or template("{{ ngay }}"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def related(kind: str, target: str, mode: str = "") -> bytes:
    """Return a DOCX whose text refers to something."""
    line = (
        f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships'
        f'/{kind}" Target="{target}"{mode}/></Relationships>'
    )

    def change(parts: dict[str, bytes]) -> None:
        name = "word/_rels/document.xml.rels"
        parts[name] = parts[name].replace(b"</Relationships>", line.encode())

    return altered(change)


def put(name: str, data: bytes) -> bytes:
    """Return a DOCX with one more part."""
    return altered(lambda parts: parts.update({name: data}))


def replaced(old: bytes, new: bytes, name: str = "word/document.xml") -> bytes:
    """Return a DOCX one part of which says something else."""
    return altered(lambda parts: parts.update({name: parts[name].replace(old, new)}))


def with_field(code: str, *, simple: bool = False) -> bytes:
    """Return a DOCX with a field of Word, in two pieces unless it is a simple one."""
    document, content = Document(), io.BytesIO()
    paragraph = document.add_paragraph("{{ ngay }}")
    if simple:
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        paragraph._p.append(field)
    else:
        for piece in (None, code[:3], code[3:], None):
            run = paragraph.add_run()
            mark = OxmlElement("w:fldChar" if piece is None else "w:instrText")
            if piece is None:
                mark.set(qn("w:fldCharType"), "end" if len(paragraph.runs) > 4 else "begin")
            else:
                mark.text = piece
            run._r.append(mark)
    document.save(content)
    return content.getvalue()


EXTERNAL = ' TargetMode="External"'
DOCTYPE = b'?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document'
HOSTILE: dict[str, tuple[Callable[[], bytes], TemplateFault]] = {
    "text": (lambda: b"Xin ch\xc3\xa0o", TemplateFault.NOT_DOCX),
    "word_97": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), TemplateFault.NOT_DOCX),
    "cut_off": (lambda: template("{{ ngay }}")[:-300], TemplateFault.NOT_DOCX),
    "macros": (lambda: put("word/vbaProject.bin", b"x"), TemplateFault.MACROS),
    "macro_type": (
        lambda: replaced(
            b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
            b"vnd.ms-word.document.macroEnabled.main",
            "[Content_Types].xml",
        ),
        TemplateFault.MACROS,
    ),
    "object": (lambda: put("word/embeddings/oleObject1.bin", b"x"), TemplateFault.FOREIGN_PART),
    "web_page": (lambda: related("aFChunk", "chunk.xml"), TemplateFault.FOREIGN_PART),
    "remote_picture": (
        lambda: related("image", "http://x.test/a.png", EXTERNAL), TemplateFault.OUTSIDE,
    ),
    "remote_template": (
        lambda: related("attachedTemplate", "file:///c:/a.dotm", EXTERNAL), TemplateFault.OUTSIDE,
    ),
    "share": (lambda: related("image", "\\\\x.test\\a.png"), TemplateFault.OUTSIDE),
    "link": (lambda: related("hyperlink", "https://x.test/", EXTERNAL), TemplateFault.OUTSIDE),
    "vml_source": (
        lambda: replaced(b"<w:body>", b'<w:body><v src="http://x.test/a.png"/>'), TemplateFault.OUTSIDE,
    ),
    "fetching_field": (lambda: with_field('INCLUDEPICTURE "http://x.test"'), TemplateFault.FIELD),
    "simple_field": (lambda: with_field("DDEAUTO cmd", simple=True), TemplateFault.FIELD),
    "entities": (lambda: replaced(b"?>\n<w:document", DOCTYPE), TemplateFault.FOREIGN_PART),
    "bomb": (
        lambda: put("word/media/a.png", bytes(UNPACKED_BYTES_MAX + 1)), TemplateFault.TOO_LARGE,
    ),
    "many_parts": (
        lambda: altered(lambda parts: parts.update({f"word/media/{n}.png": b"x" for n in range(400)})),
        TemplateFault.TOO_LARGE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_template_holds_text_and_pictures_and_leads_nowhere(name: str) -> None:
    make, fault = HOSTILE[name]
    with pytest.raises(TemplateRefused) as refused:
        require_plain(make())
    assert refused.value.fault is fault


def test_a_field_that_only_counts_pages_may_stand_in_a_template() -> None:
    require_plain(with_field("PAGE"))
    require_plain(with_field("NUMPAGES", simple=True))
    for kind in DocumentKind:
        require_plain(built_in(kind))


def test_a_template_that_makes_a_fetching_field_of_harmless_parts_is_refused_once_it_is_filled_in() -> None:
    code = "PAGE{%r if not ngay %}{%r endif %}"
    with pytest.raises(TemplateRefused) as refused:
        filled_apart(DocumentKind.LATE_LIST, with_field(code), [sample(DocumentKind.LATE_LIST)])
    assert refused.value.fault is TemplateFault.FIELD


def test_a_template_that_takes_too_long_ends_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.reports.child.WALL_SECONDS", 0.05)
    with pytest.raises(TemplateRefused) as refused:
        filled_apart(DocumentKind.URGING, built_in(DocumentKind.URGING), [sample(DocumentKind.URGING)])
    assert refused.value.fault is TemplateFault.TOO_SLOW
