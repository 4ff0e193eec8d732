"""The words of stamps and marks: urgency and circulation (NĐ 30/2020 annex I, III.2), secrecy (Luật Bảo vệ bí mật nhà nước 2018)."""

from __future__ import annotations

# The highest first: of two that end or begin alike the longer one is looked for first.
SECRECY = ("Tuyệt mật", "Tối mật", "Mật")
URGENCY = ("Hỏa tốc hẹn giờ", "Hỏa tốc", "Thượng khẩn", "Khẩn")
CIRCULATION = ("Lưu hành nội bộ", "Xem xong trả lại", "Tài liệu thu hồi", "Không phổ biến", "Chỉ người có tên mới được bóc bì")
