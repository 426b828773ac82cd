"""Whatever comes in, the answer is a proposal or a refusal."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.intake import IntakeRefused, Limits, Proposal, read

from .documents import SEED, docx, pdf

SMALL = Limits(archive_bytes=5_000_000, paragraphs=5_000, text_characters=200_000)
WORD = docx([line.replace("*", "") for line in SEED.split("\n")])
PIECES = [line for line in SEED.split("\n") if line.strip()] + [
    "Điều 1.", "a) ", "I. ", "1.1. ", "- ", "(1) ", "¶", "Số: 12/QĐ-UBND", "Kính gửi:", "Nơi nhận:", "   ",
    "trước ngày 31/12/2024", "định kỳ hằng tháng", "phối hợp với", "Giao các Sở: Y tế, Nội vụ", "\f",
    "từ ngày 1/1 đến ngày 2/2", "ngày 31/2/2024", "quý IV", "trong 0 ngày làm việc", "UBND các xã A, B",
    "KT. CHỦ TỊCH", "PHỤ LỤC", "12", "", "V/v",
]  # fmt: skip
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def check(data: bytes, name: str) -> None:
    try:
        proposal = read(data, name, SMALL)
    except IntakeRefused:
        return
    assert isinstance(proposal, Proposal)
    facts = proposal.to_json()
    assert facts["text"] == proposal.text
    for item in proposal.walk():
        assert proposal.text[item.span.start : item.span.end].endswith(item.text)
        for assigned in item.assigned:
            assert proposal.text[assigned.span.start : assigned.span.end]
        for deadline in (item.deadline, *item.more_deadlines):
            if deadline.span:
                assert proposal.text[deadline.span.start : deadline.span.end] == deadline.text


@QUICK
@given(
    st.lists(
        st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n", "\n\n", " ", "    ", "; ", "\n     "])),
        max_size=40,
    )
)
def test_any_shuffle_of_letters_is_read_or_refused(pieces: list[tuple[str, str]]) -> None:
    check("".join(piece + glue for piece, glue in pieces).encode(), "letter.txt")


@QUICK
@given(st.text(max_size=400), st.integers(0, len(SEED)), st.integers(0, 200))
def test_any_text_inside_the_letter_is_read_or_refused(text: str, at: int, cut: int) -> None:
    mixed = SEED[:at] + text + SEED[at + cut :]
    check(mixed.encode("utf-8", "surrogatepass"), "letter.md")


@QUICK
@given(st.binary(max_size=200), st.integers(0, 40_000), st.sampled_from(["docx", "pdf", "text"]))
def test_any_damage_to_a_file_is_read_or_refused(noise: bytes, at: int, kind: str) -> None:
    whole = {"docx": WORD, "pdf": pdf(["So 12", "1. So Y te"]), "text": SEED.encode("utf-16")}[kind]
    spot = at % len(whole)
    check(whole[:spot] + noise + whole[spot + len(noise) :], "")


@QUICK
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check(data, "upload")
