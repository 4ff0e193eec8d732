"""Names of places in Vietnam as date lines have them: provinces, and the districts, towns and cities below them until 1 July 2025.

Sources: the lists of administrative units of the General Statistics Office (QĐ 124/2004/QĐ-TTg and its changes), for the provinces
NQ 202/2025/QH15. Communes (some ten thousand) are not listed, but are built of the same syllables.
"""

from __future__ import annotations

from functools import cache

from storage.text import fold

# Until and since 1 July 2025, and capitals of provinces that head papers often.
PROVINCES = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bắc Giang", "Bắc Kạn", "Bạc Liêu", "Bắc Ninh", "Bến Tre", "Bình Định", "Bình Dương", "Bình Phước",
    "Bình Thuận", "Cà Mau", "Cần Thơ", "Cao Bằng", "Đà Nẵng", "Đắk Lắk", "Đắk Nông", "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai",
    "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương", "Hải Phòng", "Hậu Giang", "Hòa Bình", "Huế", "Hưng Yên", "Khánh Hòa",
    "Kiên Giang", "Kon Tum", "Lai Châu", "Lâm Đồng", "Lạng Sơn", "Lào Cai", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận",
    "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh",
    "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Tiền Giang", "Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh", "Trà Vinh",
    "Tuyên Quang", "Vĩnh Long", "Vĩnh Phúc", "Yên Bái", "Vị Thanh", "Đà Lạt", "Buôn Ma Thuột", "Quy Nhơn", "Nha Trang", "Biên Hòa",
    "Mỹ Tho", "Rạch Giá", "Pleiku", "Vinh", "Hạ Long", "Việt Trì", "Vũng Tàu", "Thủ Dầu Một", "Đồng Hới", "Tam Kỳ",
)  # fmt: skip
_DISTRICTS = """
Ba Đình, Hoàn Kiếm, Tây Hồ, Long Biên, Cầu Giấy, Đống Đa, Hai Bà Trưng, Hoàng Mai, Thanh Xuân, Sóc Sơn, Đông Anh, Gia Lâm, Nam Từ Liêm,
Thanh Trì, Mê Linh, Hà Đông, Sơn Tây, Ba Vì, Phúc Thọ, Đan Phượng, Hoài Đức, Quốc Oai, Thạch Thất, Chương Mỹ, Thanh Oai, Thường Tín,
Phú Xuyên, Ứng Hòa, Mỹ Đức, Đồng Văn, Mèo Vạc, Yên Minh, Quản Bạ, Vị Xuyên, Bắc Mê, Hoàng Su Phì, Xín Mần, Bắc Quang, Quang Bình, Bảo Lâm,
Bảo Lạc, Hà Quảng, Trùng Khánh, Hạ Lang, Quảng Hòa, Hòa An, Nguyên Bình, Thạch An, Pác Nặm, Ba Bể, Ngân Sơn, Bạch Thông, Chợ Đồn, Chợ Mới,
Na Rì, Lâm Bình, Na Hang, Chiêm Hóa, Hàm Yên, Yên Sơn, Sơn Dương, Bát Xát, Mường Khương, Si Ma Cai, Bắc Hà, Bảo Thắng, Bảo Yên, Sa Pa,
Văn Bàn, Mường Lay, Mường Nhé, Mường Chà, Tủa Chùa, Tuần Giáo, Mường Ảng, Nậm Pồ, Tam Đường, Mường Tè, Sìn Hồ, Phong Thổ, Than Uyên,
Tân Uyên, Nậm Nhùn, Quỳnh Nhai, Thuận Châu, Mường La, Bắc Yên, Phù Yên, Mộc Châu, Yên Châu, Mai Sơn, Sông Mã, Sốp Cộp, Vân Hồ, Nghĩa Lộ,
Lục Yên, Văn Yên, Mù Cang Chải, Trấn Yên, Trạm Tấu, Văn Chấn, Yên Bình, Đà Bắc, Lương Sơn, Kim Bôi, Cao Phong, Tân Lạc, Mai Châu, Lạc Sơn,
Yên Thủy, Lạc Thủy, Sông Công, Định Hóa, Phú Lương, Đồng Hỷ, Võ Nhai, Đại Từ, Phổ Yên, Phú Bình, Tràng Định, Bình Gia, Văn Lãng, Cao Lộc,
Văn Quan, Bắc Sơn, Hữu Lũng, Chi Lăng, Lộc Bình, Đình Lập, Móng Cái, Cẩm Phả, Uông Bí, Bình Liêu, Tiên Yên, Đầm Hà, Hải Hà, Ba Chẽ,
Vân Đồn, Đông Triều, Quảng Yên, Cô Tô, Yên Thế, Tân Yên, Lạng Giang, Lục Nam, Lục Ngạn, Sơn Động, Yên Dũng, Việt Yên, Hiệp Hòa, Đoan Hùng,
Hạ Hòa, Thanh Ba, Phù Ninh, Yên Lập, Cẩm Khê, Tam Nông, Lâm Thao, Thanh Sơn, Thanh Thủy, Tân Sơn, Vĩnh Yên, Phúc Yên, Lập Thạch,
Tam Dương, Tam Đảo, Bình Xuyên, Yên Lạc, Vĩnh Tường, Sông Lô, Yên Phong, Quế Võ, Tiên Du, Từ Sơn, Thuận Thành, Gia Bình, Lương Tài,
Chí Linh, Nam Sách, Kinh Môn, Kim Thành, Thanh Hà, Cẩm Giàng, Bình Giang, Gia Lộc, Tứ Kỳ, Ninh Giang, Thanh Miện, Hồng Bàng, Ngô Quyền,
Lê Chân, Hải An, Kiến An, Đồ Sơn, Dương Kinh, Thủy Nguyên, An Dương, An Lão, Kiến Thụy, Tiên Lãng, Vĩnh Bảo, Cát Hải, Bạch Long Vĩ,
Văn Lâm, Văn Giang, Yên Mỹ, Mỹ Hào, Ân Thi, Khoái Châu, Kim Động, Tiên Lữ, Phù Cừ, Quỳnh Phụ, Hưng Hà, Đông Hưng, Thái Thụy, Tiền Hải,
Kiến Xương, Vũ Thư, Phủ Lý, Duy Tiên, Kim Bảng, Thanh Liêm, Bình Lục, Lý Nhân, Mỹ Lộc, Vụ Bản, Ý Yên, Nghĩa Hưng, Nam Trực, Trực Ninh,
Xuân Trường, Giao Thủy, Hải Hậu, Tam Điệp, Nho Quan, Gia Viễn, Hoa Lư, Yên Khánh, Kim Sơn, Yên Mô, Bỉm Sơn, Sầm Sơn, Mường Lát, Quan Hóa,
Bá Thước, Quan Sơn, Lang Chánh, Ngọc Lặc, Cẩm Thủy, Thạch Thành, Hà Trung, Vĩnh Lộc, Yên Định, Thọ Xuân, Thường Xuân, Triệu Sơn,
Thiệu Hóa, Hoằng Hóa, Hậu Lộc, Nga Sơn, Như Xuân, Như Thanh, Nông Cống, Đông Sơn, Quảng Xương, Nghi Sơn, Tĩnh Gia, Cửa Lò, Thái Hòa,
Quế Phong, Quỳ Châu, Kỳ Sơn, Tương Dương, Nghĩa Đàn, Quỳ Hợp, Quỳnh Lưu, Con Cuông, Tân Kỳ, Anh Sơn, Diễn Châu, Yên Thành, Đô Lương,
Thanh Chương, Nghi Lộc, Nam Đàn, Hưng Nguyên, Hồng Lĩnh, Hương Sơn, Đức Thọ, Vũ Quang, Nghi Xuân, Can Lộc, Hương Khê, Thạch Hà, Cẩm Xuyên,
Kỳ Anh, Lộc Hà, Minh Hóa, Tuyên Hóa, Quảng Trạch, Bố Trạch, Ba Đồn, Lệ Thủy, Đông Hà, Vĩnh Linh, Hướng Hóa, Gio Linh, Đakrông, Cam Lộ,
Triệu Phong, Hải Lăng, Cồn Cỏ, Phong Điền, Quảng Điền, Phú Vang, Hương Thủy, Hương Trà, A Lưới, Phú Lộc, Nam Đông, Liên Chiểu, Thanh Khê,
Hải Châu, Sơn Trà, Ngũ Hành Sơn, Cẩm Lệ, Hòa Vang, Hoàng Sa, Hội An, Tây Giang, Đông Giang, Đại Lộc, Điện Bàn, Duy Xuyên, Quế Sơn,
Nam Giang, Phước Sơn, Hiệp Đức, Thăng Bình, Tiên Phước, Bắc Trà My, Núi Thành, Phú Ninh, Nông Sơn, Bình Sơn, Trà Bồng, Sơn Tịnh, Tư Nghĩa,
Sơn Hà, Sơn Tây, Minh Long, Nghĩa Hành, Mộ Đức, Đức Phổ, Ba Tơ, Lý Sơn, Hoài Nhơn, Hoài Ân, Phù Mỹ, Vĩnh Thạnh, Tây Sơn, Phù Cát, An Nhơn,
Tuy Phước, Vân Canh, Tuy Hòa, Sông Cầu, Đồng Xuân, Tuy An, Sơn Hòa, Sông Hinh, Tây Hòa, Phú Hòa, Đông Hòa, Cam Ranh, Cam Lâm, Vạn Ninh,
Ninh Hòa, Khánh Vĩnh, Diên Khánh, Khánh Sơn, Trường Sa, Phan Rang - Tháp Chàm,
Bác Ái, Ninh Sơn, Ninh Hải, Ninh Phước, Thuận Bắc, Phan Thiết, La Gi,
Tuy Phong, Bắc Bình, Hàm Thuận Bắc, Hàm Thuận Nam, Tánh Linh, Đức Linh, Hàm Tân, Phú Quý, Đắk Glei, Ngọc Hồi, Đắk Tô, Kon Plông, Kon Rẫy,
Đắk Hà, Sa Thầy, Tu Mơ Rông, Ia H'Drai, An Khê, Ayun Pa, Kbang, Đak Đoa, Chư Păh, Ia Grai, Mang Yang, Kông Chro, Đức Cơ, Chư Prông, Chư Sê,
Đak Pơ, Ia Pa, Krông Pa, Phú Thiện, Chư Pưh, Buôn Hồ, Ea H'leo, Ea Súp, Buôn Đôn, Cư M'gar, Krông Búk, Krông Năng, Ea Kar, M'Đrắk,
Krông Bông, Krông Pắc, Krông Ana, Lắk, Cư Kuin, Gia Nghĩa, Đắk Glong, Cư Jút, Đắk Mil, Krông Nô, Đắk Song, Đắk R'Lấp, Tuy Đức, Bảo Lộc,
Đam Rông, Lạc Dương, Lâm Hà, Đơn Dương, Đức Trọng, Di Linh, Đạ Huoai, Đạ Tẻh, Cát Tiên, Phước Long, Đồng Xoài, Bình Long, Bù Gia Mập,
Lộc Ninh, Bù Đốp, Hớn Quản, Đồng Phú, Bù Đăng, Chơn Thành, Phú Riềng, Tân Biên, Tân Châu, Dương Minh Châu, Châu Thành, Hòa Thành, Gò Dầu,
Bến Cầu, Trảng Bàng, Bàu Bàng, Dầu Tiếng, Bến Cát, Phú Giáo, Dĩ An, Thuận An, Bắc Tân Uyên, Long Khánh, Tân Phú, Vĩnh Cửu, Định Quán,
Trảng Bom, Thống Nhất, Cẩm Mỹ, Long Thành, Xuân Lộc, Nhơn Trạch, Bà Rịa, Châu Đức, Xuyên Mộc, Long Điền, Đất Đỏ, Phú Mỹ, Côn Đảo,
Thủ Đức, Gò Vấp, Bình Thạnh, Tân Bình, Phú Nhuận, Bình Tân, Củ Chi, Hóc Môn, Bình Chánh, Nhà Bè, Cần Giờ, Tân An, Kiến Tường, Tân Hưng,
Vĩnh Hưng, Mộc Hóa, Tân Thạnh, Thạnh Hóa, Đức Huệ, Đức Hòa, Bến Lức, Thủ Thừa, Tân Trụ, Cần Đước, Cần Giuộc, Gò Công, Cai Lậy, Tân Phước,
Cái Bè, Chợ Gạo, Tân Phú Đông, Chợ Lách, Mỏ Cày, Giồng Trôm, Bình Đại, Ba Tri, Thạnh Phú, Càng Long, Cầu Kè, Tiểu Cần, Cầu Ngang, Trà Cú,
Duyên Hải, Long Hồ, Mang Thít, Vũng Liêm, Tam Bình, Bình Minh, Trà Ôn, Cao Lãnh, Sa Đéc, Hồng Ngự, Tháp Mười, Thanh Bình, Lấp Vò, Lai Vung,
Long Xuyên, Châu Đốc, An Phú, Phú Tân, Châu Phú, Tịnh Biên, Tri Tôn, Thoại Sơn, Hà Tiên, Kiên Lương, Hòn Đất, Tân Hiệp, Giồng Riềng,
Gò Quao, An Biên, An Minh, Vĩnh Thuận, Phú Quốc, Kiên Hải, U Minh Thượng, Giang Thành, Ninh Kiều, Ô Môn, Bình Thủy, Cái Răng, Thốt Nốt,
Cờ Đỏ, Thới Lai, Ngã Bảy, Phụng Hiệp, Vị Thủy, Long Mỹ, Kế Sách, Mỹ Tú, Cù Lao Dung, Long Phú, Mỹ Xuyên, Ngã Năm, Thạnh Trị, Vĩnh Châu,
Trần Đề, Hồng Dân, Phước Long, Vĩnh Lợi, Giá Rai, Đông Hải, Hòa Bình, U Minh, Thới Bình, Trần Văn Thời, Cái Nước, Đầm Dơi, Năm Căn,
Ngọc Hiển
"""
# Syllables of many communes and streets that no name above has.
_MORE = """
thắng lợi phúc thọ nghĩa hùng đại trị thủy đức tiến dũng hiếu trung chính kiên cường quyết thịnh vượng hạnh lâm thủ điền thạch bàn tràng
thượng hạ trì khê giang sơn hải đông tây nam bắc trực tâm tín lễ trí dân quang minh thiện hợp nhất đoàn kết độc lập tự do khánh hậu lộc
phước mỹ tường vân hương sen liên lan mai trúc cúc đào liễu quế thanh xuân hồng hoàng kim ngân ngọc châu bảo phú quý an bình thái vĩnh
""".split()  # noqa: SIM905 - a table of words reads better so


@cache
def places() -> frozenset[str]:
    """Every name listed here."""
    districts = (name.strip() for name in _DISTRICTS.replace("\n", " ").split(","))
    return frozenset((*PROVINCES, *(name for name in districts if name)))


@cache
def _syllables() -> dict[str, frozenset[str]]:
    """Syllables of names of places, small, by their plain letters."""
    words = {part.casefold() for name in places() for part in name.replace("-", " ").split()} | set(_MORE)
    found: dict[str, set[str]] = {}
    for word in words:
        found.setdefault(fold(word), set()).add(word)
    return {plain: frozenset(same) for plain, same in found.items()}


def spelt_alike(word: str) -> frozenset[str]:
    """The syllables of names of places with the plain letters of `word`, small: {"cam", "cẩm"} for "Câm"."""
    return _syllables().get(fold(word), frozenset())
