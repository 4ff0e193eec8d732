"""Words of a subject whose accents the engine lost: "bố sung" can only be "bổ sung", "thực phầm" only "thực phẩm".

Two or three syllables are mended when their letters without accents are those of a phrase below, no other phrase has these
letters, and one of the syllables is already right. Office papers use few words so often that this catches most slips.
"""

from __future__ import annotations

import re
from functools import cache

from storage.text import fold

# Only what has one reading by its letters: "tinh thần" and "tình thân" are both words, so neither is here.
PHRASES = """
bổ sung, bổ nhiệm, bổ túc, ban hành, ban chỉ đạo, báo cáo, bảo đảm, đảm bảo, bảo hiểm, bảo quản, bảo trì, bảo vệ, biên bản, biên
chế, bồi dưỡng, bồi thường, bầu cử, cải cách, cải tạo, cán bộ, cấp phép, chấp hành, chấp thuận, chất lượng, chế độ, chế biến, chi
cục, chi phí, chi trả, chi tiết, chỉ định, chỉ đạo, chỉ thị, chỉ tiêu, chính phủ, chính quyền, chính sách, chính trị, chuẩn bị,
chuyên môn, chuyển đổi, chủ động, chủ tịch, chủ trương, chủ trì, chương trình, chữa cháy, chứng chỉ, chứng nhận, công chức, công
dân, công đoàn, công khai, công nghệ, công nghiệp, công nhân, công nhận, công tác, công trình, công văn, cơ quan, cơ sở, cung cấp, củng cố,
cứu nạn, cứu hộ, danh mục, danh sách, di tích, dịch bệnh, dịch vụ, diễn tập, doanh nghiệp, dự án, dự toán, dự thảo, dự phòng, dụng cụ,
đại biểu, đại hội, đánh giá, đào tạo, đăng ký, đất đai, đầu tư, đấu thầu, đề án, đề cương, đề nghị, đề xuất, địa bàn, địa phương,
điều chỉnh, điều động, điều hành, điều kiện, đoàn kiểm tra, đôn đốc, đơn giá, đơn vị, đội ngũ, đồng bộ, đường bộ, giai đoạn, giám
sát, giáo dục, giáo viên, giải phóng, giải quyết, giải pháp, giao nhiệm vụ, giới thiệu, hậu kiểm, hiệu quả, hiệu lực, hoàn thành,
hoàn thiện, hoạt động, học phí, học sinh, hội đồng, hội nghị, hội thảo, hồ sơ, hỗ trợ, hợp đồng, hợp tác, huấn luyện, hướng dẫn, kê
khai, kế hoạch, kế toán, kết luận, kết quả, khắc phục, khai thác, khẩn cấp, khen thưởng, khiếu nại, khoa học, khu vực, kiểm điểm,
kiểm kê, kiểm nghiệm, kiểm soát, kiểm tra, kiện toàn, kinh doanh, kinh phí, kinh tế, kỹ thuật, kỷ luật, kỷ niệm, lãnh đạo, lao động,
lấy mẫu, liên quan, lịch sử, lĩnh vực, lưu trữ, mặt bằng, mạng lưới, miễn giảm, mua sắm, mục tiêu, năng lực, nâng cao, nâng cấp,
ngân sách, nghị định, nghị quyết, nghiệm thu, nghiên cứu, nhà nước, nhân dân, nhân lực, nhân sự, nhiệm kỳ, nhiệm vụ, nội dung, nội
vụ, nông dân, nông nghiệp, nông thôn, nước sạch, ô nhiễm, phản ánh, phát hành, phát triển, phê duyệt, phòng chống, phòng cháy, phối
hợp, phổ biến, phổ cập, phụ cấp, phục vụ, phương án, phương hướng, phương tiện, pháp luật, quản lý, quán triệt, quy chế, quy định,
quy hoạch, quy trình, quyết định, quyết toán, quyền hạn, rà soát, rác thải, rút kinh nghiệm, sản phẩm, sản xuất, sắp xếp, sơ kết,
sửa chữa, sửa đổi, sử dụng, sức khỏe, tài chính, tài liệu, tài nguyên, tài sản, tạm ứng, tăng cường, tập huấn, tập thể, thành lập,
thành phố, thành viên, thanh lý, thanh toán, thanh tra, thẩm định, thẩm quyền, thi đua, thi hành, thiên tai, thiết bị, thông báo,
thông qua, thông tin, thống kê, thời gian, thu hồi, thủ tục, thủ tướng, thuyên chuyển, thực hiện, thực phẩm, thức ăn, thường xuyên,
thưởng tết, tiêm chủng, tiếp nhận, tiếp tục, tiến độ, tiêu chí, tiêu chuẩn, tình hình, tổ chức, tổ công tác, tổng hợp, tổng kết, tội
phạm, trang thiết bị, trật tự, triển khai, trợ cấp, trung tâm, trường học, trực thuộc, truyền thông, tuyên truyền, tuyển dụng, tuyển
sinh, ứng dụng, ứng phó, ủy ban, ủy quyền, văn bản, văn hóa, văn phòng, văn thư, vật tư, vệ sinh, viên chức, vi phạm, vốn đầu tư, xã
hội, xây dựng, xếp loại, xét duyệt, xét nghiệm, xử lý, xử phạt, xuất bản, y tế, an ninh, an sinh, an toàn, âm lịch, ẩm thực, tỉnh
ủy, huyện ủy, đảng ủy, đảng viên, bí thư, chi bộ, tờ trình, tham gia, tham quan, tham mưu
"""
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _phrases() -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in PHRASES.split(","))


@cache
def _known() -> dict[str, str]:
    """Letters without accents → phrase, where there is only one."""
    found: dict[str, str] = {}
    for phrase in _phrases():
        key = fold(phrase)
        found[key] = "" if key in found and found[key] != phrase else phrase
    return {key: phrase for key, phrase in found.items() if phrase}


def mended_wording(text: str) -> str:
    """The text with the accents of sure phrases put right; capitals stay capitals."""
    places = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    pieces, at, done = [], 0, 0
    while at < len(places):
        for count in (3, 2):
            if at + count > len(places):
                continue
            start, end = places[at][0], places[at + count - 1][1]
            if text[start:end].lower() in _phrases():  # "công nhận sự …" is right, so "nhận sự" is no "nhân sự"
                at += count - 1
                break
            new = _mended(text[start:end])
            if new is not None:
                pieces += [text[done:start], new]
                done, at = end, at + count - 1
                break
        at += 1
    return "".join([*pieces, text[done:]])


def _mended(part: str) -> str | None:
    """The phrase in the writing of `part`; None where it is none, or right already."""
    phrase = _known().get(fold(part))
    if phrase is None or len(phrase) != len(part) or " ".join(part.split()) != part:
        return None
    told = "".join(new.upper() if old.isupper() else new for old, new in zip(part, phrase, strict=True))
    if told == part or not any(a == b for a, b in zip(told.split(), part.split(), strict=True)):
        return None
    return told
