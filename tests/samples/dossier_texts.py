"""The words of the shipped dossier. `# ` heading, `= ` centred, `~ ` legal ground, else a paragraph; then the recipients."""

from __future__ import annotations

Body = tuple[tuple[str, ...], tuple[str, ...]]

LAWS = (
    "~ Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "~ Căn cứ Luật Đầu tư công ngày 13 tháng 6 năm 2019;",
)

BODIES: dict[str, Body] = {
    "01-to-trinh": (
        (
            "~ Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
            "~ Căn cứ Nghị quyết số 21/NQ-HĐND ngày 20 tháng 12 năm 2023 của Hội đồng nhân dân xã Hòa Thắng về nhiệm vụ phát"
            " triển kinh tế - xã hội năm 2024.",
            "Nhà văn hóa thôn Đông Hạ được xây dựng năm 2006, diện tích 120 m². Qua nhiều năm sử dụng, mái tôn bị dột, nền gạch"
            " bong tróc, hệ thống điện không bảo đảm an toàn.",
            "UBND xã Hòa Thắng kính đề nghị UBND huyện Phú An xem xét, cho chủ trương sửa chữa, nâng cấp công trình với các nội"
            " dung chính sau:",
            "1. Thay toàn bộ mái tôn, lát lại nền, sơn tường trong và ngoài nhà.",
            "2. Kinh phí dự kiến: 485.000.000 đồng, trong đó ngân sách huyện hỗ trợ 300.000.000 đồng.",
            "3. Thời gian thực hiện: Quý II và quý III năm 2024.",
            "UBND xã Hòa Thắng kính trình UBND huyện Phú An xem xét, quyết định./.",
        ),
        ("Như trên", "Phòng TC-KH huyện", "Thường trực Đảng ủy xã", "Lưu: VT, TCKT"),
    ),
    "02-quyet-dinh": (
        (
            "= CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN PHÚ AN",
            *LAWS,
            "~ Xét Tờ trình số 14/TTr-UBND ngày 16 tháng 01 năm 2024 của Ủy ban nhân dân xã Hòa Thắng;",
            "~ Theo đề nghị của Trưởng phòng Tài chính - Kế hoạch huyện.",
            "= QUYẾT ĐỊNH:",
            "**Điều 1.** Phê duyệt chủ trương sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ, xã Hòa Thắng với các nội dung sau:",
            "1. Chủ đầu tư: Ủy ban nhân dân xã Hòa Thắng.",
            "2. Quy mô: thay mái tôn 150 m², lát nền 120 m², cải tạo hệ thống điện, sơn toàn bộ tường nhà, xây mới 36 m tường rào.",
            "3. Tổng mức kinh phí: 485.000.000 đồng (Bốn trăm tám mươi lăm triệu đồng).",
            "4. Nguồn vốn: ngân sách huyện hỗ trợ 300.000.000 đồng; ngân sách xã 105.000.000 đồng; nhân dân đóng góp 80.000.000"
            " đồng.",
            "5. Thời gian thực hiện: năm 2024.",
            "**Điều 2.** Tổ chức thực hiện",
            "1. Ủy ban nhân dân xã Hòa Thắng lập hồ sơ dự toán, tổ chức thực hiện theo đúng quy định về quản lý đầu tư xây dựng;"
            " công khai kinh phí để nhân dân giám sát.",
            "2. Phòng Tài chính - Kế hoạch huyện thẩm định dự toán, tham mưu cấp phát kinh phí theo tiến độ thực hiện.",
            "**Điều 3.** Chánh Văn phòng HĐND và UBND huyện, Trưởng phòng Tài chính - Kế hoạch, Giám đốc Kho bạc Nhà nước huyện,"
            " Chủ tịch Ủy ban nhân dân xã Hòa Thắng và Thủ trưởng các cơ quan, đơn vị có liên quan chịu trách nhiệm thi hành"
            " Quyết định này./.",
        ),
        ("Như Điều 3", "Thường trực Huyện ủy", "Lưu: VT, TCKH"),
    ),
    "03-ke-hoach": (
        (
            "Thực hiện Quyết định số 318/QĐ-UBND ngày 05 tháng 02 năm 2024 của Chủ tịch UBND huyện Phú An, UBND xã Hòa Thắng xây"
            " dựng Kế hoạch triển khai như sau:",
            "# I. MỤC ĐÍCH, YÊU CẦU",
            "1. Sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ khang trang, bảo đảm nơi sinh hoạt cho 312 hộ dân.",
            "2. Việc triển khai phải công khai, dân chủ, đúng tiến độ, tiết kiệm; hồ sơ được lập và lưu trữ đầy đủ.",
            "# II. NỘI DUNG VÀ TIẾN ĐỘ",
            "1. Tháng 3 năm 2024: thành lập Ban Quản lý công trình; tuyên truyền, vận động nhân dân đóng góp.",
            "2. Tháng 4 năm 2024: họp thống nhất phương án, lập và trình thẩm định dự toán.",
            "3. Từ tháng 5 đến tháng 8 năm 2024: tổ chức thi công các hạng mục mái, nền, điện, sơn tường và tường rào.",
            "4. Tháng 9 năm 2024: nghiệm thu, lập hồ sơ quyết toán.",
            "5. Tháng 12 năm 2024: bàn giao, đưa vào sử dụng.",
            "# III. KINH PHÍ",
            "Tổng kinh phí 485.000.000 đồng từ ngân sách huyện, ngân sách xã và nhân dân đóng góp.",
            "# IV. TỔ CHỨC THỰC HIỆN",
            "1. Công chức Tài chính - Kế toán: tham mưu dự toán, thanh quyết toán kinh phí theo quy định.",
            "2. Công chức Địa chính - Xây dựng: theo dõi chất lượng, tiến độ thi công; báo cáo vào thứ sáu hằng tuần.",
            "3. Công chức Văn phòng - Thống kê: lập hồ sơ công việc, theo dõi, đôn đốc việc thực hiện Kế hoạch.",
            "4. Ban công tác Mặt trận thôn Đông Hạ: vận động nhân dân, giám sát cộng đồng.",
            "Trên đây là Kế hoạch triển khai sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ, yêu cầu các bộ phận nghiêm túc thực hiện./.",
        ),
        ("UBND huyện", "Thường trực Đảng ủy, HĐND xã", "Các ban, ngành, đoàn thể xã", "Thôn Đông Hạ", "Lưu: VT, ĐCXD"),
    ),
    "04-quyet-dinh": (
        (
            "= CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ HÒA THẮNG",
            *LAWS,
            "~ Theo đề nghị của công chức Địa chính - Xây dựng xã.",
            "= QUYẾT ĐỊNH:",
            "**Điều 1.** Thành lập Ban Quản lý công trình gồm các ông, bà sau:",
            "1. Bà Trần Thị Bích Hằng, Phó Chủ tịch UBND xã - Trưởng ban.",
            "2. Ông Đỗ Văn Quý, công chức Địa chính - Xây dựng - Phó Trưởng ban.",
            "3. Bà Ngô Thị Thanh Thủy, công chức Tài chính - Kế toán - Thành viên.",
            "4. Ông Bùi Xuân Lượng, Trưởng thôn Đông Hạ - Thành viên.",
            "**Điều 2.** Ban Quản lý tự giải thể sau khi hoàn thành nhiệm vụ.",
            "**Điều 3.** Quyết định này có hiệu lực kể từ ngày ký. Các ông, bà có tên tại Điều 1 chịu trách nhiệm thi hành./.",
        ),
        ("Như Điều 1", "UBND huyện", "Lưu: VT, ĐCXD"),
    ),
    "05-thong-bao": (
        (
            "Thực hiện Kế hoạch số 27/KH-UBND ngày 20 tháng 02 năm 2024, UBND xã Hòa Thắng thông báo việc vận động đóng góp như"
            " sau:",
            "1. Đối tượng vận động: các hộ gia đình thôn Đông Hạ; cơ quan, doanh nghiệp, con em xa quê.",
            "2. Mức đóng góp: trên tinh thần tự nguyện, bình quân 250.000 đồng/hộ.",
            "3. Thời gian: từ ngày 20/3/2024 đến hết ngày 30/4/2024.",
            "4. Nơi tiếp nhận: Nhà Trưởng thôn Đông Hạ hoặc bộ phận Tài chính - Kế toán UBND xã.",
            "Rất mong nhân dân và các tổ chức quan tâm, ủng hộ./.",
        ),
        ("Thôn Đông Hạ", "Đài Truyền thanh xã", "Lưu: VT"),
    ),
    "06-giay-moi": (
        (
            "UBND xã Hòa Thắng trân trọng kính mời các ông, bà tới dự họp thống nhất phương án sửa chữa Nhà văn hóa thôn Đông Hạ.",
            "**Chủ trì:** Ông Nguyễn Hữu Phước, Chủ tịch UBND xã.",
            "**Thời gian:** 8 giờ 00 phút, ngày 05 tháng 4 năm 2024 (thứ sáu).",
            "**Địa điểm:** Phòng họp UBND xã Hòa Thắng.",
            "Đề nghị các ông, bà đến dự đúng thành phần, thời gian./.",
        ),
        ("Như trên", "Lưu: VT"),
    ),
    "07-bien-ban": (
        (
            "Thời gian bắt đầu: 8 giờ 00 phút, ngày 05 tháng 4 năm 2024.",
            "Địa điểm: Phòng họp UBND xã Hòa Thắng.",
            "Thành phần tham dự: 11 người, vắng 01 người có lý do.",
            "Chủ tọa: Ông Nguyễn Hữu Phước, Chủ tịch UBND xã.",
            "Thư ký: Bà Phạm Thị Kim Loan, công chức Văn phòng - Thống kê.",
            "**Nội dung:**",
            "1. Đại diện đơn vị tư vấn trình bày phương án sửa chữa mái, nền, hệ thống điện và tường rào.",
            "2. Ông Bùi Xuân Lượng, Trưởng thôn Đông Hạ: đề nghị nâng cốt nền thêm 15 cm để tránh ngập khi mưa lớn.",
            "3. Bà Ngô Thị Thanh Thủy: kinh phí nhân dân đóng góp đến nay đạt 46.500.000 đồng.",
            "4. Ông Đỗ Văn Quý: thống nhất phương án của tư vấn, bổ sung hạng mục rãnh thoát nước dài 24 m.",
            "**Kết luận của chủ tọa:** Thống nhất phương án sửa chữa, bổ sung nâng cốt nền 15 cm và rãnh thoát nước; giao công"
            " chức Địa chính - Xây dựng hoàn thiện dự toán trước ngày 15 tháng 4 năm 2024.",
            "Cuộc họp kết thúc vào 10 giờ 30 phút cùng ngày./.",
        ),
        ("Ban Quản lý công trình", "Lưu: VT"),
    ),
    "08-cong-van": (
        (
            "Thực hiện Quyết định số 318/QĐ-UBND ngày 05 tháng 02 năm 2024 của Chủ tịch UBND huyện, UBND xã Hòa Thắng đã hoàn"
            " thành hồ sơ dự toán sửa chữa Nhà văn hóa thôn Đông Hạ.",
            "UBND xã đề nghị Phòng Tài chính - Kế hoạch huyện thẩm định dự toán với giá trị 478.650.000 đồng để kịp thi công"
            " trước mùa mưa.",
            "Kèm theo Công văn: 01 bộ hồ sơ dự toán, Biên bản số 46/BB-UBND./.",
        ),
        ("Như trên", "Chủ tịch, PCT UBND xã", "Lưu: VT, TCKT"),
    ),
    "09-bao-cao": (
        (
            "Thực hiện Kế hoạch số 27/KH-UBND ngày 20 tháng 02 năm 2024, UBND xã Hòa Thắng báo cáo tiến độ như sau:",
            "# I. KẾT QUẢ THỰC HIỆN",
            "1. Công tác chỉ đạo: đã ban hành Quyết định số 31/QĐ-UBND thành lập Ban Quản lý công trình; tổ chức 03 cuộc họp với"
            " nhân dân thôn Đông Hạ.",
            "2. Dự toán được Phòng Tài chính - Kế hoạch huyện thẩm định ngày 29 tháng 4 năm 2024, giá trị 476.200.000 đồng.",
            "3. Khối lượng thực hiện đến ngày 25 tháng 6 năm 2024:",
            "- Thay mái tôn: 150/150 m², đạt 100%.",
            "- Nâng cốt và lát nền: 84/120 m², đạt 70%.",
            "- Hệ thống điện, quạt: đạt 40%.",
            "- Tường rào và rãnh thoát nước: chưa thi công.",
            "4. Kinh phí: đã giải ngân 190.000.000 đồng; nhân dân đóng góp 71.250.000 đồng, đạt 89% kế hoạch.",
            "# II. KHÓ KHĂN, VƯỚNG MẮC",
            "1. Thời tiết mưa nhiều trong tháng 6 làm chậm việc thi công phần nền.",
            "2. Giá vật liệu gạch, xi măng tăng từ 5% đến 8% so với thời điểm lập dự toán.",
            "# III. NHIỆM VỤ TRỌNG TÂM 6 THÁNG CUỐI NĂM",
            "1. Hoàn thành phần nền, hệ thống điện và sơn tường trước ngày 31 tháng 7 năm 2024.",
            "2. Thi công tường rào, rãnh thoát nước trong tháng 8 năm 2024.",
            "3. Nghiệm thu, quyết toán trong tháng 9 và tháng 10 năm 2024.",
            "# IV. KIẾN NGHỊ",
            "Đề nghị UBND huyện xem xét cấp tiếp kinh phí hỗ trợ đợt 2 để bảo đảm tiến độ công trình.",
            "Trên đây là báo cáo tiến độ sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ 6 tháng đầu năm 2024./.",
        ),
        ("Như trên", "Phòng TC-KH huyện", "Thường trực Đảng ủy, HĐND xã", "Lưu: VT, ĐCXD"),
    ),
    "10-to-trinh": (
        (
            "Thực hiện Quyết định số 318/QĐ-UBND ngày 05 tháng 02 năm 2024 của Chủ tịch UBND huyện Phú An, đến nay công trình đã"
            " hoàn thành 82% khối lượng.",
            "Kinh phí ngân sách huyện đã cấp đợt 1 là 190.000.000 đồng, còn lại 110.000.000 đồng chưa được cấp.",
            "Để bảo đảm tiến độ nghiệm thu, UBND xã Hòa Thắng kính đề nghị UBND huyện Phú An cấp kinh phí đợt 2 với số tiền"
            " 110.000.000 đồng (Một trăm mười triệu đồng).",
            "UBND xã Hòa Thắng kính trình UBND huyện xem xét, quyết định./.",
        ),
        ("Như trên", "Phòng TC-KH huyện", "Lưu: VT, TCKT"),
    ),
    "11-quyet-dinh": (
        (
            "= CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ HÒA THẮNG",
            *LAWS,
            "~ Căn cứ Quyết định số 318/QĐ-UBND ngày 05 tháng 02 năm 2024 của Chủ tịch Ủy ban nhân dân huyện Phú An;",
            "~ Căn cứ biên bản nghiệm thu công trình ngày 26 tháng 9 năm 2024;",
            "~ Theo đề nghị của công chức Tài chính - Kế toán xã.",
            "= QUYẾT ĐỊNH:",
            "**Điều 1.** Phê duyệt quyết toán công trình sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ với các nội dung sau:",
            "1. Giá trị quyết toán: 474.835.000 đồng.",
            "2. Nguồn vốn: ngân sách huyện 300.000.000 đồng; ngân sách xã 94.835.000 đồng; nhân dân đóng góp 80.000.000 đồng.",
            "3. Giá trị tài sản hình thành sau sửa chữa: 474.835.000 đồng.",
            "**Điều 2.** Công chức Tài chính - Kế toán hạch toán tăng tài sản, tất toán tài khoản công trình; công khai kết quả"
            " quyết toán tại trụ sở UBND xã và Nhà văn hóa thôn Đông Hạ trong 30 ngày.",
            "**Điều 3.** Quyết định này có hiệu lực kể từ ngày ký. Ban Quản lý công trình, công chức Tài chính - Kế toán và các cá"
            " nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
        ),
        ("Như Điều 3", "Kho bạc Nhà nước huyện", "Lưu: VT, TCKT"),
    ),
    "12-cong-van": (
        (
            "Công trình sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ đã được phê duyệt quyết toán tại Quyết định số 103/QĐ-UBND ngày"
            " 10 tháng 10 năm 2024. UBND xã Hòa Thắng đề nghị:",
            "1. Ban Quản lý công trình bàn giao công trình và 01 bộ hồ sơ hoàn công cho thôn Đông Hạ vào ngày 28 tháng 12 năm 2024;"
            " nộp hồ sơ vào lưu trữ UBND xã trước ngày 31 tháng 01 năm 2025.",
            "2. Trưởng thôn Đông Hạ tiếp nhận, xây dựng quy chế quản lý, sử dụng nhà văn hóa./.",
        ),
        ("Như trên", "Chủ tịch UBND xã", "Lưu: VT, VP"),
    ),
}
