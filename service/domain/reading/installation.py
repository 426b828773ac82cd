"""What a Vietnamese reader is told of facts about the installation as a whole."""

OF_INSTALLATION = {
    "installation.restored.v1": "Khôi phục từ bản sao lưu lúc {backup_at}, sổ cái đến {position}; giữ tin",
    "installation.released.v1": "Cho gửi tin trở lại sau khôi phục; {listed} tin cần người báo trực tiếp",
    "installation.drilled.v1": "Diễn tập khôi phục từ bản sao lưu lúc {backup_at}: {seconds} giây. {faults}",
}
"""Event kind → its sentence; `timeline.SENTENCES` has them too."""
