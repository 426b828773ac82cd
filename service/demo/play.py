"""The story of one real letter: from the file to duties, forty days, and the end of the district."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from rich.console import Console
from rich.table import Table

from service.database import Database
from service.demo.looking import let_in
from service.demo.office import Office, SetClock, settings_for
from service.demo.received import show_received
from service.demo.reform import reorganise
from service.demo.scorecard import rank
from service.demo.stage import Play
from service.domain.channels import set_channel
from service.domain.errors import ItemsWithoutLead
from service.domain.escalation import ROLE_WORDS, Role
from service.domain.groups import define_group
from service.domain.people_registry import import_people
from service.domain.registry_file import parse_groups, parse_people, parse_units
from service.domain.tables import Delivery, Message
from service.domain.units import import_units
from service.fakes.zalo import FakeZalo
from service.fakes.zalo_world import APP_SECRET
from service.intake import read_safely
from service.migrate import upgrade
from service.settings import Settings
from service.vault import Vault

DATA = Path(__file__).parent
LETTER = DATA / "cao-loc-2024.docx"
ISSUED = date(2024, 4, 26)
DUE = date(2024, 5, 15)
LAST_DAY = date(2024, 6, 5)
PROMPT = ("xa-bao-lam", "xa-gia-cat", "xa-hop-thanh", "phong-nn-ptnt")
LATE = "xa-cong-son"
CELLS = {
    None: "–",
    "undated": "không thời hạn",
    "on_track": "đã nộp, chờ xác nhận",
    "overdue": "[red]quá hạn[/red]",
    "done_on_time": "[green]đúng hạn[/green]",
    "done_late": "[yellow]xong, quá hạn[/yellow]",
}
SILENT = ("xa-mau-son", "xa-xuan-long", "tt-dong-dang")


def perform(folder: Path, console: Console) -> tuple[bool, datetime]:
    """Play the story in a new folder; return whether every expectation held, and when it ends."""
    key = Fernet.generate_key().decode()
    settings = settings_for(folder, secret_key=key)
    (folder / "secret.key").write_text(key, encoding="ascii")
    clock = SetClock(datetime(2024, 4, 22, 1, 0, tzinfo=UTC))
    database = Database(settings.database_url.get_secret_value())
    upgrade(database)
    with FakeZalo(ledger=folder / "zalo.log") as zalo:
        zalo.world.everyone_reachable = True
        zalo.world.clock = clock.now
        play = Play(console, Office(database, settings, clock), zalo)
        try:
            _set_up(play, settings)
            directive_id = _take_in(play)
            _map(play, directive_id)
            _issue(play, directive_id)
            _pass_forty_days(play)
            _show(play)
            show_received(play, folder)
            reorganise(play)
            rank(play, prompt=PROMPT[0], late=LATE, silent=SILENT[0])
            _leave(play, folder)
        finally:
            play.office.close()
            database.dispose()
    return play.expect.report(console), clock.now()


def _set_up(play: Play, settings: Settings) -> None:
    office, now = play.office, play.office.now()
    with play.step("Sổ theo dõi của huyện Cao Lộc: đơn vị, nhóm, người, kênh"):
        with office.database.write() as session:
            units = parse_units((DATA / "cao-loc-units.csv").read_bytes())
            report = import_units(session, office.chair, units.rows, now=now)
            for order in parse_groups((DATA / "cao-loc-groups.json").read_bytes()):
                define_group(session, office.chair, **order, now=now)
            people = parse_people((DATA / "cao-loc-people.csv").read_bytes())
            held = import_people(session, office.chair, people.rows, now=now)
            set_channel(
                session,
                office.chair,
                "zalo",
                is_enabled=True,
                settings=play.zalo.settings(),
                secrets_sealed=Vault(settings.secret_key).seal(_zalo_secrets(play.zalo)),
                version=None,
                now=now,
            )
        office.keep_register_at("vp-hdnd-ubnd")
    play.expect.same("no row of the registry is refused", [*report.refused, *held.refused], [])
    play.expect.same(
        "the district has 20 communes and 2 towns", _count_kinds(office), {"xa": 20, "thi_tran": 2}
    )


def _zalo_secrets(zalo: FakeZalo) -> dict[str, str]:
    zalo.world.issue_tokens()
    tokens = {"access_token": zalo.world.access_token, "refresh_token": zalo.world.refresh_token}
    return {"app_secret": APP_SECRET, **tokens}


def _count_kinds(office: Office) -> dict[str, int]:
    kinds = [row.kind for row in office.units()]
    return {kind: kinds.count(kind) for kind in ("xa", "thi_tran")}


def _take_in(play: Play) -> Any:
    with play.step(f"Đọc văn bản {LETTER.name}"):
        proposal = read_safely(LETTER, LETTER.name).to_json()
        directive_id = play.office.draft(proposal)
    items = proposal["items"]
    tracked = [item["path"] for item in items if item["tracked"]]
    play.expect.same("two tracked items", tracked, ["1", "2"])
    play.expect.same("five dashes under item 2", len(items[1]["items"]), 5)
    play.expect.same(
        "no number and no full date yet", (proposal["number"], proposal["issued_on"]), (None, None)
    )
    table = Table("Mục", "Đơn vị nêu trong văn bản", "Có thể là", title=proposal["subject"][:76] + "…")
    for locator, mention in play.office.mentions(directive_id):
        names = " / ".join(f"{c['name']} ({c['why']})" for c in mention["candidates"]) or "không rõ"
        mark = "" if mention["certain"] else " [yellow]?[/yellow]"
        table.add_row(locator, mention["unit"], names + mark)
    play.console.print(table)
    return directive_id


def _map(play: Play, directive_id: Any) -> None:
    office = play.office
    play.expect.refused("nothing is issued while nobody answers", _try(play, directive_id), ["1", "2"])
    office.confirm(directive_id)
    ready = office.readiness(directive_id)
    for warning in ready.warnings:
        play.console.print(f"  [yellow]![/yellow] {warning.code} {warning.item or ''}: {warning.detail}")
    play.console.print("Văn thư xác nhận: “UBND cấp xã” là 22 đơn vị, “UBND các xã” là 20 đơn vị.")
    office.assign(directive_id, "1", units=["vpdp-ntm"], groups=["cac-phong", "cap-xa"])
    play.expect.refused("item 2 still has nobody", _try(play, directive_id), ["2"])
    office.assign(directive_id, "2", groups=["cac-phong", "cac-xa"])
    office.change_item(directive_id, "2", due_on=DUE)
    office.change(directive_id, field="nông thôn mới")
    play.expect.same("now it is ready", office.readiness(directive_id).ready, True)


def _try(play: Play, directive_id: Any) -> Callable[[], list[str]]:
    def attempt() -> list[str]:
        try:
            play.office.issue(directive_id, issuer="ubnd-cao-loc", on=ISSUED)
        except ItemsWithoutLead as refusal:
            play.console.print(
                f"[red]✗[/red] Chưa ban hành được: chưa có đơn vị chủ trì ở mục {refusal.items}"
            )
            return refusal.items
        return []

    return attempt


def _issue(play: Play, directive_id: Any) -> None:
    office = play.office
    office.wait_until(ISSUED)
    with play.step("Ban hành và giao"):
        count = office.issue(directive_id, issuer="ubnd-cao-loc", on=ISSUED, number="412")
    office.wait_until(ISSUED, at=office.evening)
    offices = office.group_size("cac-phong", ISSUED)
    play.expect.same("one duty an item and unit", count, (offices + 22) + (offices + 20))
    towns = office.duties("tt-dong-dang")
    play.expect.same("a town has item 1 only", [locator for locator, _ in towns], ["1"])
    play.expect.same("an officer with two new duties got one message", office.messages_to("xa-bao-lam"), 1)


def _pass_forty_days(play: Play) -> None:
    office = play.office
    with play.step("Bốn mươi ngày trôi qua"):
        office.wait_until(date(2024, 5, 2))
        others = [row.code for row in office.bound() if row.code not in (*SILENT, LATE)]
        for code in (*others, LATE):
            office.acknowledge(code)
        office.wait_until(date(2024, 5, 10))
        for code in PROMPT:
            office.report(code, "2", 60, "Đã triển khai các tiêu chí được giao")
        office.wait_until(date(2024, 5, 14))
        for number, code in enumerate(others, start=21):
            if "2" in dict(office.duties(code)):
                office.submit(code, "2", "Báo cáo kết quả thực hiện", str(number))
        office.wait_until(date(2024, 5, 16))
        for code in PROMPT:
            office.accept(code, "2")
        office.wait_until(date(2024, 5, 22))
        office.submit(LATE, "2", "Báo cáo kết quả thực hiện (chậm)", "77")
        office.accept(LATE, "2")
        office.wait_until(LAST_DAY)
    expect = play.expect
    expect.same("on time counts as on time", office.timeliness(PROMPT[0], "2", LAST_DAY), "done_on_time")
    expect.same("late counts as late", office.timeliness(LATE, "2", LAST_DAY), "done_late")
    expect.same("silence counts as overdue", office.timeliness(SILENT[0], "2", LAST_DAY), "overdue")
    expect.same("no deadline is no lateness", office.timeliness(SILENT[0], "1", LAST_DAY), "undated")
    roles = list(dict.fromkeys(role for _, role, _ in office.told(SILENT[0])))
    expect.same("silence climbs", roles, ["officer", "head", "office_chief", "vice_chair"])
    done = [day for day, _, item in office.told(PROMPT[0]) if item == "2" and day > date(2024, 5, 14)]
    expect.same("reminders stop when the unit hands in", done, [])


def _show(play: Play) -> None:
    office, console = play.office, play.console
    table = Table("Đơn vị", "Mục 1", "Mục 2", "Tin đã nhắc", title=f"Đến ngày {LAST_DAY:%d/%m/%Y}")
    for row in office.bound():
        cells = [CELLS[office.timeliness(row.code, item, LAST_DAY)] for item in ("1", "2")]
        table.add_row(row.name, *cells, str(len(office.told(row.code))))
    console.print(table)
    climbed = Table("Ngày", "Ai được nhắc", "Mục", title=f"Thang đôn đốc: {office.unit(SILENT[0]).name}")
    for day, role, item in office.told(SILENT[0]):
        climbed.add_row(f"{day:%d/%m/%Y}", ROLE_WORDS[Role(role)], item)
    console.print(climbed)


def _leave(play: Play, folder: Path) -> None:
    office, console = play.office, play.console
    mails = len(list((folder / "mail").glob("*.eml")))
    deliveries = office.count(Delivery)
    play.expect.same("every delivery left a trace", mails + len(play.zalo.accepted), deliveries)
    play.expect.same("every message had a delivery", office.count(Message) <= deliveries, True)
    play.expect.same("nothing waits and nothing failed", office.unsettled(), 0)
    play.expect.same("the doctor finds nothing amiss", office.examine(), [])
    (folder / "api-key.txt").write_text(office.make_key(), encoding="ascii")
    (folder / "password.txt").write_text(let_in(office), encoding="ascii")
    console.print(f"{mails} thư trong {folder}/mail, {len(play.zalo.accepted)} tin trong {folder}/zalo.log")
