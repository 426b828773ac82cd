"""Every kind of fact as a line that an official reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.domain.consent_rules import FAILURE_WORDS
from service.domain.deadlines import ReceiptSource
from service.domain.escalation import ROLE_WORDS, WatchKind
from service.domain.letter_rules import DOCUMENT_WORDS, LETTER_WORDS
from service.domain.lifecycle import State
from service.domain.link_rules import ACTION_WORDS
from service.domain.permissions import KeyRole
from service.domain.recurrence import in_words
from service.domain.tables import Means, Silence
from service.domain.wording import KIND_WORDS

SENTENCES = {
    "api_key.made.v1": "{actor} tạo khóa truy cập cho {key_role}",
    "api_key.replaced.v1": "{actor} thay khóa truy cập",
    "api_key.revoked.v1": "{actor} thu hồi khóa truy cập",
    "account.made.v1": "{actor} tạo tài khoản {key_role}",
    "account.changed.v1": "{actor} sửa tài khoản {key_role}: {fields}",
    "account.code_made.v1": "{actor} cấp mã đặt mật khẩu, dùng một lần đến {expires_at}",
    "account.password_set.v1": "Chủ tài khoản đặt mật khẩu",
    "account.locked.v1": "Tạm dừng đăng nhập đến {until}: sai mật khẩu {attempts} lần liền",
    "account.unlocked.v1": "{actor} cho tài khoản đăng nhập trở lại",
    "account.signed_in.v1": "Chủ tài khoản đăng nhập",
    "account.disabled.v1": "{actor} khóa tài khoản",
    "account.enabled.v1": "{actor} mở lại tài khoản",
    "identity_provider.set_up.v1": "{actor} kết nối nơi đăng nhập một lần {code}",
    "identity_provider.changed.v1": "{actor} thay đổi nơi đăng nhập một lần (lần {number})",
    "installation.restored.v1": "Khôi phục từ bản sao lưu lúc {backup_at}, sổ cái đến {position}; giữ tin",
    "installation.released.v1": "Cho gửi tin trở lại sau khôi phục; {listed} tin cần người báo trực tiếp",
    "installation.drilled.v1": "Diễn tập khôi phục từ bản sao lưu lúc {backup_at}: {seconds} giây. {faults}",
    "channel.set_up.v1": "{actor} cài đặt kênh gửi tin {channel} (lần {number}): {fields}",
    "channel.consent_asked.v1": "{actor} xin chủ tài khoản {channel} cho phép gửi tin",
    "channel.tried.v1": "{actor} gửi tin thử qua kênh {channel}",
    "channel.authorised.v1": "Tài khoản {channel} đã được cho phép gửi tin",
    "channel.reauthorisation_needed.v1": "Tài khoản {channel} phải được cho phép gửi tin lại từ đầu",
    "channel.connect_failed.v1": "Chưa cấp được quyền gửi tin cho tài khoản {channel}: {failure}",
    "webhook.registered.v1": "{actor} đăng ký nơi nhận thông báo tự động {url}",
    "checkpoint.made.v1": "Niêm phong nhật ký lần {number}: {size} mục",
    "webhook.changed.v1": "{actor} thay đổi nơi nhận thông báo tự động",
    "webhook.disabled.v1": "Ngừng gửi thông báo tự động: {reason}",
    "fact.text_erased.v1": "Xóa nội dung theo yêu cầu ({names}), căn cứ: {basis}",
    "person.erased.v1": "Xóa dữ liệu cá nhân của một người, căn cứ: {basis}",
    "unit.registered.v1": "Đăng ký đơn vị {code}",
    "unit.changed.v1": "Sửa thông tin đơn vị {code}: {fields}",
    "unit.address_linked.v1": "Liên kết tài khoản {channel} bằng mã xác nhận",
    "unit.notification_preferences_changed.v1": "Có người giữ vị trí đổi cách nhận tin (lần {number})",
    "unit.calendar_feed_made.v1": "Có người giữ vị trí tạo địa chỉ lịch công việc",
    "unit.calendar_feed_revoked.v1": "Có người giữ vị trí hủy địa chỉ lịch công việc",
    "unit.absence_recorded.v1": "Có người giữ vị trí vắng mặt từ ngày {from_on}",
    "unit.absence_ended.v1": "Người giữ vị trí có mặt trở lại từ ngày {ended_on}",
    "unit_group.changed.v1": "Cập nhật nhóm đơn vị {code}",
    "phrase.confirmed.v1": "Xác nhận “{phrase}” là {code}",
    "phrase.revoked.v1": "Thôi dùng cách hiểu “{phrase}”",
    "register.keeper_changed.v1": "Chuyển đơn vị giữ sổ từ ngày {from_on}",
    "register.rules_changed.v1": "Đặt quy tắc sổ: trả lời trả lại trong {return_days} ngày làm việc, "
    "quá hạn coi là {silent_return}, gia hạn tối đa {extensions_max} lần",
    "unit.ended.v1": "Kết thúc hoạt động từ ngày {from_on}: {basis}",
    "reorganisation.drafted.v1": "Nhập phương án sắp xếp theo {basis}, hiệu lực ngày {effective_on}",
    "reorganisation.heirs_decided.v1": "Quyết định nơi nhận {obligations} nhiệm vụ: {heirs}",
    "reorganisation.scheduled.v1": "Chốt phương án, thực hiện ngày {effective_on}",
    "reorganisation.held_up.v1": "Chưa thực hiện được: {obligations} nhiệm vụ chưa có nơi nhận",
    "reorganisation.undone.v1": "Hủy phương án: {reason}",
    "reorganisation.carried_out.v1": "Thực hiện: chuyển {passed_on}, hết hiệu lực {lapsed} nhiệm vụ",
    "scoring.changed.v1": "Đổi cách tính số liệu, chấm điểm (lần {number}), căn cứ: {basis}",
    "statistics.published.v1": "Công bố số liệu đến ngày {cut_off}",
    "directive.drafted.v1": "Nhập dự thảo",
    "directive.changed.v1": "Sửa: {fields}",
    "item.assigned.v1": "Phân công mục {locator}",
    "item.split.v1": "Tách mục {locator} thành mục {locator} và mục {other}",
    "item.joined.v1": "Gộp mục {other} vào mục {locator}",
    "directive.issued.v1": "Ban hành ngày {issued_on}, giao {obligations} nhiệm vụ",
    "directive.corrected.v1": "Đính chính theo {basis}",
    "directive.amended.v1": "Bỏ mục {items} theo {basis}, thu hồi {withdrawn} nhiệm vụ",
    "directive.replaced.v1": (
        "Được thay thế bởi {basis}: thu hồi {withdrawn}, chuyển tiếp {carried_over}, giữ {kept} nhiệm vụ"
    ),
    "directive.revoked.v1": "Bị bãi bỏ theo {basis}, thu hồi {withdrawn} nhiệm vụ",
    "directive.series_began.v1": (
        "Mục {item} thực hiện định kỳ từ {from_on} theo {basis}: {obligations} nhiệm vụ, thu hồi {withdrawn}"
    ),
    "directive.series_changed.v1": (
        "Đổi chế độ định kỳ của mục {item} từ {from_period} theo {basis}:"
        " giao {obligations}, đổi hạn {moved}, thu hồi {withdrawn} nhiệm vụ"
    ),
    "directive.series_stopped.v1": (
        "Thôi thực hiện định kỳ mục {item} từ {from_period} theo {basis}: thu hồi {withdrawn} nhiệm vụ"
    ),
    "obligation.answered_by_message.v1": "Cán bộ đơn vị trả lời “Đã nhận” qua {channel}",
    "obligation.period_given.v1": "Nhiệm vụ định kỳ: {period}",
    "obligation.period_moved.v1": "Đổi hạn {period} thành {due_on} theo {basis}: {reason}",
    "directive.extended.v1": "Giao bổ sung mục {item} theo {basis}: {obligations} nhiệm vụ",
    "directive.put_in_writing.v1": "Văn bản hóa bằng {basis}",
    "directive.redelivered.v1": "Trục liên thông gửi thêm gói tin ({message_kind}): {fields} {reason}",
    "directive.linked.v1": "Mục {items} triển khai: {origins}",
    "directive.carried_out.v1": "{directive} triển khai mục {items}",
    "directive.oversight_opened.v1": "Mở cho {purpose} xem kết quả bằng liên kết, đến hết {until_on}",
    "directive.oversight_closed.v1": "Thu hồi liên kết xem kết quả đã cấp cho {purpose}",
    "obligation.assigned.v1": "Giao nhiệm vụ",
    "opening_balance.entered.v1": (
        "Nhập sổ cũ {sha256}: {rows} dòng, nhận {taken}, {doubtful} dòng cần xem lại"
    ),
    "directive.taken_over.v1": "Chuyển từ sổ cũ: {items} nhiệm vụ",
    "obligation.taken_over.v1": (
        "Chuyển từ sổ cũ (dòng {row}), giao theo {basis}; tình trạng khi chuyển: {standing}"
    ),
    "obligation.taken_over_done.v1": (
        "Chuyển từ sổ cũ (dòng {row}), giao theo {basis}, đã hoàn thành: {standing}"
    ),
    "obligation.instructed.v1": "Giao theo: {basis}",
    "obligation.put_in_writing.v1": "Chỉ đạo được văn bản hóa: {basis}",
    "obligation.acknowledged.v1": "Đơn vị đã nhận nhiệm vụ",
    "obligation.progress_reported.v1": "Đơn vị báo cáo tiến độ",
    "obligation.submitted.v1": "Đơn vị báo cáo hoàn thành ngày {submitted_on}",
    "obligation.accepted.v1": "Xác nhận hoàn thành, tính từ ngày {done_on}",
    "obligation.sent_back.v1": "Yêu cầu làm tiếp: {reason}",
    "obligation.reopened.v1": "Mở lại: {reason}",
    "obligation.withdrawn.v1": "Thu hồi: {reason}",
    "obligation.transferred.v1": "Chuyển cho {unit}: {basis}",
    "obligation.lapsed.v1": "Hết hiệu lực do sắp xếp: {basis}",
    "obligation.replaced.v1": "Thay bằng nhiệm vụ theo văn bản mới: {basis}",
    "obligation.carried_over.v1": "Tiếp tục nhiệm vụ của văn bản được thay thế: {basis}",
    "obligation.inherited.v1": "Nhận từ {unit}: {basis}",
    "obligation.delegated.v1": "Giao lại cho {unit}: {instruction}",
    "obligation.delegation_received.v1": "{unit} giao lại: {instruction}",
    "obligation.closing_proposed.v1": "Các việc giao lại đã xong, đề nghị báo cáo hoàn thành",
    "obligation.withdrawn_with_parent.v1": "Thu hồi vì nhiệm vụ cấp trên đã kết thúc",
    "coordinator.added.v1": "Thêm {unit} là đơn vị phối hợp: {reason}",
    "coordination.requested.v1": "Đề nghị {unit} phối hợp, trả lời chậm nhất ngày {due_on}",
    "coordination.answered.v1": "{unit} trả lời yêu cầu phối hợp ngày {answered_on}, hạn {due_on}",
    "coordination.withdrawn.v1": "Rút yêu cầu phối hợp gửi {unit}: {reason}",
    "coordination.passed_on.v1": "{unit} trả lời yêu cầu phối hợp thay {from_unit}, chậm nhất ngày {due_on}",
    "coordination.unit_ended.v1": "{unit} thôi hoạt động khi chưa trả lời yêu cầu phối hợp",
    "coordination.closed.v1": "{unit} không phải trả lời yêu cầu phối hợp nữa: nhiệm vụ {state}",
    "obligation.returned.v1": "Đơn vị trả lại: {reason}",
    "obligation.return_refused.v1": "Không nhận lại, đơn vị tiếp tục thực hiện: {reason}",
    "obligation.return_accepted.v1": "Nhận lại nhiệm vụ: {reason}",
    "obligation.suspended.v1": "Tạm dừng: {reason}",
    "obligation.resumed.v1": "Tiếp tục thực hiện, hạn {due_on}: {reason}",
    "obligation.extension_requested.v1": "Xin gia hạn đến {wanted_on}: {reason}",
    "obligation.extension_granted.v1": "Gia hạn từ {due_before_on} đến {due_on}",
    "obligation.extension_refused.v1": "Không gia hạn: {reason}",
    "obligation.cause_claimed.v1": "Nêu nguyên nhân khách quan: {reason}",
    "obligation.cause_confirmed.v1": "Xác nhận nguyên nhân khách quan: {reason}",
    "obligation.cause_refused.v1": "Không công nhận nguyên nhân khách quan: {reason}",
    "obligation.explanation_asked.v1": "Yêu cầu giải trình trước {due_on}: {question}",
    "obligation.explanation_given.v1": "Đơn vị đã giải trình",
    "obligation.explanation_closed.v1": "Kết thúc yêu cầu giải trình",
    "obligation.letter_received.v1": "Nhận văn bản ngày {received_on} ({shown_by}) {reason}",
    "obligation.awaited_event_came.v1": "Đã có “{name}” ngày {happened_on}, hạn bắt đầu tính",
    "obligation.due_day_moved.v1": "Đổi hạn thành {due_on} theo {basis} {reason}",
    "obligation.due_day_counted_again.v1": (
        "Tính lại hạn theo lịch {calendar} phiên bản {to_version} (trước là {from_version}): {legal_basis}"
    ),
    "directive.occurrence_recorded.v1": "Ghi nhận “{name}” ngày {happened_on}: {obligations} nhiệm vụ có hạn",
    "directive.deadlines_changed.v1": (
        "Đổi hạn mục {items} thành {due_on} theo {basis}: {obligations} nhiệm vụ"
    ),
    "register.calendar_changed.v1": (
        "Lịch {from_calendar} phiên bản {from_version} thay bằng {to_calendar} phiên bản {to_version}"
        " ({legal_basis}): {due_days} hạn tính lại, {clocks} lịch nhắc đang chạy"
    ),
    "register.deadline_rules_changed.v1": (
        "Coi là đã nhận sau {receipt_deemed_days} ngày làm việc; hạn rơi vào ngày nghỉ: {off_days}"
    ),
    "register.telling_rules_changed.v1": "Không gửi tin từ {quiet_from} đến {quiet_until}",
    "register.escalation_policy_changed.v1": (
        "Đổi thang đôn đốc “{watch_kind}”, văn bản {urgency} (lần {number}), căn cứ: {basis};"
        " {rebased} việc đang chạy chuyển sang thang mới"
    ),
    "register.wording_changed.v1": "Sửa mẫu tin {wording_kind} (lần {number}): {reason}",
    "criterion_set.changed.v1": "Ban hành bộ tiêu chí {code} (lần {number}), căn cứ: {basis}",
    "obligation.goal_set.v1": "Gắn tiêu chí {criterion} ({set_code}) năm {year} của {unit} {target}",
    "obligation.goal_ended.v1": "Thôi gắn tiêu chí {criterion} ({set_code}) năm {year}: {reason}",
    "obligation.value_measured.v1": (
        "Số liệu tiêu chí {criterion} ({set_code}) năm {year}: {value}, đo ngày {measured_on}"
    ),
    "obligation.value_corrected.v1": (
        "Sửa số liệu tiêu chí {criterion} ({set_code}) năm {year} từ {wrong} thành {value}: {reason}"
    ),
    "letter.drafted.v1": "Dự thảo {letter_kind} ({duties} nhiệm vụ quá hạn, tính đến {cut_off})",
    "letter.numbered.v1": "Ban hành {letter_kind} số {number}/{symbol} ngày {issued_on}",
    "register.document_template_set.v1": "Dùng mẫu riêng cho {document_kind} (lần {number})",
    "register.document_template_taken_back.v1": "Dùng lại mẫu có sẵn cho {document_kind} (lần {number})",
    "obligation.urged.v1": "Đã có công văn đôn đốc số {number}/{symbol} ngày {issued_on}",
    "obligation.criticised.v1": "Đã có văn bản phê bình số {number}/{symbol} ngày {issued_on}",
    "obligation.told_by_hand.v1": "Tin nhắn không gửi được; đã báo {means} ngày {told_on}",
    "message.told_by_hand.v1": "Tin về sự cố không gửi được; đã báo {means} ngày {told_on}",
    "obligation.told_without_message.v1": "Chưa có người nhận tin; đã báo {means} ngày {told_on}",
    "obligation.acted_by_link.v1": "Thao tác trên ({link_action}) qua liên kết trong tin nhắn {message_id}",
    "reminder.told": "Đã nhắc {role}",
    "reminder.nobody": "Không có ai giữ vị trí {role} để nhắc",
}
"""Event kind → what a Vietnamese reader is told; a test keeps it complete."""

ENDINGS = {
    State.ACCEPTED: "đã được xác nhận hoàn thành",
    State.WITHDRAWN: "đã bị thu hồi",
    State.TRANSFERRED: "đã chuyển đơn vị khác",
}
"""How a duty ended, in a line about something that ended with it."""

SILENCES = {Silence.REFUSED: "không nhận lại", Silence.ACCEPTED: "nhận lại"}
"""What silence about a duty that was given back means, in words."""

RECEIPT_WORDS = {
    ReceiptSource.ACKNOWLEDGEMENT: "đơn vị xác nhận",
    ReceiptSource.EXCHANGE: "trục liên thông báo đã nhận",
    ReceiptSource.OPENED: "đơn vị đã mở xem",
    ReceiptSource.BY_HAND: "văn thư ghi nhận",
}
"""What a Vietnamese reader is told of what shows a receipt."""

MEANS_WORDS = {
    Means.PHONE: "qua điện thoại",
    Means.IN_PERSON: "trực tiếp",
    Means.LETTER: "bằng văn bản",
    Means.OTHER: "bằng cách khác",
}
"""What a Vietnamese reader is told of how somebody was told by hand."""

KEY_ROLE_WORDS = {
    KeyRole.ADMINISTRATOR: "quản trị viên",
    KeyRole.CLERK: "văn thư",
    KeyRole.OFFICER: "chuyên viên",
    KeyRole.HEAD: "thủ trưởng",
    KeyRole.LEADER: "lãnh đạo",
    KeyRole.READER: "người xem",
}
"""What a Vietnamese reader is told of what a key lets its holder be."""

WATCH_WORDS = {
    WatchKind.DEADLINE: "nhắc thời hạn",
    WatchKind.ACKNOWLEDGEMENT: "chờ đơn vị xác nhận đã nhận",
    WatchKind.SILENCE: "đơn vị không báo cáo",
    WatchKind.ACCEPTANCE: "chờ xác nhận hoàn thành",
    WatchKind.RETURN: "chờ quyết định việc bị trả lại",
    WatchKind.EXTENSION: "chờ trả lời đề nghị gia hạn",
    WatchKind.EXPLANATION: "chờ giải trình",
    WatchKind.COORDINATION: "chờ ý kiến phối hợp",
}
"""What a Vietnamese reader is told of what a clock waits for."""

WORDS: Mapping[str, Mapping[Any, str]] = {
    "watch_kind": WATCH_WORDS,
    "shown_by": RECEIPT_WORDS,
    "means": MEANS_WORDS,
    "failure": FAILURE_WORDS,
    "role": ROLE_WORDS,
    "key_role": KEY_ROLE_WORDS,
    "link_action": ACTION_WORDS,
    "wording_kind": KIND_WORDS,
    "letter_kind": LETTER_WORDS,
    "document_kind": DOCUMENT_WORDS,
    "silent_return": SILENCES,
    "state": ENDINGS,
}
"""Value of a fact that is one word of a few → what a Vietnamese reader is told of each."""


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Return a line of the timeline in words."""
    words = {name: _worded(name, value) for name, value in facts.items()}
    text = SENTENCES[kind].format_map(words) if kind in SENTENCES else kind
    text = text.strip()
    return f"{text}: {words['percent']}%" if facts.get("percent") is not None else text


def _worded(name: str, value: Any) -> str:
    if value is None:
        return "không thời hạn" if name.endswith("_on") else ""
    if name in WORDS:
        return WORDS[name][value]
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if name.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    return in_words(value) if name in ("period", "from_period") else str(value)
