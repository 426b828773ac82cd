"""The blank form of an older register, which an office fills in before it begins."""

from service.domain.balance_file import COLUMNS
from service.reports.sheets import Sheet

WIDTHS = {"document": 26, "subject": 36, "issuer": 24, "text": 50, "leads": 26, "helpers": 26, "status": 24}
USUAL = 14
LEFT_OUT = "result"
"""What stands in the column of the status too."""

NOTES = (
    "Mỗi dòng một nhiệm vụ. Cột phải có: Văn bản giao, Nội dung nhiệm vụ, Đơn vị chủ trì.",
    "Ngày ghi đủ ngày/tháng/năm. Nhiều đơn vị thì ghi cách nhau bằng dấu chấm phẩy.",
    "Tình trạng: chưa thực hiện; đang thực hiện, 40%; hoàn thành (ghi thêm ngày hoàn thành).",
)


def blank_register() -> Sheet:
    """Return a sheet without rows under the headings that `balance_file.parse_balance` reads."""
    shown = [name for name in COLUMNS if name != LEFT_OUT]
    return Sheet(
        title="Sổ theo dõi nhiệm vụ đang thực hiện",
        notes=NOTES,
        columns=[COLUMNS[name][0] for name in shown],
        rows=[],
        widths=[WIDTHS.get(name, USUAL) for name in shown],
    )
